"""Transfer money between two of the organisation's own bank accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from books.documents import BankTransfer as Transfer
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools import transfers
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import bank_transfer_body


class TransferSide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One bank account, and the bank's own line there: its day and its amount (without a sign)."""

    account: str
    account_code: str
    account_id: str
    date: dt.date
    amount: Decimal


class BankTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What left one account and reached the other, in the currency of both; Xero dates both sides as it left.

    The two lines of the bank may be some days apart; their amounts are the same (a fee is an entry of its own).
    """

    left: TransferSide
    reached: TransferSide
    currency: str
    reference: str
    currency_rate: Decimal = ONE

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.left.amount, self.currency)


class BankTransferKind(PenKind[BankTransfer]):
    """A transfer, made once; both of its sides are then offered beside the bank's lines."""

    name = "bank_transfer"
    payload = BankTransfer
    noun = "transfer"
    needs_chart = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(50000),
        role_above_limit="partner",
        four_eyes_above=Decimal(250000),
        expires_hours=72,
    )

    def tidy(self, payload: BankTransfer) -> BankTransfer:
        """Both amounts in the currency's minor units."""
        left, reached = (
            msgspec.structs.replace(side, amount=ground_rules.exact(side.amount, payload.currency, self.noun))
            for side in (payload.left, payload.reached)
        )
        return msgspec.structs.replace(payload, left=left, reached=reached)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Two different bank accounts of one currency, the same amount in both, and not more than a week apart."""
        payload = self.read(draft)
        left, reached = payload.left, payload.reached
        ground_rules.positive(left.amount, self.noun)
        if left.account_id == reached.account_id:
            raise broken(self.noun, "leaves and reaches the same account", "same_account")
        if chart is not None:
            self._check_chart(payload, draft, chart)
        if left.amount != reached.amount:
            raise Refusal(
                f"{payload.money} left {left.account}, and {Money(reached.amount, payload.currency)} reached "
                f"{reached.account}.",
                next_step="Propose the fee as money spent (receive_or_spend_money), and the transfer without it.",
                code="amounts_differ",
            )
        if not dt.timedelta(0) <= reached.date - left.date <= dt.timedelta(days=7):
            raise broken(self.noun, "reaches the account before it left, or more than a week later", "days_apart")
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, left.date, self.noun)

    def _check_chart(self, payload: BankTransfer, draft: Draft, chart: Sequence[LedgerAccount]) -> None:
        own = []
        for side in (payload.left, payload.reached):
            account = ground_rules.bank_account(chart, side.account_id, side.account_code, self.noun)
            own.append(account.currency or draft.amount.currency)
        if own[0] != own[1]:
            raise Refusal(
                f"{payload.left.account} is kept in {own[0]} and {payload.reached.account} in {own[1]}: Xero's API "
                "takes no rate for a transfer.",
                next_step="Open the bank account in Xero, choose Transfer money, and enter both amounts there.",
                code="two_currencies",
            )
        if own[0] != payload.currency:
            raise broken(self.noun, f"is in {payload.currency}, and the accounts in {own[0]}", "wrong_currency")

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The limits look at the base currency."""
        ground_rules.base_is(draft, gateway, self.noun)

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """The day it left lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).left.date, lock_date)

    def moves(self, payload: BankTransfer) -> dict[str, Decimal]:
        """Both bank accounts."""
        sides = ((payload.left, -payload.left.amount), (payload.reached, payload.reached.amount))
        return ground_rules.summed(((side.account_code, amount) for side, amount in sides), payload.currency_rate)

    editable = (("reference", "Reference"),)

    def spread(self, payload: BankTransfer) -> dict[str, Decimal]:
        """Both accounts, in the base currency."""
        amount = (payload.left.amount / payload.currency_rate).quantize(Decimal("0.01"))
        return {f"account {side.account_code}": amount for side in (payload.left, payload.reached)}

    def describe(self, proposal: Proposal) -> Description:
        """From where to where, when and how much on both sides."""
        payload = self.read(proposal)
        left, reached = payload.left, payload.reached
        rows = [("Side", "Account", "The bank's day", "Amount")]
        for way, side in (("From", left), ("To", reached)):
            amount = str(Money(side.amount, payload.currency))
            rows.append((way, f"{side.account_code} {side.account}", spoken(side.date), amount))
        return Description(
            title=f"Transfer of {payload.money} from {left.account} to {reached.account}, dated {spoken(left.date)}",
            sentence=f"{payload.money} moves from {left.account} to {reached.account}; no income and no cost.",
            facts=(
                ("Date in Xero", f"{spoken(left.date)}, on both sides"),
                ("Reference", payload.reference),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Accounts' ids in Xero", f"{left.account_id}, {reached.account_id}"),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=tuple(rows),
            undo="Deleting the transfer in Xero takes both sides back, as long as neither is reconciled.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Xero's BankTransfers body with our mark in its reference."""
        payload = self.read(proposal)
        return bank_transfer_body(
            from_account_id=payload.left.account_id,
            to_account_id=payload.reached.account_id,
            amount=payload.money,
            date=payload.left.date,
            reference=f"{payload.reference} [{proposal.mark}]".strip(),
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Makes the transfer."""
        receipt = pen.create_bank_transfer(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The transfer that carries our mark."""
        receipt = pen.find_by_mark(proposal.organisation, sources.BANK_TRANSFER, proposal.mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The transfer by its id, compared with what was approved."""
        transfer = transfers.get(proposal.organisation, gateway, document_id)
        differs = _differs(self.read(proposal), proposal.mark, transfer)
        return Found(entity=sources.BANK_TRANSFER, id=transfer.id, status=transfer.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The account that the money left: Xero documents no link to a transfer."""
        return links.bank_account(organisation, self.read(proposal).left.account_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The transfer is deleted with both of its sides."""
        payload = self.read(proposal)
        return voiding(
            proposal,
            entity=sources.BANK_TRANSFER,
            document_id=str(proposal.receipt["id"]),
            words=f"the transfer from {payload.left.account} to {payload.reached.account}",
            date=payload.left.date,
            amount=payload.money,
            currency_rate=payload.currency_rate,
            lock_date=lock_date,
        )


def _differs(payload: BankTransfer, mark: str, transfer: Transfer) -> str:
    if transfer.status != "AUTHORISED":
        return f"the transfer is {transfer.status} in Xero"
    if transfer.date != payload.left.date:
        return f"its date in Xero is {spoken(transfer.date)}"
    if transfer.amount != payload.money:
        return f"its amount in Xero is {transfer.amount}"
    if (transfer.from_account_id, transfer.to_account_id) != (payload.left.account_id, payload.reached.account_id):
        return "it moves between other accounts in Xero"
    return "" if mark in transfer.reference else "its reference in Xero does not carry our mark"


KIND = BankTransferKind()
