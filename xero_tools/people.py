"""Reads of who may do what: the organisation's users, and what the connecting user may do."""

from __future__ import annotations

from books.documents import User
from xero_tools import translate
from xero_tools import translate_documents as documents
from xero_tools.gateway import Gateway


def users(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[User, ...]:
    """Everybody who may sign in to the organisation."""
    rows = translate.envelope(gateway.read(organisation, "Users", interactive=interactive)).Users
    return tuple(documents.user(row) for row in rows or ())


def allowed_actions(organisation: str, gateway: Gateway, *, interactive: bool = True) -> frozenset[str]:
    """What the connecting user may do, by Xero's names, such as ApproveTransactionsBeforePeriodLockDate."""
    rows = translate.envelope(gateway.read(organisation, "Organisation/Actions", interactive=interactive)).Actions
    return frozenset(row.Name for row in rows or () if row.Name and row.Status == "ALLOWED")
