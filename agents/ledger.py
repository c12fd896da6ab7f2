"""What one run has read of a client's books: each kind of document at most once, shared by every check."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar, cast

from agents.scope import Scope
from books.money import Money
from books.period import Period
from books.records import (
    BankTransaction,
    Invoice,
    LedgerAccount,
    ManualJournal,
    Organisation,
    Payment,
    TrialBalanceRow,
)
from books.refusal import Refusal
from xero_tools import accounts, bank, credit_notes, invoices, journals, organisations, reports
from xero_tools.gateway import Gateway
from xero_tools.links import Links

T = TypeVar("T")
READS_AT_ONCE = 4
"""Xero allows five calls in flight for an organisation; one is left for somebody else's question."""
CLOSE_READS = (
    "chart",
    "unreconciled",
    "unreconciled_payments",
    "unfinished_invoices",
    "draft_journals",
    "posted_journals",
    "bills",
    "spent",
    "credit_notes",
)
LOOK_BACK_MONTHS = 36
"""How far back documents with a term are looked for; what is older shows as a difference in the tie-out."""


def months_back(period: Period, count: int) -> Period:
    """The period `count` months earlier."""
    for _ in range(count):
        period = period.previous()
    return period


class Ledger:
    """A client's books as of the cut-off, read lazily; a read that failed is not repeated, its Refusal is raised again.

    Threads may share one ledger.
    """

    def __init__(self, scope: Scope, gateway: Gateway, *, look_back_months: int = LOOK_BACK_MONTHS) -> None:
        self._scope = scope
        self._look_back_months = look_back_months
        self._gateway = gateway
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._reads: dict[str, object] = {}

    @property
    def links(self) -> Links:
        """Builds the links into Xero."""
        return self._gateway.links

    @property
    def cut_off(self) -> date:
        """The last day of the period."""
        return self._scope.period.end

    @property
    def looked_back_to(self) -> date:
        """The first day of the documents that are read with their lines."""
        return months_back(self._scope.period, self._look_back_months).start

    def read_ahead(self) -> None:
        """Reads what a close run needs, some kinds at a time; what fails is told to the check that asks for it.

        The trial balance comes first: the others then find the base currency known.
        """
        self._quietly("trial_balance")
        with ThreadPoolExecutor(READS_AT_ONCE) as pool:
            list(pool.map(self._quietly, CLOSE_READS))

    def _quietly(self, name: str) -> None:
        with contextlib.suppress(Refusal):  # kept, and raised where it is asked for
            getattr(self, name)

    def _once(self, name: str, read: Callable[[str, Gateway], T]) -> T:
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._reads:
                try:
                    self._reads[name] = read(self._scope.organisation, self._gateway)
                except Refusal as refusal:
                    self._reads[name] = refusal
        found = self._reads[name]
        if isinstance(found, Refusal):
            raise found
        return cast(T, found)

    @property
    def organisation(self) -> Organisation:
        """The organisation with its lock dates as they are now."""
        return self._once("organisation", organisations.get)

    @property
    def currency(self) -> str:
        """The base currency."""
        return self.organisation.currency

    @property
    def chart(self) -> tuple[LedgerAccount, ...]:
        """The chart of accounts."""
        return tuple(self._once("chart", accounts.chart))

    def by_code(self, code: str) -> LedgerAccount | None:
        """The ledger account with that code."""
        return next((each for each in self.chart if each.code == code), None)

    @property
    def trial_balance(self) -> tuple[TrialBalanceRow, ...]:
        """The trial balance at the cut-off."""
        return tuple(self._once("trial balance", lambda o, g: reports.trial_balance(o, g, as_at=self.cut_off)))

    def balance(self, account_id: str) -> Money:
        """A ledger account's balance at the cut-off: debit positive; nothing when the trial balance leaves it out."""
        found = (row.balance for row in self.trial_balance if row.account_id == account_id)
        return next(found, Money.zero(self.currency))

    @property
    def bank_accounts(self) -> tuple[LedgerAccount, ...]:
        """The bank and credit-card accounts that are in use, or hold something at the cut-off all the same."""
        banks = (each for each in self.chart if each.is_bank)
        return tuple(each for each in banks if each.status == "ACTIVE" or self.balance(each.id))

    @property
    def unreconciled(self) -> tuple[BankTransaction, ...]:
        """Spend and receive money dated up to the cut-off that no statement line has been matched with."""
        read = self._once(
            "unreconciled bank transactions",
            lambda o, g: bank.transactions(o, g, until=self.cut_off, since=None, reconciled=False),
        )
        return tuple(each for each in read if each.status == "AUTHORISED")

    @property
    def unreconciled_payments(self) -> tuple[Payment, ...]:
        """Payments dated up to the cut-off that no statement line has been matched with."""
        read = self._once(
            "unreconciled payments",
            lambda o, g: bank.payments(o, g, until=self.cut_off, since=None, reconciled=False),
        )
        return tuple(each for each in read if each.status == "AUTHORISED")

    @property
    def unfinished_invoices(self) -> tuple[Invoice, ...]:
        """Sales invoices and bills dated up to the cut-off that are drafts or wait for approval."""
        read = self._once(
            "unfinished invoices",
            lambda o, g: invoices.with_status(o, g, statuses=("DRAFT", "SUBMITTED"), until=self.cut_off),
        )
        return tuple(read)

    @property
    def bills(self) -> tuple[Invoice, ...]:
        """Approved bills since `looked_back_to`, with their lines."""
        return self._approved("ACCPAY")

    @property
    def sales(self) -> tuple[Invoice, ...]:
        """Approved sales invoices since `looked_back_to`, with their lines."""
        return self._approved("ACCREC")

    @property
    def credit_notes(self) -> tuple[Invoice, ...]:
        """Customers' and suppliers' credit notes since `looked_back_to`, with their lines; amounts are positive."""
        wanted = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID")
        read = self._once(
            "credit notes",
            lambda o, g: credit_notes.with_status(o, g, statuses=wanted, until=self.cut_off, since=self.looked_back_to),
        )
        return tuple(read)

    def _approved(self, kind: str) -> tuple[Invoice, ...]:
        read = self._once(
            f"approved {kind}",
            lambda o, g: invoices.with_status(
                o, g, statuses=("AUTHORISED", "PAID"), until=self.cut_off, since=self.looked_back_to, kind=kind
            ),
        )
        return tuple(read)

    @property
    def spent(self) -> tuple[BankTransaction, ...]:
        """Spend and receive money since `looked_back_to`, with their lines, reconciled or not.

        The unreconciled ones are read once for both: in a ledger that was imported they are all there is.
        """
        since = self.looked_back_to
        read = self._once(
            "bank transactions",
            lambda o, g: bank.transactions(o, g, until=self.cut_off, since=since, reconciled=True),
        )
        known = {each.id for each in read}
        open_still = (each for each in self.unreconciled if each.date >= since and each.id not in known)
        return tuple(each for each in (*read, *open_still) if each.status == "AUTHORISED")

    @property
    def posted_journals(self) -> tuple[ManualJournal, ...]:
        """Posted manual journals since `looked_back_to`."""
        return self._journals("POSTED", self.looked_back_to)

    @property
    def draft_journals(self) -> tuple[ManualJournal, ...]:
        """Manual journals dated up to the cut-off that nobody has posted."""
        return self._journals("DRAFT", None)

    def _journals(self, status: str, since: date | None) -> tuple[ManualJournal, ...]:
        read = self._once(
            f"{status} journals",
            lambda o, g: journals.manual(o, g, since=since, until=self.cut_off, statuses=(status,)),
        )
        return tuple(read)
