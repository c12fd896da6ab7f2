"""Reads of batch payments: invoices or bills paid in one sum."""

from __future__ import annotations

import datetime as dt

from books.documents import BatchPayment
from xero_tools import currencies, translate, wire
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(
    organisation: str, gateway: Gateway, *, modified_since: dt.datetime | None = None, interactive: bool = True
) -> tuple[BatchPayment, ...]:
    """Every batch payment of whatever status, or those changed since; Xero gives them in one piece."""
    content = gateway.read(organisation, "BatchPayments", modified_since=modified_since, interactive=interactive)
    return _translated(organisation, gateway, translate.envelope(content).BatchPayments or [])


def get(organisation: str, gateway: Gateway, batch_id: str, *, interactive: bool = True) -> BatchPayment:
    """One batch payment; raises Refusal when there is none."""
    content = gateway.read(organisation, f"BatchPayments/{segment(batch_id)}", interactive=interactive)
    return _translated(organisation, gateway, [only(translate.envelope(content).BatchPayments)])[0]


def _translated(organisation: str, gateway: Gateway, rows: list[wire.WireBatch]) -> tuple[BatchPayment, ...]:
    if not rows:
        return ()
    banks = [(row.Account.AccountID if row.Account else None) or "" for row in rows]
    known = currencies.every(organisation, gateway, bank_accounts={each for each in banks if each})
    return tuple(documents.batch(row, known.of_bank_account(bank)) for row, bank in zip(rows, banks, strict=True))
