"""Batches: many proposals of one sort that a person decides with one click, each still on its own content."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import policy, register
from approvals.deciding import past_of, wants_typing
from approvals.kinds import kind_of
from approvals.proposal import POSTED, PROPOSED, Proposal, digest_of
from approvals.queue import Queue
from approvals.register import ProposalRow
from books.clock import Clock
from books.firm import Firm, Member, load_firm
from books.money import Money
from books.refusal import Refusal
from books.store import Base, Moment, Store

MOST, LEAST = 90, 5
"""How many one card can list, and from how many on a batch is worth a card."""
PREFIX = "batch-"
"""What the id of a batch begins with, so that nobody takes it for a proposal's."""


class BatchRow(Base):
    """A batch as it was shown; `digest` covers which proposals are in it and each one's own digest."""

    __tablename__ = "batches"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(64), index=True)
    client: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(64))
    period: Mapped[str] = mapped_column(String(7))
    digest: Mapped[str] = mapped_column(String(64))
    undoes: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[dt.datetime] = mapped_column(Moment)


class BatchPartRow(Base):
    """One proposal of a batch, in its place; `apart` says why it was not decided with the others."""

    __tablename__ = "batch_parts"
    batch: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    proposal: Mapped[str] = mapped_column(ForeignKey("proposals.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    apart: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True)
class Apart:
    """A proposal that is decided singly, and why."""

    proposal: Proposal
    why: str


@dataclass(frozen=True)
class Batch:
    """Proposals of one client, kind and period as they stand now.

    `apart` are those pulled out of it, `shown` has the digest by id that each had when the batch was made.
    """

    id: str
    organisation: str
    client: str
    kind: str
    period: str
    digest: str
    proposals: tuple[Proposal, ...]
    apart: tuple[Apart, ...]
    shown: dict[str, str]
    undoes: str = ""

    @property
    def open(self) -> tuple[Proposal, ...]:
        """What a click would still decide."""
        return tuple(each for each in self.proposals if each.is_open)

    @property
    def total(self) -> Money:
        """The sum of the amounts in it."""
        return Money.total((abs(each.amount) for each in self.proposals), self.proposals[0].amount.currency)


class Batches:
    """Gathers, shows and decides batches; the queue judges each proposal in it as if it were clicked singly."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        queue: Queue,
        *,
        new_id: Callable[[], str] = lambda: f"{PREFIX}{secrets.token_hex(16)}",
        least: int = LEAST,
        fits: Callable[[Batch], bool] = lambda batch: True,
    ) -> None:
        self._store = store
        self._clock = clock
        self._queue = queue
        self._new_id = new_id
        self._least = least
        # Whether every platform can show a batch whole; one that is too long is split before anybody sees it.
        self._fits = fits

    def gather(self, proposals: Sequence[Proposal], *, undoes: str = "") -> tuple[tuple[Batch, ...], tuple[Apart, ...]]:
        """Batches of what is alike, and what is decided singly with its reason.

        Alike are open proposals of one client, kind, period, preparer and currency that one person of the rule's own
        role may approve: what needs a higher role, a second person or caution, and what has no like, stands alone.
        """
        now = self._clock.now()
        with self._store.transaction() as session:
            firm = load_firm(session)
            groups: dict[tuple[str, ...], list[Proposal]] = {}
            apart = []
            for each in sorted(proposals, key=lambda one: (one.created_at, one.id)):
                if why := _why_apart(session, firm, each, now):
                    apart.append(Apart(each, why))
                else:
                    groups.setdefault(_likeness(each), []).append(each)
            batches = []
            for alike in groups.values():
                for part in split(alike, lambda some: self._fits(_unkept(some, undoes))):
                    if len(part) < self._least:
                        apart += [Apart(each, "") for each in part]
                    else:
                        batches.append(self._keep(session, part, undoes, now))
        return tuple(batches), tuple(apart)

    def get(self, batch_id: str) -> Batch:
        """The batch with its proposals as they stand now; raises Refusal when there is none."""
        with self._store.reading() as session:
            row = session.get(BatchRow, batch_id)
            if row is None:
                raise Refusal("There is no such batch.", next_step="Ask for your queue.", code="unknown_batch")
            return _read(session, row)

    def named(self, words: str) -> Batch:
        """The one batch whose id begins with `words`; raises Refusal when there is none, or more than one."""
        with self._store.reading() as session:
            rows = session.scalars(
                select(BatchRow).where(BatchRow.id.startswith(words, autoescape=True)).limit(2)
            ).all()
            if len(rows) != 1 or len(words) < len(PREFIX) + 4:
                raise Refusal("There is no such batch.", next_step="Ask for your queue.", code="unknown_batch")
            return _read(session, rows[0])

    def apart_from_all(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """Those that stand on a card of their own: in no batch, or pulled out of it."""
        with self._store.reading() as session:
            query = select(BatchPartRow.proposal).where(BatchPartRow.apart == "")
            together = set(session.scalars(query.where(BatchPartRow.proposal.in_([each.id for each in proposals]))))
        return [each for each in proposals if each.id not in together]

    def waiting(self) -> tuple[Batch, ...]:
        """Every batch of which something still waits for a decision, oldest first."""
        with self._store.reading() as session:
            query = select(BatchRow).join(BatchPartRow).join(ProposalRow, ProposalRow.id == BatchPartRow.proposal)
            query = query.where(ProposalRow.status == PROPOSED, BatchPartRow.apart == "").distinct()
            return tuple(_read(session, row) for row in session.scalars(query.order_by(BatchRow.at, BatchRow.id)))

    def holding(self, proposal_id: str) -> tuple[str, ...]:
        """The batches that a proposal is in, by their ids: their cards change when it does."""
        with self._store.reading() as session:
            query = select(BatchPartRow.batch).where(BatchPartRow.proposal == proposal_id)
            return tuple(session.scalars(query.order_by(BatchPartRow.batch)))

    def decide(
        self, batch_id: str, *, verdict: str, digest: str, member_id: str, reason: str = "", where: str = ""
    ) -> tuple[Batch, tuple[Proposal, ...]]:
        """One verdict on every proposal that is still open; returns the batch and what was decided by this click.

        Each is judged on its own, in order, so that the sums of 24 hours count; what may not be decided so (an amount,
        a change in Xero, somebody who was faster) is pulled out with the reason and stays in the queue. Raises Refusal
        for other content than the card shows, and when the first reason holds for the whole batch.
        """
        batch = self.get(batch_id)
        if not hmac.compare_digest(digest.encode(), batch.digest.encode()):
            raise Refusal(
                "The card you pressed shows another batch than what stands in the queue; nothing was done.",
                next_step="Ask for your queue and decide on the current card.",
                code="stale",
            )
        waiting = [each for each in batch.open if each.id not in {one.proposal.id for one in batch.apart}]
        if not waiting:
            raise Refusal("Nothing in this batch waits any more.", next_step="Nothing is left to do.", code="late")
        decided: list[Proposal] = []
        # One look at the books for all of them; the executor reads again before each is sent.
        sitting = self._queue.sitting()
        for number, each in enumerate(waiting):
            if number == 1 and decided and verdict == policy.APPROVE:
                self._queue.read_ahead(sitting, waiting[1:])
            try:
                decision = self._queue.decide(
                    each.id, verdict=verdict, digest=batch.shown[each.id], member_id=member_id, reason=reason,
                    where=where, reading=sitting,
                )  # fmt: skip
            except Refusal as refusal:
                if refusal.code.startswith("xero_"):
                    if not decided:
                        raise  # nothing is wrong with any of them: the whole batch waits for the next click
                    break  # Xero asks for a pause: the rest waits for the next click, and the card says so
                if number == 0 and refusal.code in (
                    "role",
                    "own_work",
                    "not_your_client",
                    "unknown_member",
                    "no_reason",
                ):
                    raise
                self._pull_out(batch_id, each, refusal.words)
                continue
            if decision.changed:
                decided.append(decision.proposal)
            else:
                self._pull_out(batch_id, each, decision.words)
        return self.get(batch_id), tuple(decided)

    def undo(self, batch_id: str, *, member: Member) -> tuple[tuple[Batch, ...], tuple[Apart, ...]]:
        """Proposes to take back everything of a batch that was posted; what cannot be taken back is said apart."""
        batch, undoing, apart = self.get(batch_id), [], []
        posted = [each for each in batch.proposals if each.status == POSTED]
        if not posted:
            raise Refusal("Nothing of this batch is posted.", next_step="Reject what still waits.", code="not_posted")
        sitting = self._queue.sitting()
        for each in posted:
            try:
                undoing.append(self._queue.undo(each.id, member=member, reading=sitting))
            except Refusal as refusal:
                apart.append(Apart(each, str(refusal)))
        batches, alone = self.gather([each for each in undoing if each.is_open], undoes=batch_id)
        return batches, (*alone, *apart)

    def _keep(self, session: Session, proposals: Sequence[Proposal], undoes: str, now: dt.datetime) -> Batch:
        digest = digest_of([[each.id, each.digest] for each in proposals])
        if standing := session.scalars(select(BatchRow).where(BatchRow.digest == digest).limit(1)).one_or_none():
            return _read(session, standing)
        first = proposals[0]
        row = BatchRow(
            id=self._new_id(),
            organisation=first.organisation,
            client=first.client,
            kind=first.kind,
            period=first.period,
            digest=digest,
            undoes=undoes,
            at=now,
        )
        session.add(row)
        session.flush()
        for position, each in enumerate(proposals):
            session.add(BatchPartRow(batch=row.id, position=position, proposal=each.id, digest=each.digest))
        session.flush()
        return _read(session, row)

    def _pull_out(self, batch_id: str, proposal: Proposal, why: str) -> None:
        with self._store.transaction() as session:
            query = select(BatchPartRow).where(BatchPartRow.batch == batch_id, BatchPartRow.proposal == proposal.id)
            session.scalars(query.with_for_update()).one().apart = why[:500]


def split(
    alike: Sequence[Proposal], fits: Callable[[Sequence[Proposal]], bool], *, most: int = MOST
) -> list[Sequence[Proposal]]:
    """The proposals in order in as few parts of at most `most` as halving finds, each of which fits."""
    if len(alike) <= most and (len(alike) <= 1 or fits(alike)):
        return [alike] if alike else []
    middle = most if len(alike) > most else (len(alike) + 1) // 2
    return [*split(alike[:middle], fits, most=most), *split(alike[middle:], fits, most=most)]


def _unkept(proposals: Sequence[Proposal], undoes: str) -> Batch:
    """A batch as it would be, to see whether it can be shown."""
    first = proposals[0]
    return Batch(
        id=f"{PREFIX}{'0' * 32}",
        organisation=first.organisation,
        client=first.client,
        kind=first.kind,
        period=first.period,
        digest="0" * 64,
        proposals=tuple(proposals),
        apart=(),
        shown={each.id: each.digest for each in proposals},
        undoes=undoes,
    )


def _likeness(proposal: Proposal) -> tuple[str, ...]:
    kind = kind_of(proposal.kind)
    return (
        proposal.organisation, proposal.kind, proposal.period, proposal.preparer, proposal.agent,
        proposal.amount.currency, kind.alike(kind.read(proposal)),
    )  # fmt: skip


def _why_apart(session: Session, firm: Firm, proposal: Proposal, now: dt.datetime) -> str:
    if proposal.status != PROPOSED:
        return f"It is {proposal.status} already."
    cautions = [each.caution for each in proposal.evidence if each.caution]
    if cautions:
        return f"{cautions[0]}: it takes a second look."
    if unsure := [each.unsure for each in proposal.evidence if each.unsure]:
        return unsure[0]
    past, rule = past_of(session, proposal, until=now), policy.rule_for(firm, proposal)
    if policy.approvals_needed(firm, proposal, past) > 1:
        return "It takes two people."
    if wants_typing(firm, proposal):
        return "Its amount is typed by whoever approves it."
    if (role := policy.role_needed(firm, proposal, past)) != rule.role:
        return f"It takes a {role}."
    return ""


def _read(session: Session, row: BatchRow) -> Batch:
    parts = session.scalars(
        select(BatchPartRow)
        .where(BatchPartRow.batch == row.id)
        .order_by(BatchPartRow.position)
        .execution_options(populate_existing=True)
    ).all()
    found = {each.id: each for each in register.several(session, [part.proposal for part in parts])}
    return Batch(
        id=row.id,
        organisation=row.organisation,
        client=row.client,
        kind=row.kind,
        period=row.period,
        digest=row.digest,
        proposals=tuple(found[part.proposal] for part in parts),
        apart=tuple(Apart(found[part.proposal], part.apart) for part in parts if part.apart),
        shown={part.proposal: part.digest for part in parts},
        undoes=row.undoes,
    )
