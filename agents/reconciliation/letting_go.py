"""Lets go of the bank's lines of a locked period, all but those that still wait for somebody."""

from __future__ import annotations

import datetime as dt

from agents.reconciliation.entries import entries
from agents.reconciliation.pairing import pair
from agents.reconciliation.shelf import Shelf
from xero_tools.gateway import Gateway


def let_go(organisation: str, gateway: Gateway, shelf: Shelf, *, locked_to: dt.date) -> int:
    """Deletes the lines up to the lock date that are reconciled in Xero; says how many. Raises Refusal, then none.

    A line that stands in no ledger, or whose entry nobody has confirmed, still waits and stays.
    """
    own = {each: shelf.lines(organisation, each, until=locked_to) for each in shelf.accounts(organisation)}
    days = [line.date for lines in own.values() for line in lines]
    if not days:
        return 0
    known = entries(organisation, gateway, first_line=min(days), until=locked_to)
    gone = 0
    for account, lines in own.items():
        paired = pair(lines, [each for each in known if each.bank_account_id == account])
        unconfirmed = [line for line, entry in paired.pairs if not entry.is_reconciled]
        waiting = {line.id for line in (*paired.lines, *unconfirmed)}
        gone += shelf.forget(organisation, account, until=locked_to, besides=sorted(waiting))
    return gone
