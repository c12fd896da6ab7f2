"""What a proposal would do to the accounts: each balance at the period's end before and after, as read when it was new.

It is shown and not sealed: other postings move a balance every day without touching what was approved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.kinds import kind_of
from approvals.proposal import Proposal
from books.money import Money
from books.period import Period
from books.store import Base, Store
from xero_tools import accounts, reports
from xero_tools.gateway import Gateway


class EffectRow(Base):
    """One account that a proposal moves; amounts are decimal strings in the base currency, debit positive."""

    __tablename__ = "effects"
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    as_at: Mapped[dt.date]
    currency: Mapped[str] = mapped_column(String(3))
    moved: Mapped[list[list[str]]] = mapped_column(JSON)
    """Account, balance before, balance after."""


@dataclass(frozen=True)
class Effect:
    """One account's balance at `as_at` before and after, debit positive."""

    account: str
    as_at: dt.date
    before: Money
    after: Money


def read(organisation: str, gateway: Gateway, proposal: Proposal) -> tuple[Effect, ...]:
    """The accounts that this would move, by one trial balance and the chart; nothing where its kind moves none.

    Control accounts and tax, which Xero moves by itself, are not among them. Raises Refusal when Xero cannot be read.
    """
    kind, as_at = kind_of(proposal.kind), Period.of(proposal.period).end
    moves = kind.moves(kind.read(proposal))
    if not moves:
        return ()
    names = {each.code: each.name for each in accounts.chart(organisation, gateway)}
    balances = {each.account_code: each.balance for each in reports.trial_balance(organisation, gateway, as_at=as_at)}
    nothing = Money.zero(proposal.amount.currency)
    found = []
    for code, amount in moves.items():
        before = balances.get(code, nothing)
        after = before + Money(amount, nothing.currency)
        found.append(Effect(f"{code} {names.get(code, '')}".strip(), as_at, before, after))
    return tuple(found)


def keep(store: Store, proposal_id: str, effects: tuple[Effect, ...]) -> None:
    """Keeps what was read, for the card."""
    if not effects:
        return
    moved = [[each.account, str(each.before.amount), str(each.after.amount)] for each in effects]
    row = EffectRow(proposal=proposal_id, as_at=effects[0].as_at, currency=effects[0].before.currency, moved=moved)
    with store.transaction() as session:
        session.merge(row)


def of(session: Session, proposal_id: str) -> tuple[Effect, ...]:
    """What was kept for a proposal."""
    row = session.get(EffectRow, proposal_id)
    if row is None:
        return ()
    return tuple(
        Effect(account, row.as_at, Money(Decimal(before), row.currency), Money(Decimal(after), row.currency))
        for account, before, after in row.moved
    )
