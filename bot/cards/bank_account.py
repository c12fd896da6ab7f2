"""One bank account as accountants write it: the statement's balance, what it lacks, what the books lack, the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from agents.findings import BankReconciliation
from agents.reconciliation.account_view import AccountTieOut
from books.money import Money
from books.period import Period, spoken
from bot.card import Button, Buttons, Card, Heading, Link, Note, Part, Table, Text, Tone

MOST = 20
"""How many entries and lines of each list stand in the table; the rest is one row with its sum."""
Row = tuple[str, str, str]


def account_card(found: BankReconciliation, tied: AccountTieOut) -> Card:
    """The card of one account of a reconciliation."""
    period = Period.of(found.period)
    verdict, tone = _verdict(tied, period)
    parts: list[Part] = [Heading(verdict, tone), Text(f"{found.client_name.rstrip('.')}. Account {tied.code}.")]
    if tied.covered_to is None:
        parts.append(Text(tied.why))
    else:
        parts.append(Table((f"At {spoken(period.end)}", "Each", "Sum"), tuple(_rows(tied)), (1, 2)))
        parts += [Text(tied.why)] if tied.why else []
    parts.append(Link(f"Reconcile {tied.name} in Xero", found.links[tied.account_id]))
    subject = f"{found.client}|{found.period}"
    again = Button("Look again", "account", f"{subject}|{tied.account_id}")
    parts.append(Buttons((again, Button("All accounts", "recheck", f"{subject}|reconciliation"))))
    covered = f"Statements to {spoken(tied.covered_to)}. " if tied.covered_to else ""
    parts.append(Note(f"{covered}Bank lines are read from the bank's own files, the ledger from Xero."))
    return Card(f"{found.client_name}: {verdict}", tuple(parts))


def _verdict(tied: AccountTieOut, period: Period) -> tuple[str, Tone]:
    if tied.bank is None:
        return f"{tied.name}, {period}: the bank's statement is missing", "warning"
    if not tied.is_explained:
        gap = f": {tied.difference} is not explained" if tied.difference is not None else ""
        return f"{tied.name} does not tie out in {period}{gap}", "bad"
    return f"{tied.name} ties out in {period}", "good" if tied.is_clean else "warning"


def _rows(tied: AccountTieOut) -> list[Row]:
    """Downwards to the ledger: what is on no statement is added, what is in no ledger taken off."""
    waiting = [(each.date, each.words, each.amount) for each in tied.under_way]
    ticked = [(each.date, each.words, each.amount) for each in tied.ticked_only]
    missing = [(each.date, each.payer or each.reference or each.description, each.amount) for each in tied.not_entered]
    return [
        ("Balance of the bank's statement", "", _said(tied.bank)),
        *_listed("Add: in the ledger, on no statement yet", waiting, tied.currency),
        *_listed("Add: ticked in Xero, on no statement", ticked, tied.currency),
        *_listed("Less: on the statement, in no ledger yet", missing, tied.currency),
        ("Balance of the ledger", "", _said(tied.ledger)),
        ("Not explained", "", _said(tied.difference)),
    ]


def _listed(title: str, entries: Sequence[tuple[object, str, Money]], currency: str) -> list[Row]:
    """A line for the sum and one for each, by date; nothing where there is none."""
    if not entries:
        return []
    total = Money.total((amount for _, _, amount in entries), currency)
    ordered = sorted(entries, key=lambda each: str(each[0]))
    shown = [(f"{date:%-d %b} {words}", str(amount), "") for date, words, amount in ordered[:MOST]]
    if rest := ordered[MOST:]:
        more = Money.total((amount for _, _, amount in rest), currency)
        shown.append((f"… and {len(rest)} more", str(more), ""))
    return [(f"{title} ({len(entries)})", "", str(total)), *shown]


def _said(amount: Money | None) -> str:
    return str(amount) if amount is not None else "not known"
