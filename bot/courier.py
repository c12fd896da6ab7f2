"""The courier posts cards and remembers where each proposal's copies stand, so that every copy is kept fresh."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import structlog
from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from approvals.batches import Batch
from approvals.proposal import Proposal
from books.clock import Clock
from books.firm import Client, Member
from books.refusal import Refusal
from books.store import Base, Moment, Store
from bot.card import Card
from bot.surface import MessageRef, Place, Surface

log = structlog.get_logger(__name__)
_FINAL = ("posted:", "rejected:", "withdrawn:", "expired:", "failed:")
_CLAIM = dt.timedelta(minutes=2)


Shown = Proposal | Batch
"""What has a card that is kept fresh."""


class PostedCard(Base):
    """Where a copy of a proposal's card stands, and which state of the proposal it shows.

    The row is written before the card is posted (with no `message`), so that two replicas never post the same copy.
    """

    __tablename__ = "posted_cards"
    __table_args__ = (UniqueConstraint("proposal", "platform", "channel"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    proposal: Mapped[str] = mapped_column(String(64), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(255))
    message: Mapped[str] = mapped_column(String(255), index=True)
    shows: Mapped[str] = mapped_column(String(255))
    posted_at: Mapped[dt.datetime] = mapped_column(Moment)


class Courier:
    """Posts, refreshes and remembers. `draw` makes the card of a proposal or a batch from its current state.

    `state` is a short word for all that changes on the card after it was posted; `states` finds those of many at once.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        surfaces: Mapping[str, Surface],
        read: Callable[[str], Shown],
        draw: Callable[[Shown], Card],
        state: Callable[[Shown], str] | None = None,
        states: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self.surfaces = surfaces
        self._read = read
        self._draw = draw
        self._state = state or state_of
        self._states = states or self._one_by_one
        self._locks = tuple(threading.Lock() for _ in range(64))

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a card that is not about a proposal, such as a morning digest."""
        surface = self.surfaces.get(place.platform)
        if surface is None:
            raise Refusal(
                f"{place.platform.title()} is not connected.",
                next_step="Run `python app.py doctor` to see what is missing.",
                code="surface_missing",
            )
        return surface.post(place, card)

    def lacking(self, standing: Sequence[Shown], client: Callable[[Shown], Client]) -> list[Shown]:
        """Those whose card does not stand yet in every channel of their client: few of many, found without a lock."""
        there: set[tuple[str, str, str]] = set()
        where = (PostedCard.proposal, PostedCard.platform, PostedCard.channel)
        with self._store.reading() as session:
            for some in _in_parts([each.id for each in standing]):
                posted = select(*where).where(PostedCard.proposal.in_(some), PostedCard.message != "")
                there.update((row.proposal, row.platform, row.channel) for row in session.execute(posted))
        return [
            each
            for each in standing
            if any(
                platform in self.surfaces and (each.id, platform, channel) not in there
                for platform, channel in client(each).channels.items()
            )
        ]

    def post_proposal(self, proposal: Shown, client: Client) -> list[MessageRef]:
        """Posts the proposal's card to each of the client's channels where it does not stand yet."""
        with self._lock(proposal.id):
            current = self._read(proposal.id)
            places = [Place(platform, channel) for platform, channel in client.channels.items()]
            refs = [self._post_once(place, current) for place in places if place.platform in self.surfaces]
        return [ref for ref in refs if ref is not None]

    def _post_once(self, place: Place, proposal: Shown) -> MessageRef | None:
        copy_id = self._claim(place, proposal)
        if copy_id is None:
            return None
        try:
            ref = self.surfaces[place.platform].post(place, self._draw(proposal))
        except Refusal as refusal:
            log.warning("card_not_posted", proposal=proposal.id, platform=place.platform, why=str(refusal))
            with self._store.transaction() as session:
                session.execute(delete(PostedCard).where(PostedCard.id == copy_id))
            return None
        with self._store.transaction() as session:
            row = session.get_one(PostedCard, copy_id)
            row.message, row.shows = ref.message, self._state(proposal)
        return ref

    def _claim(self, place: Place, proposal: Shown) -> int | None:
        """The new copy's row id, or None when the copy stands already or is being posted by somebody else."""
        now = self._clock.now()
        mine = (PostedCard.proposal == proposal.id, PostedCard.platform == place.platform)
        left_behind = (PostedCard.message == "", PostedCard.posted_at < now - _CLAIM)
        row = PostedCard(
            proposal=proposal.id,
            platform=place.platform,
            channel=place.channel,
            message="",
            shows="",
            posted_at=now,
        )
        try:
            with self._store.transaction() as session:
                session.execute(delete(PostedCard).where(*mine, *left_behind))
                standing = session.scalar(select(PostedCard.id).where(*mine, PostedCard.channel == place.channel))
                if standing is not None:
                    return None
                session.add(row)
        except IntegrityError:
            return None
        return row.id

    def refresh(self, proposal_id: str) -> None:
        """Redraws every copy that shows an older state; what the platform refuses is tried again by the sweep."""
        with self._lock(proposal_id):
            proposal = self._read(proposal_id)
            state = self._state(proposal)
            behind = [row for row in self._copies(proposal_id) if row.shows != state and row.platform in self.surfaces]
            if not behind:
                return
            card = self._draw(proposal)
            for row in behind:
                self._redraw(row, proposal, card, state)

    def card_of(self, subject: str) -> Card:
        """The card of a proposal or a batch as it stands now, whole."""
        return self._draw(self._read(subject))

    def shown_by(self, ref: MessageRef) -> str:
        """The id of what a message shows, or nothing when it is no card of ours."""
        there = (PostedCard.platform == ref.platform, PostedCard.channel == ref.channel)
        with self._store.reading() as session:
            found = session.scalars(select(PostedCard.proposal).where(*there, PostedCard.message == ref.message))
            return found.first() or ""

    def say_below(self, subject: str, card: Card, *, besides: MessageRef | None = None) -> None:
        """Says something in the thread of every copy of a card, but not where it was said (`besides`)."""
        for row in self._copies(subject):
            ref = MessageRef(row.platform, row.channel, row.message)
            surface = self.surfaces.get(row.platform)
            if surface is None or ref == besides:
                continue
            try:
                surface.reply(ref, card)
            except Refusal as refusal:
                log.warning("not_said_below_the_card", subject=subject, platform=row.platform, why=str(refusal))

    def announce(self, channels: Mapping[str, str], card: Card) -> list[str]:
        """Posts a card to each of a client's or the firm's channels, by platform; says where it could not, and why."""
        untold = []
        for platform, channel in channels.items():
            try:
                self.post(Place(platform, channel), card)
            except Refusal as refusal:
                log.warning("not_announced", platform=platform, card=card.summary, why=str(refusal))
                untold.append(f"not posted in {platform}: {refusal.words}")
        return untold

    def tell(self, member: Member, card: Card) -> None:
        """Tells one member alone, on the first platform where they are known; a platform's no is only logged."""
        known = {"slack": member.slack, "teams": member.teams}
        for platform, identity in known.items():
            if identity is None or platform not in self.surfaces:
                continue
            try:
                self.surfaces[platform].post(Place(platform, identity.user), card)
            except Refusal as refusal:
                log.warning("member_not_told", member=member.id, platform=platform, why=str(refusal))
                continue
            return

    def _redraw(self, row: PostedCard, proposal: Shown, card: Card, state: str) -> None:
        ref = MessageRef(row.platform, row.channel, row.message)
        try:
            fresh = self.surfaces[row.platform].update(ref, card) or ref
        except Refusal as refusal:
            log.warning("card_not_refreshed", proposal=proposal.id, platform=row.platform, why=str(refusal))
            return
        with self._store.transaction() as session:
            kept = session.get(PostedCard, row.id)
            if kept is not None:
                kept.shows, kept.message = state, fresh.message

    def stale(self) -> list[str]:
        """Ids of proposals of which some copy shows an older state; what shows an end is never looked at again."""
        shows_an_end = [PostedCard.shows.startswith(word) for word in _FINAL]
        with self._store.reading() as session:
            query = select(PostedCard.proposal, PostedCard.shows)
            copies = session.execute(query.where(PostedCard.message != "", *(~each for each in shows_an_end))).all()
        states = self._states(sorted({row.proposal for row in copies}))
        return sorted({row.proposal for row in copies if row.shows != states[row.proposal]})

    def _one_by_one(self, subjects: Sequence[str]) -> Mapping[str, str]:
        return {each: self._state(self._read(each)) for each in subjects}

    def _copies(self, proposal_id: str) -> list[PostedCard]:
        mine = (PostedCard.proposal == proposal_id, PostedCard.message != "")
        with self._store.reading() as session:
            return list(session.scalars(select(PostedCard).where(*mine)))

    def _lock(self, proposal_id: str) -> threading.Lock:
        return self._locks[hash(proposal_id) % len(self._locks)]


def _in_parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + 500] for start in range(0, len(ids), 500)]


def state_of(shown: Shown) -> str:
    """A short word for all that changes on a card after it was posted; one that begins with an end is final."""
    if isinstance(shown, Batch):
        counts = ",".join(
            f"{status}{n}" for status, n in sorted(Counter(each.status for each in shown.proposals).items())
        )
        return f"batch:{counts}:{len(shown.apart)}"
    so_far = f":{len(shown.approvals)}" if shown.is_open and shown.approvals else ""
    return f"{shown.status}:{shown.decided_by}:{bool(shown.receipt)}:{len(shown.problem)}{so_far}"
