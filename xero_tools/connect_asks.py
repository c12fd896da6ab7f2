"""Who asked to connect, and what proves that the answer belongs to that question: links, states and verifiers."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import LargeBinary, String, delete, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, mapped_column

from books.refusal import Refusal
from books.store import Base, Store
from xero_tools.vault import Vault

LINK_SECONDS = 24 * 3600  # a card may be read the next morning
STATE_SECONDS = 10 * 60
MOST_OPENED = 20
PURPOSE = "xero consent"


class LinkRow(Base):
    """An administrator's link to connect with, as its hash; it has served once it led to a connection."""

    __tablename__ = "xero_connect_links"
    hashed: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[float]
    opened: Mapped[int] = mapped_column(default=0)


class StateRow(Base):
    """One way to Xero and back: the state's and the browser's secrets as hashes, the PKCE verifier sealed."""

    __tablename__ = "xero_connect_states"
    hashed: Mapped[str] = mapped_column(String(64), primary_key=True)
    link: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[float]


@dataclass(frozen=True)
class Opened:
    """What goes with a browser on its way to Xero."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    browser: str = field(repr=False)


@dataclass(frozen=True)
class Returned:
    """What a browser that came back belongs to."""

    link: str
    asked_by: str
    verifier: str = field(repr=False)


class Asks:
    """Makes links and states, and takes each state back once."""

    def __init__(self, store: Store, vault: Vault, *, clock: Callable[[], float] = time.time) -> None:
        self._store, self._vault, self._clock = store, vault, clock

    def link(self, asked_by: str) -> str:
        """The secret of a new link for one administrator; it lives a day, or until it has led to a connection."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        with self._store.transaction() as session:
            session.execute(delete(LinkRow).where(LinkRow.expires_at <= now))
            session.execute(delete(StateRow).where(StateRow.expires_at <= now))
            session.add(LinkRow(hashed=_hash(secret), asked_by=asked_by, expires_at=now + LINK_SECONDS, opened=0))
        return secret

    def asked_by(self, link: str) -> str:
        """Whose link this is; raises Refusal when it has served, is old, or never was."""
        with self._store.reading() as session:
            row = session.get(LinkRow, _hash(link))
            if row is None or row.expires_at <= self._clock():
                raise _old_link()
            return row.asked_by

    def open(self, link: str) -> Opened:
        """A state, a verifier and a browser's secret, good for ten minutes; raises Refusal."""
        opened = Opened(secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_urlsafe(32))
        hashed, now = _hash(opened.state), self._clock()
        live = (LinkRow.hashed == _hash(link), LinkRow.expires_at > now, LinkRow.opened < MOST_OPENED)
        with self._store.transaction() as session:
            counted = session.execute(update(LinkRow).where(*live).values(opened=LinkRow.opened + 1))
            assert isinstance(counted, CursorResult)
            row = session.get(LinkRow, _hash(link)) if counted.rowcount else None
            if row is None:
                raise _old_link()
            state = StateRow(
                hashed=hashed,
                link=row.hashed,
                asked_by=row.asked_by,
                browser=_hash(opened.browser),
                sealed=self._vault.seal(hashed, PURPOSE, opened.verifier.encode()),
                expires_at=now + STATE_SECONDS,
            )
            session.add(state)
        return opened

    def take(self, state: str, browser: str) -> Returned:
        """What a state belongs to; it is used up by this, right or wrong. Raises Refusal unless the same browser
        comes back within ten minutes, for the first time."""
        hashed = _hash(state)
        with self._store.transaction() as session:
            row = session.get(StateRow, hashed, with_for_update=True)
            if row is not None:
                session.delete(row)
        if row is None or row.expires_at <= self._clock() or not secrets.compare_digest(row.browser, _hash(browser)):
            raise Refusal(
                "This answer from Xero does not belong to a question of this browser, or it came too late.",
                next_step="Open the link that Tieout gave you again, and answer within ten minutes.",
                code="consent_state",
            )
        verifier = self._vault.open(hashed, PURPOSE, row.sealed).decode()
        return Returned(row.link, row.asked_by, verifier)

    def close(self, link_hash: str) -> None:
        """The link has served."""
        with self._store.transaction() as session:
            session.execute(delete(LinkRow).where(LinkRow.hashed == link_hash))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _old_link() -> Refusal:
    return Refusal(
        "This link has served, or it is too old.",
        next_step="Ask Tieout for a new one: `app.py connect xero`.",
        code="connect_link",
    )
