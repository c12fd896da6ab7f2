"""Ties a bank account out: the ledger's balance is the bank's, plus what is under way, less what nobody entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agents.reconciliation.account_view import AccountTieOut, Entry
from agents.reconciliation.pairing import Paired, pair
from agents.reconciliation.shelf import Span
from books.money import Money
from books.period import spoken
from books.records import LedgerAccount, StatementLine


def tie_out_account(
    account: LedgerAccount,
    *,
    currency: str,
    lines: Sequence[StatementLine],
    spans: Sequence[Span],
    entries: Sequence[Entry],
    ledger: Money | None,
    cut_off: dt.date,
    let_go: dt.date | None = None,
) -> tuple[AccountTieOut, Paired]:
    """The tie-out, and which lines stand in the ledger; `ledger` is the books' balance at the cut-off if known.

    `let_go` is the last day whose lines are no longer kept, because it is locked.
    """
    own_lines = [each for each in lines if each.date <= cut_off]
    paired = pair(own_lines, [each for each in entries if each.date <= cut_off])
    first = min((each.start for each in spans), default=cut_off)
    # Without a statement nothing can be called missing from it.
    left = paired.entries if spans else ()
    under_way = tuple(each for each in left if not each.is_reconciled)
    ticked_only = tuple(each for each in left if each.is_reconciled and each.date >= first)
    bank, covered_to, why = _bank_balance(spans, lines, cut_off)
    if let_go is not None and cut_off <= let_go:
        why = f"{spoken(cut_off)} is locked in Xero, and its lines were let go of."
    if ledger is None and not why:
        why = "Xero gives no balance in this account's own currency: its movements are compared, not its balance."
    difference = None
    if bank is not None and ledger is not None:
        explained = Money.total((each.amount for each in (*under_way, *ticked_only)), currency)
        explained = explained - Money.total((each.amount for each in paired.lines), currency)
        difference = ledger - bank - explained
    tied = AccountTieOut(
        account_id=account.id,
        code=account.code,
        name=account.name,
        currency=currency,
        covered_to=covered_to,
        bank=bank,
        ledger=ledger,
        under_way=under_way,
        not_entered=paired.lines,
        ticked_only=ticked_only,
        difference=difference,
        why=why,
    )
    return tied, paired


def _bank_balance(
    spans: Sequence[Span], lines: Sequence[StatementLine], cut_off: dt.date
) -> tuple[Money | None, dt.date | None, str]:
    """The bank's balance at the cut-off, up to which day it is known, and why it is not."""
    if not spans:
        return None, None, "No statement of this account was given yet: drop the bank's file here."
    reaching = [each for each in spans if each.end >= cut_off and each.start <= cut_off]
    latest = max(reaching or spans, key=lambda each: (each.closing is not None, each.end))
    if not reaching:
        days = (cut_off - latest.end).days
        words = f"The statements end on {spoken(latest.end)}, {days} days before the cut-off."
        return None, latest.end, words
    if latest.closing is None:
        return None, latest.end, "The statement says no closing balance."
    after = (each.amount for each in lines if cut_off < each.date <= latest.end)
    return latest.closing - Money.total(after, latest.currency), cut_off, ""
