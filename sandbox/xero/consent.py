"""The page on which a person lets an app into their organisations, as login.xero.com shows it."""

from sandbox.xero.markup import Markup, heading, join, page, subheading, text
from sandbox.xero.wire import Json

_KEPT = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_WORDS = {
    "settings": "your organisation's settings and chart of accounts",
    "contacts": "your contacts",
    "invoices": "your invoices, bills, quotes and credit notes",
    "payments": "your payments",
    "banktransactions": "your bank transactions",
    "manualjournals": "your manual journals",
    "attachments": "files attached to your documents",
    "budgets": "your budgets",
    "journals": "your general ledger",
    "reports": "your reports",
    "transactions": "your business transactions",
    "files": "your file library",
    "payroll": "your payroll",
    "projects": "your projects",
}


def consent_page(asked: dict[str, str], organisations: list[Json], *, nothing_chosen: bool = False) -> str:
    """The question: what the app wants, and in which organisations; `asked` is what the app sent."""
    hidden = [
        Markup(f'<input type="hidden" name="{name}" value="{text(asked[name])}">') for name in _KEPT if name in asked
    ]
    choices = [
        Markup(
            f'<label><input type="checkbox" name="organisation" value="{text(one["OrganisationID"])}" checked> '
            f"{text(one['Name'])}</label>"
        )
        for one in organisations
    ]
    wants = [Markup(f"<li>{text(line)}</li>") for line in _wants(asked["scope"].split())]
    body = join(
        [
            heading(f"{asked['client_id']} wants access to your organisations"),
            Markup('<p class="bad">Choose at least one organisation.</p>') if nothing_chosen else Markup(""),
            Markup('<form method="post">'),
            *hidden,
            subheading("Organisations"),
            *choices,
            subheading("It will be able to"),
            Markup("<ul>"),
            *wants,
            Markup("</ul>"),
            Markup('<button name="decision" value="allow">Allow access</button> '),
            Markup('<button name="decision" value="cancel">Cancel</button></form>'),
        ]
    )
    return page("Allow access", "Sandbox Xero", Markup(""), body)


def problem_page(problem: str) -> str:
    """Xero's own error page, from which nobody is led back to the app."""
    body = join([heading("Sorry, there was an error"), Markup(f'<p class="bad">{text(problem)}</p>')])
    return page("Error", "Sandbox Xero", Markup(""), body)


def _wants(scopes: list[str]) -> list[str]:
    """The scopes in words: reading before changing, each thing once."""
    lines: dict[str, list[str]] = {"View": [], "View and change": []}
    for scope in scopes:
        name = scope.removeprefix("accounting.").split(".")[0]
        if name in _WORDS or scope.startswith("accounting."):
            verb = "View" if scope.endswith(".read") else "View and change"
            lines[verb].append(_WORDS.get(name, name))
    told = [f"{verb} {words}" for verb in lines for words in dict.fromkeys(lines[verb])]
    return told + (["Stay connected while you are away"] if "offline_access" in scopes else [])
