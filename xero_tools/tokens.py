"""Access tokens for Xero: one refresh however many threads and processes ask, in time, never lost, never logged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

import msgspec

from books.refusal import Refusal
from xero_tools.settings import XeroSettings
from xero_tools.token_requests import TokenRequests
from xero_tools.token_requests import TokenSet as TokenSet  # the words of this room for its readers
from xero_tools.token_requests import not_connected as not_connected
from xero_tools.token_requests import unreachable as unreachable

FRESH_SECONDS = 120  # a token is renewed when less than this is left, before the SDK's own 60 s
SPARE_SECONDS = 15  # and while another renews it, the old one serves until this little is left
WAIT_SECONDS = 75  # a little longer than a claim of a process that died
_LOOK_SECONDS = 0.05
_REMEMBER_SECONDS = 5.0


class Claim(msgspec.Struct, frozen=True):
    """The right to refresh a connection's tokens, and the tokens as they were saved last."""

    id: str
    tokens: TokenSet


class TokenKeeper(Protocol):
    """Where rotating tokens live between runs; what is saved has reached the disk when the call returns."""

    def load(self, connection: str) -> TokenSet | None:
        """The last saved tokens of a connection; None when it never was or has ended."""
        ...

    def claim(self, connection: str) -> Claim | None:
        """The right to refresh, for a while; None while another process has it."""
        ...

    def save(self, connection: str, tokens: TokenSet, claim: str) -> bool:
        """Keeps the tokens in place of the older ones and gives the claim back; False when it had run out."""
        ...

    def release(self, connection: str, claim: str) -> None:
        """Gives the claim back with nothing changed."""
        ...

    def end(self, connection: str, claim: str) -> bool:
        """Notes that Xero has ended the connection; False when the claim had run out."""
        ...


def _same(organisation: str) -> str:
    return organisation


def _nobody(_connection: str) -> None:
    """The default for `on_ended`: nobody is told."""


class Tokens:
    """Hands out access tokens: by client credentials (custom connections, the sandbox), or by refresh tokens.

    With a `keeper`, each connection has its own rotating token set, and `connection_of` says which one an organisation
    belongs to (it raises Refusal for one that has none); without a keeper, a single client credentials token serves.
    `on_ended` is called once, by the process that notices, when Xero has ended a connection; it must not raise.
    """

    def __init__(
        self,
        settings: XeroSettings,
        *,
        keeper: TokenKeeper | None = None,
        connection_of: Callable[[str], str] = _same,
        on_ended: Callable[[str], None] = _nobody,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._keeper = settings, keeper
        self._connection_of, self._on_ended = connection_of, on_ended
        self._clock, self._sleep = clock, sleep
        self._requests = TokenRequests(settings, clock=clock)
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._held: dict[str, TokenSet] = {}
        self._remembered: dict[str, tuple[str, float]] = {}

    def access_token(self, organisation: str) -> str:
        """A token that lives long enough for a call; raises Refusal when Xero will not give one."""
        return self.of_connection(self._connection(organisation))

    def of_connection(self, connection: str) -> str:
        """The same for a connection itself."""
        held = self._held.get(connection)
        if held is not None and self._lives(held, FRESH_SECONDS):
            return held.access_token
        spare = held if held is not None and self._lives(held, SPARE_SECONDS) else None
        return self._renewed(connection, stale=held.access_token if held else "", spare=spare).access_token

    def renew(self, organisation: str, stale: str) -> str:
        """A token other than `stale`, which Xero has just refused."""
        with self._guard:
            self._remembered.pop(organisation, None)  # it may have been connected anew
        return self._renewed(self._connection(organisation), stale=stale).access_token

    def _connection(self, organisation: str) -> str:
        if self._keeper is None:
            return ""
        now = time.monotonic()
        with self._guard:
            connection, until = self._remembered.get(organisation, ("", 0.0))
        if now >= until:
            connection = self._connection_of(organisation)
            with self._guard:
                self._remembered[organisation] = (connection, now + _REMEMBER_SECONDS)
        return connection

    def _lives(self, tokens: TokenSet, seconds: int) -> bool:
        return tokens.expires_at - self._clock() > seconds

    def _serves(self, tokens: TokenSet | None, stale: str) -> bool:
        return tokens is not None and tokens.access_token != stale and self._lives(tokens, FRESH_SECONDS)

    def _renewed(self, connection: str, *, stale: str, spare: TokenSet | None = None) -> TokenSet:
        with self._guard:
            lock = self._locks.setdefault(connection, threading.Lock())
        if not lock.acquire(blocking=spare is None):
            assert spare is not None
            return spare  # another thread renews it, and this one is still good
        try:
            held = self._held.get(connection)
            if held is None or not self._serves(held, stale):  # else another thread was faster
                held = self._held[connection] = self._new(connection, stale, spare)
            return held
        finally:
            lock.release()

    def _new(self, connection: str, stale: str, spare: TokenSet | None) -> TokenSet:
        try:
            if self._keeper is None:
                return self._requests.by_credentials()
            return self._refreshed(self._keeper, connection, stale, spare)
        except Refusal as refusal:
            if spare is not None and refusal.code == "xero_unreachable":
                return spare
            self._held.pop(connection, None)
            raise

    def _refreshed(self, keeper: TokenKeeper, connection: str, stale: str, spare: TokenSet | None) -> TokenSet:
        """The tokens that this process refreshed, or that another did while this one waited."""
        until = time.monotonic() + WAIT_SECONDS
        while True:
            kept = keeper.load(connection)
            if kept is None:
                raise not_connected(self._settings.connect_url)
            if self._serves(kept, stale):
                return kept
            claim = keeper.claim(connection)
            if claim is not None:
                new = self._under(keeper, connection, claim, stale)
                if new is not None:
                    return new
            elif spare is not None:
                return spare
            elif time.monotonic() > until:
                raise unreachable("Another process has been renewing the connection for too long.")
            else:
                self._sleep(_LOOK_SECONDS)

    def _under(self, keeper: TokenKeeper, connection: str, claim: Claim, stale: str) -> TokenSet | None:
        """Refreshes under a claim; None when the claim ran out meanwhile, so that another's result counts.

        What Xero answers is saved before it is used. A process that dies in between leaves the refresh token of before,
        which Xero takes for another thirty minutes.
        """
        if self._serves(claim.tokens, stale):
            keeper.release(connection, claim.id)
            return claim.tokens
        try:
            new = self._requests.refreshed(claim.tokens)
        except Refusal as refusal:
            if refusal.code != "xero_unauthorised":
                keeper.release(connection, claim.id)
                raise
            if not keeper.end(connection, claim.id):
                return None
            self._on_ended(connection)
            raise
        return new if keeper.save(connection, new, claim.id) else None
