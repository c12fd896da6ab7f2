"""Reads of money moved between an organisation's bank accounts."""

from __future__ import annotations

import datetime as dt

from books.documents import BankTransfer
from xero_tools import currencies, translate, wire
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway
from xero_tools.one import only, segment


def every(
    organisation: str,
    gateway: Gateway,
    *,
    modified_since: dt.datetime | None = None,
    include_deleted: bool = False,
    interactive: bool = True,
) -> tuple[BankTransfer, ...]:
    """Every bank transfer, or those changed since; Xero gives them in one piece."""
    query = {"includeDeleted": True} if include_deleted else None
    content = gateway.read(organisation, "BankTransfers", query, modified_since=modified_since, interactive=interactive)
    return _translated(organisation, gateway, translate.envelope(content).BankTransfers or [])


def get(organisation: str, gateway: Gateway, transfer_id: str, *, interactive: bool = True) -> BankTransfer:
    """One bank transfer; raises Refusal when there is none."""
    content = gateway.read(organisation, f"BankTransfers/{segment(transfer_id)}", interactive=interactive)
    return _translated(organisation, gateway, [only(translate.envelope(content).BankTransfers)])[0]


def _translated(organisation: str, gateway: Gateway, rows: list[wire.WireTransfer]) -> tuple[BankTransfer, ...]:
    if not rows:
        return ()
    left = [(row.FromBankAccount.AccountID if row.FromBankAccount else None) or "" for row in rows]
    known = currencies.every(organisation, gateway, bank_accounts={each for each in left if each})
    return tuple(documents.transfer(row, known.of_bank_account(bank)) for row, bank in zip(rows, left, strict=True))
