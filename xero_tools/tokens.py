"""Access tokens for Xero: fetched once however many threads ask, renewed before they run out, never logged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import urllib3
from xero_python.exceptions import HTTPStatusException

from books.refusal import Refusal
from xero_tools import transport
from xero_tools.settings import XeroSettings

FRESH_SECONDS = 120  # a token is renewed when less than this is left, before the SDK's own 60 s


class TokenSet(msgspec.Struct, frozen=True, kw_only=True):
    """What Xero's identity server gives; `expires_at` in seconds since 1970. Keys that we do not know are left out."""

    access_token: str
    expires_at: float
    refresh_token: str = ""
    scope: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"TokenSet(expires_at={self.expires_at})"  # never the tokens themselves


class TokenKeeper(Protocol):
    """Where rotating tokens live between runs; `save` must have reached the disk when it returns."""

    def load(self, connection: str) -> TokenSet | None:
        """The last saved tokens of a connection."""
        ...

    def save(self, connection: str, tokens: TokenSet) -> None:
        """Keeps the tokens of a connection in place of the older ones."""
        ...


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: int = 1800
    refresh_token: str = ""
    scope: str = ""


class Tokens:
    """Hands out access tokens: by client credentials (custom connections, the sandbox), or by refresh tokens.

    With a `keeper`, each organisation's connection has its own rotating token set; without one, a single client
    credentials token serves. One refresh at a time; the others wait for it and take what it got.
    """

    def __init__(
        self,
        settings: XeroSettings,
        *,
        keeper: TokenKeeper | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._keeper = keeper
        self._clock = clock
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._held: dict[str, TokenSet] = {}
        self._client: Any = transport.new_client(settings.client_id, settings.client_secret)

    def access_token(self, organisation: str) -> str:
        """A token with at least two minutes left; raises Refusal when Xero will not give one."""
        connection = self._connection(organisation)
        held = self._held.get(connection)
        if held is None or not self._is_fresh(held):
            held = self._renewed(connection, stale=held.access_token if held else "")
        return held.access_token

    def renew(self, organisation: str, stale: str) -> str:
        """A token other than `stale`, which Xero has just refused."""
        return self._renewed(self._connection(organisation), stale=stale).access_token

    def _connection(self, organisation: str) -> str:
        return organisation if self._keeper else ""

    def _is_fresh(self, tokens: TokenSet) -> bool:
        return tokens.expires_at - self._clock() > FRESH_SECONDS

    def _lock(self, connection: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(connection, threading.Lock())

    def _renewed(self, connection: str, *, stale: str) -> TokenSet:
        with self._lock(connection):
            held = self._held.get(connection)
            if held and held.access_token != stale and self._is_fresh(held):
                return held  # another thread was faster
            new = self._refreshed(connection, stale) if self._keeper else self._by_credentials()
            self._held[connection] = new
            return new

    def _refreshed(self, connection: str, stale: str) -> TokenSet:
        assert self._keeper is not None
        kept = self._keeper.load(connection)
        if kept is None:
            raise not_connected()
        if kept.access_token != stale and self._is_fresh(kept):
            return kept  # another process was faster
        new = self._ask(lambda api: api.refresh_token(kept.refresh_token, list(kept.scope)))
        new = msgspec.structs.replace(new, refresh_token=new.refresh_token or kept.refresh_token)
        self._keeper.save(connection, new)
        return new

    def _by_credentials(self) -> TokenSet:
        return self._ask(lambda api: api.get_client_credentials_token(False))

    def _ask(self, call: Callable[[Any], Any]) -> TokenSet:
        own = self._settings
        api = transport.token_api(self._client, own.token_url, own.client_id, own.client_secret)
        try:
            answer = msgspec.convert(call(api), _Answer)
        except HTTPStatusException as error:
            raise _refused(error) from error
        except urllib3.exceptions.HTTPError as error:
            raise unreachable() from error
        except (ValueError, msgspec.ValidationError) as error:
            raise unreachable("Xero's login answered with something that is not a token.") from error
        return TokenSet(
            access_token=answer.access_token,
            expires_at=self._clock() + answer.expires_in,
            refresh_token=answer.refresh_token,
            scope=tuple(answer.scope.split()),
        )


def _refused(error: Any) -> Refusal:
    status = int(error.status or 0)
    if status >= 500 or status == 429:
        return unreachable(f"Xero's login answered with {status}.")
    body = bytes(error.body or b"")
    if b"invalid_grant" in body:
        return not_connected()
    return Refusal(
        "Xero does not accept our credentials.",
        next_step="Check XERO_CLIENT_ID and XERO_CLIENT_SECRET against the app's page at developer.xero.com.",
        code="xero_credentials",
        detail=body.decode("utf-8", "replace")[:200],
    )


def not_connected() -> Refusal:
    """The refusal for a connection that has ended or never was."""
    return Refusal(
        "This client is not connected to Xero, or its connection has ended.",
        next_step="Ask an administrator to connect it to Xero again.",
        code="xero_unauthorised",
    )


def unreachable(detail: str = "") -> Refusal:
    """The refusal for Xero not answering."""
    return Refusal(
        "Xero cannot be reached at the moment.",
        next_step="Try again in a few minutes; status.xero.com shows whether Xero has an outage.",
        code="xero_unreachable",
        detail=detail,
    )
