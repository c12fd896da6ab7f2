"""Write a bad debt off: a credit note on the bad-debts account, tax as the invoice's, set against the invoice."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals.documents import INCLUSIVE, INVOICES, DocumentLine, read
from approvals.ground_rules import broken
from approvals.kinds.credit_note import CUSTOMERS, CreditNote, CreditNoteKind
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.firm import ApprovalRule
from books.records import LedgerAccount, Line
from xero_tools.gateway import Gateway

CENT = Decimal("0.01")
_EXPENSES = ("EXPENSE", "OVERHEADS", "DIRECTCOSTS")


class WriteOff(CreditNote, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The credit note of a write-off; its one part is the invoice, for all that it is due."""


class WriteOffKind(CreditNoteKind):
    """What a customer will not pay any more becomes a cost, and the tax on it is taken back."""

    name = "write_off"
    payload = WriteOff
    noun = "write-off"
    authority: ApprovalRule = ApprovalRule(
        role="approver",
        limit=Decimal(1000),
        role_above_limit="partner",
        four_eyes_above=Decimal(10000),
        expires_hours=72,
    )

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """One invoice, for exactly what it is due, on one expense account."""
        super().check(draft, chart)
        payload = self.read(draft)
        if payload.kind != CUSTOMERS or len(payload.parts) != 1:
            raise broken(self.noun, "is not of one customer's invoice", "not_one_invoice")
        [part] = payload.parts
        if not payload.total == part.amount == part.due:
            words = f"is of {payload.total}, and {part.number} is due {part.due}: a write-off leaves nothing due"
            raise broken(self.noun, words, "wrong_amount")
        codes = {line.account_code for line in payload.lines}
        if len(codes) != 1:
            raise broken(self.noun, f"uses several accounts ({', '.join(sorted(codes))})", "several_accounts")
        for each in chart or ():
            if each.code in codes and each.type not in _EXPENSES:
                raise broken(self.noun, f"uses {each.name} ({each.code}), which is no expense account", "no_expense")

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The invoice is due that, and each sort of tax is taken back in the invoice's own proportion."""
        super().check_books(draft, bound, gateway)
        payload = self.read(draft)
        invoice = read(draft.organisation, gateway, INVOICES, payload.parts[0].invoice_id)
        share = payload.total / invoice.total.amount
        ours, theirs = (
            _by_tax(payload.lines, payload.tax == INCLUSIVE),
            _of_invoice(invoice.lines, invoice.includes_tax),
        )
        slack = CENT * (len(invoice.lines) + len(payload.lines))
        for name in ours.keys() | theirs.keys():
            said, due = ours.get(name, (Decimal(0),) * 2), theirs.get(name, (Decimal(0),) * 2)
            if any(abs(mine - its * share) > slack for mine, its in zip(said, due, strict=True)):
                words = f"takes back {said[1]} of tax ({name}) on {said[0]}, which is not {invoice.label}'s proportion"
                raise broken(self.noun, words, "wrong_tax")

    def describe(self, proposal: Proposal) -> Description:
        """As a credit note, under the name that people give it."""
        payload = self.read(proposal)
        [part] = payload.parts
        described = super().describe(proposal)
        return msgspec.structs.replace(
            described,
            title=f"Write off {part.number}: {payload.money}, {payload.contact}",
            sentence="A credit note on the bad-debts account is raised and set against the invoice, in two steps. "
            "Tax law says when the tax may be taken back: the approver has looked at that.",
        )


def _by_tax(lines: Sequence[DocumentLine], includes_tax: bool) -> dict[str, tuple[Decimal, Decimal]]:
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        net, tax = sums.get(line.tax_type, (Decimal(0), Decimal(0)))
        sums[line.tax_type] = (net + line.amount - (line.tax if includes_tax else 0), tax + line.tax)
    return sums


def _of_invoice(lines: Sequence[Line], includes_tax: bool) -> dict[str, tuple[Decimal, Decimal]]:
    said = [
        DocumentLine(account_code="", account_name="", description="", amount=line.amount.amount,
                     tax=line.tax.amount, tax_type=line.tax_type or "NONE")
        for line in lines
    ]  # fmt: skip
    return _by_tax(said, includes_tax)


KIND = WriteOffKind()
