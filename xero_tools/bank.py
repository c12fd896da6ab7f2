"""Reads of the ledger's bank side: money spent and received, payments, and the bank accounts."""

from __future__ import annotations

import datetime as dt

from books.records import BankTransaction, LedgerAccount, Payment
from xero_tools import accounts as chart_of_accounts
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment
from xero_tools.paging import Listing, date_clauses, every_row, within

_LIVE = 'Status=="AUTHORISED"'


def accounts(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[LedgerAccount, ...]:
    """The active bank and credit-card accounts."""
    every_account = chart_of_accounts.chart(organisation, gateway, interactive=interactive)
    return tuple(each for each in every_account if each.is_bank and each.status == "ACTIVE")


def transactions(
    organisation: str,
    gateway: Gateway,
    *,
    until: dt.date | None = None,
    since: dt.date | None = None,
    reconciled: bool | None = None,
    account_code: str | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[BankTransaction, ...]:
    """Money spent and received with its lines, deleted entries left out; transfers have an entry on either side.

    `reconciled` False asks for the ledger's unreconciled entries, the only ones that Xero's API shows.
    """
    listing = Listing(
        path="BankTransactions",
        where=(_LIVE, *date_clauses(since, until)),
        narrowing=_reconciled(reconciled),
        modified_since=modified_since,
        interactive=interactive,
    )
    rows = every_row(
        organisation,
        gateway,
        listing,
        rows=lambda page: page.BankTransactions,
        identity=lambda row: row.BankTransactionID or "",
    )
    lacks_currency = any(not row.CurrencyCode for row in rows)
    own = currencies.base(organisation, gateway, interactive=interactive) if lacks_currency else ""
    found = (translate.bank_transaction(row, own) for row in rows)
    return tuple(
        each
        for each in found
        if each.status == "AUTHORISED"
        and within(each.date, since, until)
        and (reconciled is None or each.is_reconciled == reconciled)
        and (account_code is None or each.bank_account_code == account_code)
    )


def payments(
    organisation: str,
    gateway: Gateway,
    *,
    until: dt.date | None = None,
    since: dt.date | None = None,
    reconciled: bool | None = None,
    modified_since: dt.datetime | None = None,
    interactive: bool = True,
) -> tuple[Payment, ...]:
    """Payments of invoices, bills and credit notes, deleted ones left out."""
    listing = Listing(
        path="Payments",
        where=(_LIVE, *date_clauses(since, until)),
        narrowing=_reconciled(reconciled),
        modified_since=modified_since,
        interactive=interactive,
    )
    rows = every_row(
        organisation, gateway, listing, rows=lambda page: page.Payments, identity=lambda row: row.PaymentID or ""
    )
    if not rows:
        return ()
    banks = {row.Account.AccountID for row in rows if row.Account and row.Account.AccountID}
    known = currencies.every(organisation, gateway, bank_accounts=banks, interactive=interactive)
    found = (
        translate.payment(
            row,
            base=known.base,
            bank_currency=known.of_bank_account((row.Account.AccountID if row.Account else None) or ""),
        )
        for row in rows
    )
    return tuple(
        each
        for each in found
        if each.status == "AUTHORISED"
        and within(each.date, since, until)
        and (reconciled is None or each.is_reconciled == reconciled)
    )


def transaction(
    organisation: str, gateway: Gateway, bank_transaction_id: str, *, interactive: bool = True
) -> BankTransaction:
    """One entry of money spent or received with its lines; raises Refusal when there is none."""
    path = f"BankTransactions/{segment(bank_transaction_id)}"
    row = only(translate.envelope(gateway.read(organisation, path, interactive=interactive)).BankTransactions)
    return translate.bank_transaction(row, row.CurrencyCode or currencies.base(organisation, gateway))


def payment(organisation: str, gateway: Gateway, payment_id: str, *, interactive: bool = True) -> Payment:
    """One payment, of whatever status; raises Refusal when there is none."""
    content = gateway.read(organisation, f"Payments/{segment(payment_id)}", interactive=interactive)
    row = only(translate.envelope(content).Payments)
    bank = (row.Account.AccountID if row.Account else None) or ""
    known = currencies.every(organisation, gateway, bank_accounts={bank} - {""}, interactive=interactive)
    return translate.payment(row, base=known.base, bank_currency=known.of_bank_account(bank))


def _reconciled(wanted: bool | None) -> tuple[str, ...]:
    return () if wanted is None else (f"IsReconciled=={'true' if wanted else 'false'}",)
