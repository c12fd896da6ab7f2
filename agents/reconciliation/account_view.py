"""What is said of one bank account: its entries in the ledger, and its tie-out."""

from __future__ import annotations

import datetime as dt

from books.money import Money
from books.records import Record, StatementLine


class Entry(Record, frozen=True, kw_only=True):
    """One entry of a bank account in its currency: received is positive, spent negative."""

    entity: str
    id: str
    bank_account_id: str
    date: dt.date
    amount: Money
    who: str
    reference: str
    is_reconciled: bool

    @property
    def words(self) -> str:
        """`Marigold Lane Café, INV-1905`."""
        return ", ".join(each for each in (self.who, self.reference) if each) or "an entry without a name"


class AccountTieOut(Record, frozen=True, kw_only=True):
    """One bank account at the cut-off, in its own currency.

    `bank` is the statement's balance there and `ledger` the books'; either is None where it is not known, and `why`
    then says so. `under_way` are entries on no statement, `not_entered` lines in no ledger; `difference` is what
    neither explains: ledger - (bank + under_way - not_entered).
    """

    account_id: str
    code: str
    name: str
    currency: str
    covered_to: dt.date | None
    bank: Money | None
    ledger: Money | None
    under_way: tuple[Entry, ...]
    not_entered: tuple[StatementLine, ...]
    ticked_only: tuple[Entry, ...]
    difference: Money | None
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether every cent is explained by the lists."""
        return self.difference is not None and not self.difference

    @property
    def is_explained(self) -> bool:
        """Whether it holds, or, where Xero gives no balance in the account's currency, every tick has its line."""
        if self.bank is not None and self.ledger is None:
            return not self.ticked_only
        return self.holds

    @property
    def is_clean(self) -> bool:
        """Whether it holds with nothing on either list."""
        return self.is_explained and not (self.under_way or self.not_entered or self.ticked_only)

    @property
    def words(self) -> str:
        """The tie-out as an accountant says it."""
        if self.difference is None or self.bank is None or self.ledger is None:
            return self.why
        under_way = Money.total((each.amount for each in self.under_way), self.currency)
        missing = Money.total((each.amount for each in self.not_entered), self.currency)
        sums = f"Bank {self.bank}"
        sums += f", under way {under_way}" if self.under_way else ""
        sums += f", not yet entered {missing}" if self.not_entered else ""
        verdict = "ties out" if self.holds else f"{self.difference} is not explained"
        return f"{sums}, ledger {self.ledger}: {verdict}."
