"""Caution before money goes out: a payee that is new, or whose bank details just changed, takes a second person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals.proposal import Evidence
from approvals.sources import CONTACT
from books.period import spoken
from books.records import Payee
from books.store import Base, Moment, Store
from xero_tools import contacts
from xero_tools.gateway import Gateway

CAREFUL_DAYS = 30
"""How long after a change a payee is new: long enough for the supplier to miss a payment that went elsewhere."""


class PayeeRow(Base):
    """The bank details that a payee had when we looked last, as a fingerprint, and since when they are known."""

    __tablename__ = "payees"
    organisation: Mapped[str] = mapped_column(String(64), primary_key=True)
    contact: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(16))
    since: Mapped[dt.datetime] = mapped_column(Moment)


def read(organisation: str, gateway: Gateway, contact_ids: Sequence[str]) -> tuple[Payee, ...]:
    """The payees as Xero has them now; raises Refusal when Xero cannot be read or does not know one."""
    return tuple(contacts.payee(organisation, gateway, each) for each in dict.fromkeys(contact_ids))


def evidence(store: Store, organisation: str, payees: Sequence[Payee], *, now: dt.datetime) -> tuple[Evidence, ...]:
    """One line for each payee, so that a decision covers where the money goes, with a caution where that is new.

    Xero says only when a contact was saved last, whatever was changed. A contact saved more than CAREFUL_DAYS ago has
    neither been made nor changed since; a newer save is no caution where we saw the same bank details before that.
    """
    if not payees:
        return ()
    with store.reading() as session:
        return tuple(_line(session.get(PayeeRow, (organisation, each.id)), each, now) for each in payees)


def remember(session: Session, organisation: str, payees: Sequence[Payee], *, now: dt.datetime) -> None:
    """Keeps what was seen; details that stay the same keep their first date."""
    for payee in payees:
        row = session.get(PayeeRow, (organisation, payee.id))
        if row is None:
            new = PayeeRow(organisation=organisation, contact=payee.id, fingerprint=payee.fingerprint, since=now)
            session.merge(new)
        elif row.fingerprint != payee.fingerprint:
            row.fingerprint, row.since = payee.fingerprint, now
    session.flush()


def _line(row: PayeeRow | None, payee: Payee, now: dt.datetime) -> Evidence:
    line = now - dt.timedelta(days=CAREFUL_DAYS)
    is_same = row is not None and row.fingerprint == payee.fingerprint
    plain = Evidence(label=f"Payee {payee.name}", detail=payee.bank_words, source=f"{CONTACT}/{payee.id}")
    if payee.updated_at is None or payee.updated_at <= line or (row is not None and is_same and row.since <= line):
        return plain
    words = "New, or changed" if row is None or is_same else "The bank details changed"
    return Evidence(
        label=plain.label,
        detail=f"{payee.bank_words}; saved in Xero on {spoken(payee.updated_at.date())}. Ring a number you know.",
        source=plain.source,
        caution=words,
    )
