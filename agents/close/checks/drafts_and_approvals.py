"""Do sales invoices or bills of the period still wait as drafts or for approval?"""

from __future__ import annotations

from collections.abc import Sequence

from agents.findings import CheckResult, Finding, SourceDocument
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import counted
from books.money import Money
from books.period import spoken
from books.records import Invoice

CODE = "drafts_and_approvals"
QUESTION = "Is every sales invoice, bill and credit note dated up to the cut-off finished?"
_NOUNS = {
    "ACCREC": "sales invoice",
    "ACCPAY": "bill",
    "ACCRECCREDIT": "sales credit note",
    "ACCPAYCREDIT": "credit note",
}
SINGLY = 5
"""Up to so many documents of one sort are a finding each; more are one finding that lists them."""


def check(scope: Scope, ledger: Ledger) -> CheckResult:
    """Drafts are for the preparer to finish or delete, submitted documents for an approver to approve.

    A document that is not approved is in no report of Xero: its income or cost is missing from the period.
    """
    findings: list[Finding] = []
    for status in ("DRAFT", "SUBMITTED"):
        for kind in _NOUNS:
            found = [each for each in _documents(ledger, kind) if (each.status, each.kind) == (status, kind)]
            found.sort(key=lambda each: (each.date, each.number, each.id))
            if len(found) > SINGLY:
                findings.append(_together(ledger, found))
            else:
                findings += [_singly(ledger, each) for each in found]
    return CheckResult(code=CODE, question=QUESTION, findings=tuple(findings))


def _documents(ledger: Ledger, kind: str) -> Sequence[Invoice]:
    return ledger.credit_notes if kind.endswith("CREDIT") else ledger.unfinished_invoices


def _noun(invoice: Invoice) -> str:
    return _NOUNS[invoice.kind]


def _link(ledger: Ledger, invoice: Invoice) -> str:
    if invoice.kind.endswith("CREDIT"):
        return ledger.links.credit_note(ledger.organisation, invoice.id, invoice.kind)
    return ledger.links.invoice(ledger.organisation, invoice.id, invoice.kind)


def _state(invoice: Invoice) -> str:
    return "is still a draft" if invoice.status == "DRAFT" else "waits for approval"


def _who(invoice: Invoice) -> str:
    return "preparer" if invoice.status == "DRAFT" else "approver"


def _singly(ledger: Ledger, invoice: Invoice) -> Finding:
    side = "from" if invoice.kind.startswith("ACCPAY") else "to"
    number = f" {invoice.number}" if invoice.number else ""
    reference = f" Reference: {invoice.reference}." if invoice.reference else ""
    return Finding(
        code=CODE,
        title=f"{_noun(invoice).capitalize()}{number} {side} {invoice.contact.name} {_state(invoice)}",
        detail=f"Dated {spoken(invoice.date)}, {invoice.total} including {invoice.tax} tax.{reference}",
        amount=invoice.total,
        who=_who(invoice),
        link=_link(ledger, invoice),
        source=invoice.id,
        number=invoice.number,
        date=invoice.date,
    )


def _together(ledger: Ledger, found: Sequence[Invoice]) -> Finding:
    first = found[0]
    currencies = sorted({each.total.currency for each in found})
    totals = [Money.total((i.total for i in found if i.total.currency == each), each) for each in currencies]
    verb = "are still drafts" if first.status == "DRAFT" else "wait for approval"
    return Finding(
        code=CODE,
        title=f"{counted(len(found), _noun(first))} {verb}",
        detail=f"{' and '.join(map(str, totals))} in all, the oldest dated {spoken(first.date)}.",
        amount=totals[0] if len(totals) == 1 else None,
        who=_who(first),
        link=_link(ledger, first),
        date=first.date,
        documents=tuple(_document(ledger, each) for each in found),
    )


def _document(ledger: Ledger, invoice: Invoice) -> SourceDocument:
    return SourceDocument(
        source=invoice.id,
        label=f"{invoice.number or _noun(invoice).capitalize()}, {invoice.contact.name}",
        date=invoice.date,
        amount=invoice.total,
        link=_link(ledger, invoice),
    )
