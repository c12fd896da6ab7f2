"""TOOLS: the reads that an assistant may choose among; each is told its organisation by the house, never by a model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from books.records import Record
from xero_tools import (
    accounts,
    bank,
    budgets,
    contacts,
    history,
    invoices,
    journals,
    organisations,
    products,
    purchase_orders,
    reports,
    summaries,
    tax_rates,
    tracking,
)
from xero_tools.gateway import Gateway

MOST_ROWS = 100  # more than a model can weigh, and than a person will read

Until = Annotated[dt.date, msgspec.Meta(description="the last day to look at, YYYY-MM-DD")]
Since = Annotated[dt.date | None, msgspec.Meta(description="the first day to look at, YYYY-MM-DD")]
Search = Annotated[str, msgspec.Meta(description="letters that the name, number or code contains; empty for all")]
Kind = Annotated[str | None, msgspec.Meta(description="ACCREC for sales invoices, ACCPAY for bills, null for both")]


class Rows(msgspec.Struct, frozen=True):
    """A tool's answer: at most a hundred records, and how many were found."""

    found: int
    rows: tuple[Record, ...]


class Nothing(msgspec.Struct, frozen=True):
    """A tool that needs no more than the organisation."""


class Named(msgspec.Struct, frozen=True):
    """What to look for by name."""

    search: Search = ""


class AsAt(msgspec.Struct, frozen=True):
    """A date of a balance."""

    as_at: Until


class Span(msgspec.Struct, frozen=True):
    """A range of days, both included."""

    start: Annotated[dt.date, msgspec.Meta(description="the first day, YYYY-MM-DD")]
    end: Annotated[dt.date, msgspec.Meta(description="the last day, YYYY-MM-DD")]


class Compared(Span, frozen=True):
    """A range of days, and how many earlier months of it to compare."""

    periods: Annotated[int, msgspec.Meta(ge=0, le=11, description="earlier months to compare")] = 0


class InvoiceSearch(msgspec.Struct, frozen=True):
    """Which invoices or bills."""

    until: Until
    since: Since = None
    kind: Kind = None
    statuses: Annotated[
        tuple[str, ...], msgspec.Meta(description="of DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED; empty for all")
    ] = ()
    search: Search = ""


class JournalSearch(msgspec.Struct, frozen=True):
    """Which manual journals."""

    until: Until
    since: Since = None
    status: Annotated[str, msgspec.Meta(description="DRAFT, POSTED or VOIDED")] = "POSTED"


class BankSearch(msgspec.Struct, frozen=True):
    """Which entries of the bank accounts."""

    until: Until
    since: Since = None
    unreconciled_only: bool = True


class OrderSearch(msgspec.Struct, frozen=True):
    """Which orders to suppliers."""

    until: Until
    since: Since = None


class DocumentId(msgspec.Struct, frozen=True):
    """A document of Xero's."""

    entity: Annotated[str, msgspec.Meta(description="Xero's plural: Invoices, ManualJournals, BankTransactions, …")]
    id: Annotated[str, msgspec.Meta(description="the document's id")]


@dataclass(frozen=True)
class Tool:
    """One typed read: `what` is its contract with the model, `run(organisation, gateway, parameters)` answers."""

    name: str
    what: str
    run: Callable[[str, Gateway, Any], Rows]
    parameters: type[msgspec.Struct]

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the parameters."""
        return msgspec.json.schema(self.parameters)

    def answer(self, organisation: str, gateway: Gateway, parameters: dict[str, Any]) -> Rows:
        """Checks what a model gave and reads; raises msgspec.ValidationError or Refusal."""
        return self.run(organisation, gateway, msgspec.convert(parameters, self.parameters))


def _told(records: Sequence[Record]) -> Rows:
    return Rows(len(records), tuple(records[:MOST_ROWS]))


def _contains(search: str, *texts: str) -> bool:
    wanted = search.strip().lower()
    return any(wanted in text.lower() for text in texts)


def _organisation(organisation: str, gateway: Gateway, _: Nothing) -> Rows:
    return _told([organisations.get(organisation, gateway)])


def _chart(organisation: str, gateway: Gateway, asked: Named) -> Rows:
    chart = accounts.chart(organisation, gateway)
    return _told([each for each in chart if _contains(asked.search, each.code, each.name)])


def _contacts(organisation: str, gateway: Gateway, asked: Named) -> Rows:
    return _told([each for each in contacts.every(organisation, gateway) if _contains(asked.search, each.name)])


def _trial_balance(organisation: str, gateway: Gateway, asked: AsAt) -> Rows:
    return _told(reports.trial_balance(organisation, gateway, as_at=asked.as_at))


def _profit_and_loss(organisation: str, gateway: Gateway, asked: Compared) -> Rows:
    return _told(
        reports.profit_and_loss(organisation, gateway, start=asked.start, end=asked.end, periods=asked.periods)
    )


def _balance_sheet(organisation: str, gateway: Gateway, asked: AsAt) -> Rows:
    return _told(reports.balance_sheet(organisation, gateway, as_at=asked.as_at))


def _bank_balances(organisation: str, gateway: Gateway, asked: Span) -> Rows:
    return _told(reports.bank_summary(organisation, gateway, start=asked.start, end=asked.end))


def _bank_transactions(organisation: str, gateway: Gateway, asked: BankSearch) -> Rows:
    reconciled = False if asked.unreconciled_only else None
    return _told(bank.transactions(organisation, gateway, until=asked.until, since=asked.since, reconciled=reconciled))


def _payments(organisation: str, gateway: Gateway, asked: BankSearch) -> Rows:
    reconciled = False if asked.unreconciled_only else None
    return _told(bank.payments(organisation, gateway, until=asked.until, since=asked.since, reconciled=reconciled))


def _invoices(organisation: str, gateway: Gateway, asked: InvoiceSearch) -> Rows:
    found = invoices.summaries(
        organisation, gateway, statuses=asked.statuses, until=asked.until, since=asked.since, kind=asked.kind
    )
    return _told([each for each in found if _contains(asked.search, each.number, each.reference, each.contact.name)])


def _journals(organisation: str, gateway: Gateway, asked: JournalSearch) -> Rows:
    return _told(journals.manual(organisation, gateway, since=asked.since, until=asked.until, statuses=(asked.status,)))


def _budgets(organisation: str, gateway: Gateway, asked: Span) -> Rows:
    return _told(budgets.every(organisation, gateway, start=asked.start, end=asked.end))


def _history(organisation: str, gateway: Gateway, asked: DocumentId) -> Rows:
    return _told(history.notes(organisation, gateway, asked.entity, asked.id))


def _executive_summary(organisation: str, gateway: Gateway, asked: AsAt) -> Rows:
    return _told(summaries.executive(organisation, gateway, month=asked.as_at))


def _products(organisation: str, gateway: Gateway, asked: Named) -> Rows:
    every = products.every(organisation, gateway)
    return _told([each for each in every if _contains(asked.search, each.code, each.name)])


def _purchase_orders(organisation: str, gateway: Gateway, asked: OrderSearch) -> Rows:
    return _told(purchase_orders.every(organisation, gateway, since=asked.since, until=asked.until))


def _tax_rates(organisation: str, gateway: Gateway, _: Nothing) -> Rows:
    return _told(tax_rates.every(organisation, gateway))


def _tracking(organisation: str, gateway: Gateway, _: Nothing) -> Rows:
    return _told(tracking.categories(organisation, gateway))


TOOLS: tuple[Tool, ...] = (
    Tool("organisation", "The client's name, base currency, year end and lock dates.", _organisation, Nothing),
    Tool("chart_of_accounts", "The ledger accounts, by code or name.", _chart, Named),
    Tool("contacts", "Customers and suppliers, by name.", _contacts, Named),
    Tool("trial_balance", "Each ledger account's balance at a date; debits are positive.", _trial_balance, AsAt),
    Tool("profit_and_loss", "Income and expenses by account over a range of days.", _profit_and_loss, Compared),
    Tool("balance_sheet", "Assets, liabilities and equity by account at a date.", _balance_sheet, AsAt),
    Tool("bank_balances", "Each bank account's book balance, and what came in and went out.", _bank_balances, Span),
    Tool("bank_transactions", "Money spent and received in the ledger, by default unreconciled.", _bank_transactions,
         BankSearch),
    Tool("payments", "Payments of invoices and bills, by default unreconciled.", _payments, BankSearch),
    Tool("invoices", "Sales invoices and bills, by status, date, number or contact.", _invoices, InvoiceSearch),
    Tool("manual_journals", "Manual journals with their lines.", _journals, JournalSearch),
    Tool("budgets", "Budgets by account and month.", _budgets, Span),
    Tool("history", "The history and notes of one document.", _history, DocumentId),
    Tool("tax_rates", "The tax rates in use.", _tax_rates, Nothing),
    Tool("tracking", "The tracking categories and their options.", _tracking, Nothing),
    Tool("executive_summary", "Cash, profit, debtor days and ratios of a month, with the month before.",
         _executive_summary, AsAt),
    Tool("products", "Products and services with their prices and what is on hand, by code or name.", _products, Named),
    Tool("purchase_orders", "Orders to suppliers, by date; approved and unbilled ones are commitments.",
         _purchase_orders, OrderSearch),
)  # fmt: skip
