"""The bank's month: does it tie out, how many lines are explained by what, and the exceptions, worst first."""

from __future__ import annotations

from collections.abc import Mapping

from agents.findings import BankReconciliation, Finding
from agents.reconciliation.account_view import AccountTieOut
from agents.reconciliation.taking import TakenFile
from agents.wording import counted
from books.money import Money
from books.period import Period, spoken
from bot import card
from bot.card import Button, Buttons, Card, Chart, Heading, Link, Note, Part, Table, Text

SHOWN, COLUMNS, SINGLY = 12, 3, 4
_LINES = ("Bank", "+ on no statement yet", "− in no ledger yet", "Ledger", "Unexplained")
NOBODY: Mapping[str, str] = {}
_ROLES = {"bank_id": "the bank's own number", "value_date": "the value date", "date": "the day", "amount": "the amount",
          "debit": "money out", "credit": "money in", "indicator": "the sign", "balance": "the balance after it",
          "payer": "who paid or was paid"}  # fmt: skip
"""What a column is, in words; the other roles are words already."""
_TIERS = (
    ("done", "reconciled in Xero"),
    ("in the ledger", "in the ledger, to be confirmed"),
    ("sure", "matched for sure"),
    ("likely", "likely match"),
    ("coded", "coded as people did or a rule says"),
    ("candidates", "several candidates"),
    ("none", "nothing explains it"),
)


def reconciliation_card(
    found: BankReconciliation, *, people: Mapping[str, str] = NOBODY, prepared: bool = False
) -> Card:
    """The card of one reconciliation; `prepared` says that its proposals stand in the queue already."""
    verdict, tone = _verdict(found)
    parts: list[Part] = [Heading(verdict, tone), Text(f"{found.client_name.rstrip('.')}.")]
    parts += _table(found)
    parts += [Text(f"{each.name}: {each.words}", subtle=True) for each in found.accounts if each.difference is None]
    if found.tiers:
        parts.append(_chart(found))
    for number, each in enumerate(found.findings[:SHOWN], 1):
        parts.append(_finding(number, each, people))
        if offered := _choices(found, each):
            parts.append(Buttons(offered))
    if (more := len(found.findings) - SHOWN) > 0:
        parts.append(Text(f"… and {more} more. Clear these first, then look again."))
    parts += [Link(f"Reconcile {each.name} in Xero", found.links[each.account_id]) for each in _waiting(found)]
    parts.append(Buttons(_buttons(found, prepared)))
    covered = [each.covered_to for each in found.accounts if each.covered_to]
    note = f"Statements to {spoken(min(covered))}" if covered else "No statement was given yet"
    parts.append(
        Note(
            f"{note}; balances at {spoken(Period.of(found.period).end)}. Bank lines are read from the bank's own files."
        )
    )
    return Card(f"{found.client_name}: {verdict}", tuple(parts))


def with_file(drawn: Card, taken: TakenFile, client: str) -> Card:
    """The card with what was just read: the account, how many lines are new, and whether the file adds up.

    The columns of a table are shown until somebody has confirmed them for the account.
    """
    said: list[Part] = []
    for account, part, tied in taken.parts:
        lines = counted(len(part.statement.lines), "line")
        words = " ".join(part.comparison.words)
        said.append(Text(f"{taken.name}, read as {taken.reading.format}: {lines} of {account.name}. {words}"))
        said.append(Text(tied.words, subtle=True))
    said += [Text(remark, subtle=True) for remark in taken.reading.remarks[:3]]
    said += _columns(taken, client)
    head, *rest = drawn.parts
    return Card(drawn.summary, (head, *said, *rest))


def _columns(taken: TakenFile, client: str) -> list[Part]:
    """How a table was understood, to be confirmed once for each account."""
    columns = taken.reading.columns
    if columns is None or not taken.unconfirmed:
        return []
    named = zip(columns.header or ("",) * len(columns.roles), columns.roles, strict=False)
    read_as = [f"{name or f'column {place}'} is {_ROLES.get(role, role)}" for place, (name, role) in enumerate(named, 1)
               if role]  # fmt: skip
    words = f"Read for the first time, please confirm: {', '.join(read_as)}."
    parts: list[Part] = [Text(words)]
    for account in taken.unconfirmed:
        subject = f"{client}|{account.id}"
        wrong = "Its lines are taken out again, and nothing is remembered of how it was read."
        parts.append(
            Buttons(
                (
                    Button(f"Columns of {account.name} are right"[:70], "columns_right", subject),
                    Button("They are wrong", "columns_wrong", subject, style="danger", confirm=wrong),
                )
            )
        )
    return parts


def _verdict(found: BankReconciliation) -> tuple[str, card.Tone]:
    period = Period.of(found.period)
    known = [each for each in found.accounts if each.bank is not None]
    if not known:
        return f"{period}: give me the bank's statements", "warning"
    if not all(each.is_explained for each in known):
        return f"{period}: the bank does not tie out", "bad"
    open_lines = sum(found.tiers.get(tier, 0) for tier, _ in _TIERS[1:])
    missing = len(found.accounts) - len(known)
    if found.findings or open_lines or missing:
        count = len(found.findings)
        rest = f"{counted(count, 'exception')} left"
        return f"{period}: every cent of the bank is explained, {rest}", "warning"
    return f"{period}: the bank is reconciled and ties out", "good"


def _table(found: BankReconciliation) -> list[Part]:
    """The tie-out as accountants write it, one column an account that has a statement: upright, so that it fits."""
    known = [each for each in found.accounts if each.covered_to is not None]
    columns = [_column(each) for each in known]
    tables: list[Part] = []
    for start in range(0, len(known), COLUMNS):
        heads = [f"{each.code} {each.name}".strip() for each in known[start : start + COLUMNS]]
        figures = zip(_LINES, *columns[start : start + COLUMNS], strict=True)
        tables.append(Table(("Tie-out", *heads), tuple(figures), tuple(range(1, len(heads) + 1))))
    return tables


def _column(tied: AccountTieOut) -> list[str]:
    under_way = Money.total((each.amount for each in (*tied.under_way, *tied.ticked_only)), tied.currency)
    missing = Money.total((each.amount for each in tied.not_entered), tied.currency)
    figures = (tied.bank, under_way, missing, tied.ledger, tied.difference)
    return [str(each) if each is not None else "–" for each in figures]


def _chart(found: BankReconciliation) -> Chart:
    shown = [(words, found.tiers[tier]) for tier, words in _TIERS if found.tiers.get(tier)]
    total = sum(count for _, count in shown)
    return Chart(
        f"{total} lines of the bank",
        tuple(words for words, _ in shown),
        tuple(float(count) for _, count in shown),
        tuple(f"{count}" for _, count in shown),
    )


def _finding(number: int, finding: Finding, people: Mapping[str, str]) -> card.Finding:
    return card.Finding(
        title=f"{number}. {finding.title}",
        detail=finding.detail,
        figure=str(finding.amount) if finding.amount is not None else "",
        who=people.get(finding.who, finding.who),
        link=finding.link,
        tone="bad" if finding.blocks else "neutral",
    )


def _waiting(found: BankReconciliation) -> list[AccountTieOut]:
    """The accounts on whose page in Xero a person has something to click."""
    return [each for each in found.accounts if each.under_way or each.not_entered][:3]


def _choices(found: BankReconciliation, finding: Finding) -> tuple[Button, ...]:
    """What a person may choose for the line that an exception is about."""
    subject = f"{found.client}|{found.period}|reconciliation"
    own = [each for each in found.choices if each.line == finding.source]
    return tuple(Button(each.label, "choose", f"{subject}|{each.key}") for each in own)


def _buttons(found: BankReconciliation, prepared: bool) -> tuple[Button, ...]:
    subject = f"{found.client}|{found.period}|reconciliation"
    again = Button("Look again", "recheck", subject)
    singly = tuple(
        Button(f"See {each.name}"[:75], "account", f"{found.client}|{found.period}|{each.account_id}", is_further=True)
        for each in [one for one in found.accounts if one.covered_to][:SINGLY]
    )
    if not found.drafts or prepared:
        return (again, *singly)
    count = len(found.drafts)
    words = f"Propose {count} {'entry' if count == 1 else 'entries'}"
    return (Button(words, "prepare", subject, style="primary"), again, *singly)
