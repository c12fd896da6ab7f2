"""Which posted payments of customers still want a receipt: each is taken up once, and what came of it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ForeignKey, Select, String, delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import register
from approvals.attempts import AttemptRow
from approvals.kinds.apply_payment import KIND, RECEIPT
from approvals.proposal import APPROVED, FAILED, POSTED, PROPOSED, UNKNOWN, Proposal
from approvals.register import ProposalRow
from approvals.sources import PAYMENT
from books.clock import Clock
from books.money import Money
from books.store import Base, Moment, Store

FRESH = dt.timedelta(days=3)
"""A receipt that comes later surprises its customer, and a client who turns receipts on gets none for the past."""
SETTLED = dt.timedelta(minutes=15)
"""How long what was approved is waited for, so that payments that are posted one after the other make one batch."""
LEASE = dt.timedelta(minutes=2)
PREPARED = "prepared"
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class ReceiptRow(Base):
    """One payment of one invoice that was taken up: by which receipt, or why there is none.

    `outcome` is empty while somebody prepares it; what nobody finished within a LEASE is taken up anew.
    """

    __tablename__ = "receipts"
    payment: Mapped[str] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    invoice: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_at: Mapped[dt.datetime] = mapped_column(Moment)
    receipt: Mapped[str] = mapped_column(String(64), default="", index=True)
    outcome: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True, slots=True)
class Received:
    """What a customer paid of one invoice, as it was approved and posted from here.

    `payment` is the proposal's id, `document` the payment's id in Xero (empty where Xero has it in a batch).
    """

    payment: str
    mark: str
    document: str
    invoice_id: str
    date: dt.date
    amount: Money
    approved_at: dt.datetime


def take(store: Store, clock: Clock, organisation: str, *, most: int) -> tuple[Received, ...]:
    """Takes up payments that are posted and lack their receipt, up to `most`; none while more are being posted.

    With a payment comes what an open receipt of the same invoice is for: one mail tells of both. Whoever takes
    something up says what came of it (`came_to`); what nobody says anything of is taken up again after a LEASE.
    """
    now = clock.now()
    with store.reading() as session:
        if _is_busy(session, organisation, now):
            return ()
        unsent = session.scalars(_unsent(organisation)).all()
    for each in unsent:
        again(store, each)
    with store.reading() as session:
        due = _due(session, organisation, now)[:most]
    taken = [each for each in due if _claim(store, each, now)]
    with store.reading() as session:
        return (*_waiting(session, taken), *taken)


def came_to(store: Store, received: Sequence[Received], outcome: str, *, receipt: str = "") -> None:
    """Writes down what came of it: the receipt that was proposed, or why there is none."""
    with store.transaction() as session:
        for each in received:
            mine = (ReceiptRow.payment == each.payment, ReceiptRow.invoice == each.invoice_id)
            session.execute(update(ReceiptRow).where(*mine).values(outcome=outcome[:500], receipt=receipt))


def again(store: Store, receipt_id: str) -> None:
    """Whatever this receipt was for is taken up again: it did not leave, because the books changed."""
    with store.transaction() as session:
        its = update(ReceiptRow).where(ReceiptRow.receipt == receipt_id)
        session.execute(its.values(receipt="", outcome="", taken_at=_LONG_AGO))


def _is_busy(session: Session, organisation: str, now: dt.datetime) -> bool:
    """Whether payments are on their way, so that whoever waits a little gathers more."""
    under_way = select(ProposalRow.id).where(
        ProposalRow.organisation == organisation,
        ProposalRow.kind == KIND.name,
        ProposalRow.status.in_((APPROVED, UNKNOWN)),
        ProposalRow.decided_at > now - SETTLED,
    )
    return session.scalars(under_way.limit(1)).first() is not None


def _unsent(organisation: str) -> Select[str]:
    """Receipts whose approval did not hold any more before any request left."""
    sent = exists().where(AttemptRow.proposal == ProposalRow.id)
    failed = select(ProposalRow.id).join(ReceiptRow, ReceiptRow.receipt == ProposalRow.id)
    return failed.where(ProposalRow.organisation == organisation, ProposalRow.status == FAILED, ~sent).distinct()


def _due(session: Session, organisation: str, now: dt.datetime) -> list[Received]:
    """What was approved lately, is posted, and nobody took up or nobody finished; oldest first."""
    fresh = (
        ProposalRow.organisation == organisation,
        ProposalRow.kind == KIND.name,
        ProposalRow.status == POSTED,
        ProposalRow.decided_at > now - FRESH,
        ProposalRow.content.contains(f'"sort":"{RECEIPT}"'),  # spares reading what went to suppliers
    )
    new = session.scalars(select(ProposalRow.id).where(*fresh, ~exists().where(ReceiptRow.payment == ProposalRow.id)))
    unfinished = select(ReceiptRow.payment, ReceiptRow.invoice).join(ProposalRow, ProposalRow.id == ReceiptRow.payment)
    left = {(row.payment, row.invoice) for row in session.execute(unfinished.where(*fresh, *_left_behind(now)))}
    wanted = {*new, *(payment for payment, _ in left)}
    reopened = {payment for payment, _ in left}
    found = [one for each in register.several(session, sorted(wanted)) for one in _received(each)]
    return [each for each in found if each.payment not in reopened or (each.payment, each.invoice_id) in left]


def _left_behind(now: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return (ReceiptRow.outcome == "", ReceiptRow.taken_at <= now - LEASE)


def _claim(store: Store, received: Received, now: dt.datetime) -> bool:
    """Whether it is ours; another process may be faster."""
    mine = (ReceiptRow.payment == received.payment, ReceiptRow.invoice == received.invoice_id)
    try:
        with store.transaction() as session:
            session.execute(delete(ReceiptRow).where(*mine, *_left_behind(now)))
            session.add(ReceiptRow(payment=received.payment, invoice=received.invoice_id, taken_at=now))
    except IntegrityError:
        return False
    return True


def _waiting(session: Session, taken: Sequence[Received]) -> list[Received]:
    """What open receipts of the same invoices are for."""
    invoices = {each.invoice_id for each in taken}
    rows = select(ReceiptRow.payment, ReceiptRow.invoice).join(ProposalRow, ProposalRow.id == ReceiptRow.receipt)
    rows = rows.where(ProposalRow.status == PROPOSED, ReceiptRow.invoice.in_(invoices))
    known = {(row.payment, row.invoice) for row in session.execute(rows)} if invoices else set()
    found = register.several(session, sorted({payment for payment, _ in known}))
    return [one for each in found for one in _received(each) if (one.payment, one.invoice_id) in known]


def _received(proposal: Proposal) -> list[Received]:
    """The documents of a posted payment, when it came from a customer."""
    payload = KIND.read(proposal)
    assert proposal.decided_at is not None
    document = str(proposal.receipt["id"]) if proposal.receipt.get("entity") == PAYMENT else ""
    return [
        Received(
            payment=proposal.id,
            mark=proposal.mark,
            document=document,
            invoice_id=each.invoice_id,
            date=payload.date,
            amount=Money(each.amount, payload.currency),
            approved_at=proposal.decided_at,
        )
        for each in payload.documents
        if payload.sort == RECEIPT
    ]
