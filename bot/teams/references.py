"""Remembers how to reach every Teams conversation the bot was ever in, and trusts no other service address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from books.store import Base, Moment, Store
from bot.fetching import is_at, is_below_host

Json = dict[str, Any]
HOSTS = (
    "smba.trafficmanager.net",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
    "smba.infra.dod.teams.microsoft.us",
)
FILE_DOMAINS = ("sharepoint.com", "sharepoint.us")
"""What is sent to a bot in a chat lies in the sender's OneDrive for Business, below the firm's own name there."""
WORLDWIDE = "https://smba.trafficmanager.net/teams/"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOOKED_AGAIN = dt.timedelta(hours=6)


class TeamsReference(Base):
    """One conversation: where its service is, and for a chat with one person whose it is."""

    __tablename__ = "teams_references"
    conversation: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    service_url: Mapped[str] = mapped_column(String(512))
    tenant: Mapped[str] = mapped_column(String(64), index=True)
    bot: Mapped[str] = mapped_column(String(255))
    user: Mapped[str] = mapped_column(String(64), index=True)
    seen_at: Mapped[dt.datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Reference:
    """How to reach a conversation; `user` is the person's directory object id in a chat with one person, else empty."""

    conversation: str
    kind: str
    service_url: str
    tenant: str
    bot: str
    user: str = ""


def without_thread(conversation: str) -> str:
    """The conversation without `;messageid=…`, so that a new post does not land in an old thread."""
    return conversation.partition(";messageid=")[0]


def reference_of(activity: Json) -> Reference:
    """The reference that an activity from Teams carries."""
    conversation = activity.get("conversation") or {}
    kind = str(conversation.get("conversationType") or "personal")
    person = str((activity.get("from") or {}).get("aadObjectId") or "")
    return Reference(
        conversation=without_thread(str(conversation.get("id") or "")),
        kind=kind,
        service_url=str(activity.get("serviceUrl") or ""),
        tenant=tenant_of(activity),
        bot=str((activity.get("recipient") or {}).get("id") or ""),
        user=person if kind == "personal" else "",
    )


def tenant_of(activity: Json) -> str:
    """The directory an activity comes from: `channelData.tenant.id`, else `conversation.tenantId`."""
    facts = activity.get("channelData")
    tenant = facts.get("tenant") if isinstance(facts, dict) else None
    found = tenant.get("id") if isinstance(tenant, dict) else None
    return str(found or (activity.get("conversation") or {}).get("tenantId") or "")


def is_trusted(service_url: str, pinned: tuple[str, ...]) -> bool:
    """Whether answers may be sent there: one of the pinned addresses, or Microsoft's own over https."""
    parts = urlsplit(service_url)
    if pinned:
        return any(_below(service_url, base) for base in pinned)
    return parts.scheme == "https" and parts.hostname in HOSTS and parts.port in (None, 443) and "@" not in parts.netloc


def may_fetch(url: str, pinned: tuple[str, ...]) -> bool:
    """Whether a file may be fetched there: at a pinned address, or in Microsoft's own file store over https."""
    if pinned:
        return any(is_at(url, base) for base in pinned)
    return is_below_host(url, domains=FILE_DOMAINS)


def _below(url: str, base: str) -> bool:
    given, ours = urlsplit(url), urlsplit(base)
    return (given.scheme, given.netloc) == (ours.scheme, ours.netloc) and given.path.startswith(ours.path)


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in LOOPBACK


class References:
    """The table, with what was written lately kept in memory so that not every activity costs a write."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._written: dict[Reference, dt.datetime] = {}

    def remember(self, reference: Reference, now: dt.datetime) -> None:
        """Notes a conversation as an activity told of it."""
        written = self._written.get(reference)
        if not reference.conversation or (written is not None and now - written < _LOOKED_AGAIN):
            return
        with self._store.transaction() as session:
            session.merge(
                TeamsReference(
                    conversation=reference.conversation,
                    kind=reference.kind,
                    service_url=reference.service_url,
                    tenant=reference.tenant,
                    bot=reference.bot,
                    user=reference.user,
                    seen_at=now,
                )
            )
        self._written[reference] = now

    def find(self, conversation: str) -> Reference | None:
        """The way to a conversation; one the bot has not heard from yet is reached as its neighbours are."""
        wanted = without_thread(conversation)
        with self._store.reading() as session:
            row = session.get(TeamsReference, wanted)
            if row is not None:
                return _reference(row)
            neighbour = session.scalars(select(TeamsReference).order_by(TeamsReference.seen_at.desc())).first()
        if neighbour is None:
            return None
        return replace(_reference(neighbour), conversation=wanted, kind="channel", user="")

    def chat_with(self, tenant: str, user: str) -> Reference | None:
        """The chat between the bot and one person, if they ever had one."""
        mine = (TeamsReference.kind == "personal", TeamsReference.tenant == tenant, TeamsReference.user == user)
        with self._store.reading() as session:
            row = session.scalars(select(TeamsReference).where(*mine).order_by(TeamsReference.seen_at.desc())).first()
            return _reference(row) if row is not None else None


def _reference(row: TeamsReference) -> Reference:
    return Reference(row.conversation, row.kind, row.service_url, row.tenant, row.bot, row.user)
