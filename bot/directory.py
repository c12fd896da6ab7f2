"""Who is speaking, and which client a channel is about; unknown people and strangers are told no."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from approvals import bindings
from approvals.bindings import ChatUser
from books.clock import Clock
from books.firm import Client, Firm, Member, load_firm
from books.refusal import Refusal
from books.store import Base, Moment, Store
from bot.surface import Speaker

CODE_MINUTES = 5


class MemberCode(Base):
    """A short-lived code that proves on the command line who a member is; only its hash is kept, one a member."""

    __tablename__ = "member_codes"
    member: Mapped[str] = mapped_column(String(64), primary_key=True)
    hashed: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[dt.datetime] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)


class Directory:
    """Looks people and channels up in the firm as the database has it now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.unknown: Callable[[Speaker, Firm], Refusal] | None = None
        """What is done about a user whom nobody knows, and said to them; set once there is somebody to ask."""

    def firm(self) -> Firm:
        """The firm, read now: a role taken away is gone at the next click."""
        with self._store.reading() as session:
            return load_firm(session)

    def member(self, speaker: Speaker) -> Member:
        """The member who speaks; raises Refusal for strangers and for people nobody has bound to a member."""
        if speaker.stranger:
            raise Refusal(
                "Guests and people from other organisations cannot use Tieout.",
                next_step="Ask a member of the firm.",
                code="stranger",
            )
        firm = self.firm()
        for member in firm.members:
            if _is(member, speaker):
                return member
        with self._store.reading() as session:
            bound = bindings.member_of(session, ChatUser(speaker.platform, speaker.workspace, speaker.user))
        for member in firm.members:
            if member.id == bound:
                return member
        if self.unknown is not None:
            raise self.unknown(speaker, firm)
        raise Refusal(
            "I do not know you as a member of the firm yet.",
            next_step=f"Ask an administrator to add {speaker.platform} user {speaker.user} to firm.yml.",
            code="not_a_member",
        )

    def client_of_channel(self, platform: str, channel: str) -> Client | None:
        """The client that a channel is about, if any."""
        clients = self.firm().clients
        return next((client for client in clients if client.channels.get(platform) == channel), None)

    def visible_clients(self, member: Member) -> tuple[Client, ...]:
        """The clients this member may be told about."""
        return tuple(client for client in self.firm().clients if member.may_see(client.id))

    def give_code(self, member: Member) -> str:
        """A new six-digit code for the command line, good for one decision within five minutes."""
        code = f"{secrets.randbelow(10**6):06d}"
        expires_at = self._clock.now() + dt.timedelta(minutes=CODE_MINUTES)
        with self._store.transaction() as session:
            session.merge(MemberCode(member=member.id, hashed=_hashed(member, code), expires_at=expires_at, tries=0))
        return code

    def use_code(self, member: Member, code: str) -> None:
        """Uses a member's code up; raises Refusal when it is wrong, old, or has been guessed at three times."""
        with self._store.transaction() as session:
            row = session.get(MemberCode, member.id, with_for_update=True)
            right = row is not None and secrets.compare_digest(row.hashed, _hashed(member, code))
            live = row is not None and row.expires_at > self._clock.now() and row.tries < 3
            if row is not None:
                row.tries += 1
            if right and live:
                session.execute(delete(MemberCode).where(MemberCode.member == member.id))
        if not (right and live):
            raise Refusal(
                "That code is wrong or no longer valid.",
                next_step="Send Tieout “code” in a direct message and use the new code within five minutes.",
                code="wrong_code",
            )


def _is(member: Member, speaker: Speaker) -> bool:
    if speaker.platform == "slack":
        return member.slack is not None and (member.slack.team, member.slack.user) == (speaker.workspace, speaker.user)
    if speaker.platform == "teams":
        return member.teams is not None and (member.teams.tenant, member.teams.user) == (
            speaker.workspace,
            speaker.user,
        )
    return False


def _hashed(member: Member, code: str) -> str:
    return hashlib.sha256(f"{member.id}|{code}".encode()).hexdigest()


def people_for(firm: Firm, client: str) -> dict[str, str]:
    """Who acts in each role for a client, by name."""
    people: dict[str, list[str]] = {}
    for member in firm.members:
        if member.may_see(client):
            people.setdefault(member.role, []).append(member.name)
    return {role: " or ".join(names[:3]) for role, names in people.items()} | {"client": "the client"}
