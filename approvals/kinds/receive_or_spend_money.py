"""Receive or spend money: the ledger's own entry for a line of the bank that no invoice or bill explains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from approvals import ground_rules, sources
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import FormField, Found, PenKind
from approvals.kinds.void_or_correct import voiding
from approvals.proposal import Description, Draft, Proposal
from approvals.sources import Source
from approvals.typed import typed_account
from books.firm import ApprovalRule
from books.money import Money
from books.period import spoken
from books.records import BankTransaction, LedgerAccount, Line, Organisation
from books.refusal import Refusal
from xero_tools import bank, contacts
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen
from xero_tools.writes.bodies import LINE_TYPES, document_body

SORTS = {
    "RECEIVE": "Money received",
    "SPEND": "Money spent",
    "RECEIVE-OVERPAYMENT": "Overpayment received",
    "SPEND-OVERPAYMENT": "Overpayment made",
    "RECEIVE-PREPAYMENT": "Prepayment received",
    "SPEND-PREPAYMENT": "Prepayment made",
}
"""Xero's Type, and what a person calls it; an over- or prepayment leaves a credit with the contact."""

_CLOSED = ("DEBTORS", "CREDITORS", "RETAINEDEARNINGS")


class MoneyLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line, in the bank account's currency; `tax` is what the tax type makes of it (0 where lines have none).

    An overpayment's account is the control account, whatever it says.
    """

    account_code: str
    account_name: str
    description: str
    amount: Decimal
    tax: Decimal = Decimal(0)
    tax_type: str = "NONE"
    tracking: tuple[tuple[str, str], ...] = ()


class ReceiveOrSpendMoney(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The entry as Xero will get it; `total` is the amount of the bank's line, so that Xero offers the match.

    `line_amounts` is Xero's Exclusive, Inclusive or NoTax; a line may be negative (a fee taken off a receipt).
    """

    sort: str
    contact: str
    contact_id: str
    bank_account: str
    bank_account_code: str
    bank_account_id: str
    date: dt.date
    reference: str
    currency: str
    total: Decimal
    lines: tuple[MoneyLine, ...]
    line_amounts: str = "NoTax"
    currency_rate: Decimal = ONE

    @property
    def money(self) -> Money:
        """What moves in the bank account."""
        return Money(self.total, self.currency)

    @property
    def is_credit(self) -> bool:
        """Whether it leaves an over- or prepayment with the contact."""
        return "-" in self.sort


class ReceiveOrSpendMoneyKind(PenKind[ReceiveOrSpendMoney]):
    """A bank transaction of Xero, written so that a person only has to click OK beside the bank's line."""

    name = "receive_or_spend_money"
    payload = ReceiveOrSpendMoney
    noun = "bank transaction"
    needs_chart = True
    may_be_automatic = True
    authority = ApprovalRule(
        role="approver",
        limit=Decimal(5000),
        role_above_limit="partner",
        four_eyes_above=Decimal(25000),
        expires_hours=72,
    )

    def tidy(self, payload: ReceiveOrSpendMoney) -> ReceiveOrSpendMoney:
        """Every amount in the currency's minor units."""
        lines = tuple(
            msgspec.structs.replace(
                each,
                amount=ground_rules.exact(each.amount, payload.currency, self.noun),
                tax=ground_rules.exact(each.tax, payload.currency, self.noun),
            )
            for each in payload.lines
        )
        total = ground_rules.exact(payload.total, payload.currency, self.noun)
        return msgspec.structs.replace(payload, lines=lines, total=total)

    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Lines that make the total, on accounts that Xero allows, through a bank account of that currency."""
        payload = self.read(draft)
        if payload.sort not in SORTS or payload.line_amounts not in LINE_TYPES:
            raise broken(self.noun, f"is of the sort {payload.sort}, {payload.line_amounts}", "unknown_sort")
        if not payload.contact_id:
            raise broken(self.noun, "names no contact", "no_contact")
        if not payload.lines or any(each.amount == 0 for each in payload.lines):
            raise broken(self.noun, "has a line without an amount, or no line", "empty_line")
        if payload.line_amounts == "NoTax" and any(each.tax for each in payload.lines):
            raise broken(self.noun, "has tax on lines that have none", "wrong_tax")
        ground_rules.positive(payload.total, self.noun)
        made = sum((each.amount + _tax_on_top(payload, each) for each in payload.lines), Decimal(0))
        if made != payload.total:
            raise broken(self.noun, f"says {payload.money}, but its lines make {made}", "wrong_amount")
        ground_rules.amount_stands(draft, payload.money, payload.currency_rate, self.noun)
        ground_rules.in_period(draft, payload.date, self.noun)
        if chart is not None:
            self._check_chart(payload, draft, chart)

    def _check_chart(self, payload: ReceiveOrSpendMoney, draft: Draft, chart: Sequence[LedgerAccount]) -> None:
        account = ground_rules.bank_account(chart, payload.bank_account_id, payload.bank_account_code, self.noun)
        own = account.currency or draft.amount.currency
        if own != payload.currency:
            raise broken(self.noun, f"is in {payload.currency}, and {account.name} is kept in {own}", "wrong_currency")
        by_code = {each.code: each for each in chart if each.code}
        for line in payload.lines:
            found = by_code.get(line.account_code)
            if found is None or found.status != "ACTIVE":
                raise broken(self.noun, f"uses the account {line.account_code}, which is not open", "unknown_account")
            is_control = found.system.upper() in ("DEBTORS", "CREDITORS")
            if is_control and payload.sort.endswith("-OVERPAYMENT"):
                continue
            if found.is_bank or found.system.upper() in _CLOSED:
                raise Refusal(
                    f"{found.name} ({found.code}) takes no line of a {self.noun}.",
                    next_step="Between own accounts, propose a bank_transfer; against an invoice, an apply_payment.",
                    code="system_account",
                )

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """The contact is the one that Xero has under that id."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        name = contacts.get(draft.organisation, gateway, payload.contact_id).name
        if name != payload.contact:
            raise broken(self.noun, f"says {payload.contact}, and in Xero the contact is {name}", "source_changed")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """Its date lies after the lock date."""
        return ground_rules.after_lock(self.noun, self.read(proposal).date, lock_date)

    editable = (("date", "Date"), ("reference", "Reference"))

    def form(self, payload: ReceiveOrSpendMoney) -> tuple[FormField, ...]:
        """Its date, its reference and the account of each line."""
        coded = (
            FormField(
                name=f"line {number}",
                label=f"Account of {Money(each.amount, payload.currency)}, now {each.account_name}",
                value=each.account_code,
            )
            for number, each in enumerate(payload.lines, start=1)
        )
        return (*super().form(payload), *coded)

    def edited(
        self, payload: ReceiveOrSpendMoney, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[ReceiveOrSpendMoney, Money]:
        """The entry with its lines on other accounts, another date or reference; the tax type of a line stays."""
        payload, amount = super().edited(payload, values, amount, chart)
        lines = tuple(
            _on_account(each, values.get(f"line {number}", each.account_code), chart)
            for number, each in enumerate(payload.lines, start=1)
        )
        return msgspec.structs.replace(payload, lines=lines), amount

    def spread(self, payload: ReceiveOrSpendMoney) -> dict[str, Decimal]:
        """The sum to (or from) the contact, and each account with its lines, in the base currency."""
        side = "payee" if payload.sort.startswith("SPEND") else "payer"
        sums = {f"{side} {payload.contact} ({payload.contact_id})": payload.total}
        for each in payload.lines:
            name = f"account {each.account_code}"
            sums[name] = sums.get(name, Decimal(0)) + abs(each.amount)
        touched = {f"account {payload.bank_account_code}": Decimal(0)}
        return touched | {name: (sum_ / payload.currency_rate).quantize(Decimal("0.01")) for name, sum_ in sums.items()}

    def moves(self, payload: ReceiveOrSpendMoney) -> dict[str, Decimal]:
        """The bank account with the whole, each line's account against it."""
        way = -1 if payload.sort.startswith("SPEND") else 1
        net = ((each.account_code, _without_tax(payload, each)) for each in payload.lines)
        lines = ((code, -way * amount) for code, amount in net)
        return ground_rules.summed([(payload.bank_account_code, way * payload.total), *lines], payload.currency_rate)

    def may_post_itself(self, payload: ReceiveOrSpendMoney) -> bool:
        """Money that came in and leaves no credit behind; what goes out a person decides."""
        return payload.sort == "RECEIVE"

    def payees(self, payload: ReceiveOrSpendMoney) -> tuple[str, ...]:
        """Whoever money is spent on."""
        return (payload.contact_id,) if payload.sort.startswith("SPEND") else ()

    def describe(self, proposal: Proposal) -> Description:
        """The entry with every line, and what it leaves behind."""
        payload = self.read(proposal)
        way = "to" if payload.sort.startswith("SPEND") else "from"
        credit = "a credit with the contact, to be allocated later" if payload.is_credit else "nothing open"
        return Description(
            title=f"{SORTS[payload.sort]}: {payload.money} {way} {payload.contact}, dated {spoken(payload.date)}",
            sentence=f"{payload.money} {way} {payload.contact} through {payload.bank_account}.",
            facts=(
                ("Contact", payload.contact),
                ("Bank account", f"{payload.bank_account_code} {payload.bank_account}"),
                ("Date", spoken(payload.date)),
                ("Reference", payload.reference),
                *ground_rules.said_amount(payload.money, proposal, payload.currency_rate),
                ("Leaves", credit),
            ),
            fine_print=(
                *ground_rules.fine_print(proposal),
                ("Sort", f"{payload.sort}, lines {payload.line_amounts}"),
                ("Contact's id in Xero", payload.contact_id),
                ("Bank account's id in Xero", payload.bank_account_id),
                ("Rate", str(payload.currency_rate)),
            ),
            rows=_rows(payload),
            undo="Deleting it in Xero takes it back, unless it is reconciled or a credit of it was allocated.",
        )

    def request(self, proposal: Proposal) -> bytes:
        """Xero's BankTransactions body with our mark in its reference."""
        payload = self.read(proposal)
        lines = [
            Line(
                account_code=each.account_code,
                description=each.description,
                amount=Money(each.amount, payload.currency),
                tax=Money(each.tax, payload.currency),
                tax_type=each.tax_type,
                tracking=each.tracking,
            )
            for each in payload.lines
        ]
        return document_body(
            sources.BANK_TRANSACTION,
            kind=payload.sort,
            contact_id=payload.contact_id,
            date=payload.date,
            lines=lines,
            reference=f"{payload.reference} [{proposal.mark}]".strip(),
            line_amount_types=payload.line_amounts,
            bank_account_id=payload.bank_account_id,
            currency_rate=None if payload.currency == proposal.amount.currency else payload.currency_rate,
        )

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Makes the entry."""
        receipt = pen.create_bank_transaction(proposal.organisation, body, key=key)
        return Found(entity=receipt.entity, id=receipt.id, status=receipt.status)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The entry that carries our mark."""
        receipt = pen.find_by_mark(proposal.organisation, sources.BANK_TRANSACTION, proposal.mark, since=since)
        return self.read_back(pen.gateway, proposal, receipt.id) if receipt else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The entry by its id, compared with what was approved."""
        entry = bank.transaction(proposal.organisation, gateway, document_id)
        differs = _differs(self.read(proposal), proposal.mark, entry)
        return Found(entity=sources.BANK_TRANSACTION, id=entry.id, status=entry.status, differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The entry in Xero."""
        return links.bank_transaction(organisation, document_id)

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The entry is deleted, and with it the credit that it left."""
        payload = self.read(proposal)
        return voiding(
            proposal,
            entity=sources.BANK_TRANSACTION,
            document_id=str(proposal.receipt["id"]),
            words=f"the {SORTS[payload.sort].lower()} of {payload.contact}",
            date=payload.date,
            amount=payload.money,
            currency_rate=payload.currency_rate,
            contact=payload.contact,
            contact_id=payload.contact_id,
            lock_date=lock_date,
        )


def _tax_on_top(payload: ReceiveOrSpendMoney, line: MoneyLine) -> Decimal:
    return line.tax if payload.line_amounts == "Exclusive" else Decimal(0)


def _without_tax(payload: ReceiveOrSpendMoney, line: MoneyLine) -> Decimal:
    return line.amount - line.tax if payload.line_amounts == "Inclusive" else line.amount


def _on_account(line: MoneyLine, code: str, chart: Sequence[LedgerAccount]) -> MoneyLine:
    if code.strip() == line.account_code:
        return line
    account = typed_account(code, chart)
    return msgspec.structs.replace(line, account_code=account.code, account_name=account.name)


def _rows(payload: ReceiveOrSpendMoney) -> tuple[tuple[str, ...], ...]:
    rows = [("Account", "Amount", "Tax", "Tax type", "Description", "Tracking")]
    for each in payload.lines:
        amount, tax = Money(each.amount, payload.currency), Money(each.tax, payload.currency)
        tracking = ", ".join(f"{category}: {option}" for category, option in each.tracking)
        named = f"{each.account_code} {each.account_name}"
        rows.append((named, str(amount), str(tax), each.tax_type, each.description, tracking))
    return tuple(rows)


def _differs(payload: ReceiveOrSpendMoney, mark: str, entry: BankTransaction) -> str:
    if entry.status != "AUTHORISED":
        return f"the bank transaction is {entry.status} in Xero"
    if entry.date != payload.date:
        return f"its date in Xero is {spoken(entry.date)}"
    if entry.kind != payload.sort or entry.total != payload.money:
        return f"it is {entry.kind} of {entry.total} in Xero"
    if entry.bank_account_id != payload.bank_account_id:
        return "it stands in another bank account in Xero"
    if entry.contact is None or entry.contact.id != payload.contact_id:
        return "it names another contact in Xero"
    approved = sorted((each.account_code, each.amount) for each in payload.lines)
    if not payload.sort.endswith("-OVERPAYMENT") and approved != sorted(
        (each.account_code, each.amount.amount) for each in entry.lines
    ):
        return "the lines in Xero are not those that were approved"
    return "" if mark in entry.reference else "its reference in Xero does not carry our mark"


KIND = ReceiveOrSpendMoneyKind()
