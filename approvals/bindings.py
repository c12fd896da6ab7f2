"""Who a chat user is: a member, because an administrator said so after looking; kept here, beside firm.yml's own lines.

A platform proves the workspace and the user id. Names and addresses only help the administrator to recognise somebody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from approvals import audit
from books.clock import Clock
from books.firm import Firm, Member, load_firm
from books.refusal import Refusal
from books.store import Base, Moment, Store

ASK_AGAIN = dt.timedelta(days=1)


class BindingRow(Base):
    """One chat user that belongs to a member."""

    __tablename__ = "chat_bindings"
    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column("chat_user", String(64), primary_key=True)
    member: Mapped[str] = mapped_column(String(64), index=True)
    bound_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Moment)


class NewcomerRow(Base):
    """A chat user whom nobody knows and who wrote: when the administrators were last asked, and who said no."""

    __tablename__ = "chat_newcomers"
    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    workspace: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column("chat_user", String(64), primary_key=True)
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    refused_by: Mapped[str] = mapped_column(String(64), default="")


@dataclass(frozen=True)
class ChatUser:
    """A user as the platform proves it."""

    platform: str
    workspace: str
    user: str


def administrators(firm: Firm) -> tuple[Member, ...]:
    """Who says who is who: the administrators, or the partners of a firm that has none."""
    for role in ("administrator", "partner"):
        if found := tuple(member for member in firm.members if member.role == role):
            return found
    return ()


def member_of(session: Session, who: ChatUser) -> str:
    """The id of the member that this user was bound to; empty where nobody did."""
    row = session.get(BindingRow, (who.platform, who.workspace, who.user))
    return row.member if row else ""


def bound_users(session: Session, member: str) -> tuple[ChatUser, ...]:
    """The users bound to a member."""
    rows = session.scalars(select(BindingRow).where(BindingRow.member == member).order_by(BindingRow.at))
    return tuple(ChatUser(row.platform, row.workspace, row.user) for row in rows)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who wrote and is nobody yet; `refused_by` is the administrator who turned them away, if one did."""

    user: ChatUser
    asked_at: dt.datetime
    refused_by: str


def newcomers(session: Session) -> tuple[Newcomer, ...]:
    """Everybody who wrote and was not bound, the last first."""
    rows = session.scalars(select(NewcomerRow).order_by(NewcomerRow.asked_at.desc()))
    return tuple(
        Newcomer(ChatUser(row.platform, row.workspace, row.user), row.asked_at, row.refused_by) for row in rows
    )


def to_ask_about(store: Store, clock: Clock, who: ChatUser) -> bool:
    """Whether the administrators are to be asked about this user now: once a day, and never after a no.

    Raises Refusal when an administrator turned the user away.
    """
    with store.transaction() as session:
        row = session.get(NewcomerRow, (who.platform, who.workspace, who.user), with_for_update=True)
        now = clock.now()
        if row is not None and row.refused_by:
            raise Refusal(
                "An administrator has said that you are not a member of the firm.",
                next_step="Speak to them in person if that is wrong.",
                code="turned_away",
            )
        if row is not None and now < row.asked_at + ASK_AGAIN:
            return False
        session.merge(NewcomerRow(platform=who.platform, workspace=who.workspace, user=who.user, asked_at=now))
        return True


def not_asked(store: Store, who: ChatUser) -> None:
    """Nobody could be reached: the next word asks again."""
    with store.transaction() as session:
        session.execute(delete(NewcomerRow).where(*_is(who)))


def bind(store: Store, clock: Clock, who: ChatUser, *, member_id: str, by: str, where: str) -> Member:
    """An administrator says that this user is that member; raises Refusal for anybody else, and for who never wrote."""
    with store.transaction() as session:
        firm = load_firm(session)
        _check(firm, by)
        member = firm.member(member_id)
        key = (who.platform, who.workspace, who.user)
        if session.get(NewcomerRow, key, with_for_update=True) is None:
            raise Refusal("That user never wrote to Tieout.", next_step="Let them write first.", code="never_wrote")
        before = member_of(session, who)
        if before == member.id:
            return member
        now = clock.now()
        session.merge(BindingRow(platform=key[0], workspace=key[1], user=key[2], member=member.id, bound_by=by, at=now))
        session.execute(delete(NewcomerRow).where(*_is(who)))
        told = _told(who)
        _write_down(session, "bound", by, where, now, before=_with(before, told), after=_with(member.id, told))
        return member


def refuse(store: Store, clock: Clock, who: ChatUser, *, by: str, where: str) -> None:
    """An administrator says that this user is nobody's; they are not asked about again."""
    with store.transaction() as session:
        _check(load_firm(session), by)
        row = session.get(NewcomerRow, (who.platform, who.workspace, who.user), with_for_update=True)
        if row is None:
            raise Refusal("Nothing is asked about that user any more.", next_step="Nothing is left to do.", code="gone")
        row.refused_by = by
        _write_down(session, "binding_refused", by, where, clock.now(), before={}, after=_told(who))


def unbind(store: Store, clock: Clock, *, member_id: str, by: str, where: str) -> tuple[ChatUser, ...]:
    """Takes every user from a member, from the next click on; raises Refusal where firm.yml alone names them."""
    with store.transaction() as session:
        firm = load_firm(session)
        _check(firm, by)
        member = firm.member(member_id)
        users = bound_users(session, member.id)
        if not users:
            raise Refusal(
                f"No chat user was bound to {member.name} from here.",
                next_step="What firm.yml says is taken out of firm.yml.",
                code="not_bound",
            )
        session.execute(delete(BindingRow).where(BindingRow.member == member.id))
        for each in users:
            before = _with(member.id, _told(each))
            _write_down(session, "unbound", by, where, clock.now(), before=before, after={})
        return users


def _check(firm: Firm, by: str) -> None:
    able = administrators(firm)
    if by not in {member.id for member in able}:
        names = ", ".join(member.name for member in able)
        raise Refusal("Who is who is for the administrators.", next_step=f"Ask {names}.", code="not_administrator")


def _is(who: ChatUser) -> tuple[ColumnElement[bool], ...]:
    row = NewcomerRow
    return (row.platform == who.platform, row.workspace == who.workspace, row.user == who.user)


def _told(who: ChatUser) -> dict[str, str]:
    return {"platform": who.platform, "workspace": who.workspace, "user": who.user}


def _with(member: str, told: dict[str, str]) -> dict[str, str]:
    return {"member": member, **told} if member else {}


def _write_down(
    session: Session,
    what: str,
    who: str,
    where: str,
    now: dt.datetime,
    *,
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    audit.record(session, audit.Entry(at=now, who=who, what=what, where=where, before=before, after=after))
