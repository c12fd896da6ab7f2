"""Reads of the chart of accounts."""

from __future__ import annotations

from books.records import LedgerAccount
from xero_tools import currencies, translate
from xero_tools.gateway import Gateway


def chart(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[LedgerAccount, ...]:
    """Every account of the chart, archived ones included."""
    answer = translate.envelope(gateway.read(organisation, "Accounts", interactive=interactive))
    found = tuple(translate.ledger_account(row) for row in answer.Accounts or ())
    currencies.remember_accounts(organisation, gateway, {each.id: each.currency for each in found})
    return found
