"""Connects the firm's organisations to Xero by a person's consent, and disconnects them again."""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from books.refusal import Refusal
from books.store import Store
from xero_tools import scopes, transport
from xero_tools.connect_asks import Asks
from xero_tools.connections import Connected, Connections, WriteDown
from xero_tools.settings import XeroSettings
from xero_tools.token_requests import TokenRequests, TokenSet, not_connected, unreachable
from xero_tools.token_store import SealedTokens
from xero_tools.tokens import Tokens
from xero_tools.vault import Vault


@dataclass(frozen=True)
class Landed:
    """What one consent brought: who asked for it, and the organisations."""

    asked_by: str
    organisations: tuple[Connected, ...]


class Connect:
    """Authorisation code with state and PKCE, several organisations per consent; every no is a Refusal.

    What a bot process needs of it: `tokens` for the gateway, `connections` to look at. Blocking; thread-safe.
    """

    def __init__(
        self,
        settings: XeroSettings,
        store: Store,
        vault: Vault,
        *,
        on_ended: Callable[[tuple[Connected, ...]], None] | None = None,
        clock: Callable[[], float] = time.time,
        write_down: WriteDown | None = None,
    ) -> None:
        self.settings, self._clock = settings, clock
        book = {} if write_down is None else {"write_down": write_down}
        self.asks = Asks(store, vault, clock=clock)
        self.connections = Connections(store, connect_url=settings.connect_url, clock=clock, **book)
        self.kept = SealedTokens(store, vault, clock=clock, write_down=self.connections.ended)
        self.on_ended = on_ended
        self.tokens = Tokens(
            settings,
            keeper=self.kept,
            connection_of=self.connections.connection_of,
            on_ended=self._ended,
            clock=clock,
        )
        self._requests = TokenRequests(settings, clock=clock)

    # consent

    def link(self, asked_by: str) -> str:
        """The address at which one administrator begins; good for a day, and for one consent."""
        return f"{self.settings.connect_url}?{urlencode({'link': self.asks.link(asked_by)})}"

    def begin(self, link: str) -> tuple[str, str]:
        """Xero's consent page for this link, and the secret that the browser must bring back."""
        opened = self.asks.open(link)
        question = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_url,
            "scope": " ".join(scopes.scopes_of(self.settings.phase, self.settings.features)),
            "state": opened.state,
            "code_challenge": _challenge(opened.verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.settings.authorize_url}?{urlencode(question)}", opened.browser

    def finish(
        self,
        *,
        state: str,
        browser: str,
        code: str,
        error: str = "",
        allowed: Callable[[str], object] = lambda asked_by: None,
    ) -> Landed:
        """Takes what Xero's page sent back: tokens are saved before anything is asked with them.

        `allowed` is asked once more about the member whose link it was, and raises Refusal for one who no longer may.
        """
        returned = self.asks.take(state, browser)
        allowed(returned.asked_by)
        if error or not code:
            raise _not_allowed(error)
        tokens = self._redeemed(code, returned.verifier)
        connection = str(uuid.uuid4())
        self.kept.add(connection, tokens)
        event = _event(tokens.access_token)
        rows = self._rows(tokens.access_token, event) or self._rows(tokens.access_token)
        now = self._clock()
        landed = tuple(
            Connected(row.tenantId, row.tenantName or "", connection, row.id, tokens.scope, returned.asked_by, now)
            for row in rows
        )
        if not landed:
            self.kept.forget(connection)
            raise _not_allowed("no organisation was chosen")
        self.connections.land(landed)
        self.asks.close(returned.link)
        self._forget_unused()
        return Landed(returned.asked_by, landed)

    def _redeemed(self, code: str, verifier: str) -> TokenSet:
        try:
            return self._requests.redeemed(code, verifier)
        except Refusal as refusal:
            if refusal.code == "xero_unauthorised":
                raise Refusal(
                    "Xero does not take this answer: it is more than five minutes old, or it was used already.",
                    next_step="Open the link that Tieout gave you again.",
                    code="consent_code",
                ) from refusal
            raise

    # what there is

    def lacking(self) -> dict[str, tuple[str, ...]]:
        """The organisations whose consent does not cover this phase and these features, and the scopes it lacks."""
        phase, features = self.settings.phase, self.settings.features
        found = {each: scopes.lacking(phase, each.scope, features) for each in self.connections.all()}
        return {each.organisation: missing for each, missing in found.items() if missing}

    def ended(self) -> tuple[Connected, ...]:
        """The organisations whose consent Xero has ended."""
        ended = {connection for connection, has_ended in self.kept.all().items() if has_ended}
        return tuple(each for each in self.connections.all() if each.connection in ended)

    def survey(self) -> tuple[Connected, ...]:
        """Asks Xero what is connected, and notes what a person took away there; the organisations that are left."""
        for connection, has_ended in self.kept.all().items():
            if not has_ended:
                rows = {row.tenantId.lower() for row in self._rows(self.tokens.of_connection(connection))}
                for each in self.connections.all():
                    if each.connection == connection and each.organisation not in rows:
                        self.connections.forget(each.organisation, by="xero", where="xero")
        self._forget_unused()
        return self.connections.all()

    # the end

    def disconnect(self, organisation: str, *, by: str, where: str) -> Connected:
        """Takes one organisation's connection away, at Xero and here; raises Refusal when Xero cannot be reached.

        `by` is the member who wants it and `where` the room they said so in; both are written down.
        """
        found = self.connections.get(organisation)
        if found is None:
            raise not_connected(self.settings.connect_url)
        try:
            self._remove(self.tokens.access_token(organisation), found.xero_id)
        except Refusal as refusal:
            if refusal.code != "xero_unauthorised":  # what Xero has ended already needs no end
                raise
        self.connections.forget(organisation, by=by, where=where)
        if not self.connections.all():
            self._revoke(found.connection)
        self._forget_unused()
        return found

    def _revoke(self, connection: str) -> None:
        tokens = self.kept.load(connection)
        if tokens is not None:
            self._requests.revoke(tokens)

    def _forget_unused(self) -> None:
        self.kept.forget_all_but({each.connection for each in self.connections.all()})

    def _ended(self, connection: str) -> None:
        if self.on_ended is not None:
            self.on_ended(tuple(each for each in self.connections.all() if each.connection == connection))

    # the wire

    def _rows(self, token: str, event: str = "") -> list[_ConnectionRow]:
        client = transport.new_client(self.settings.client_id, self.settings.client_secret, lambda: token)
        fields = [("authEventId", event)] if event else []
        try:
            answer = transport.get(
                client, f"{self.settings.identity_url}/connections", fields, {"Accept": "application/json"}
            )
            return msgspec.json.decode(_good(answer, self.settings).content, type=list[_ConnectionRow])
        except (transport.AnswerLost, transport.NeverConnected, msgspec.DecodeError) as error:
            raise unreachable(str(error)) from error

    def _remove(self, token: str, xero_id: str) -> None:
        client = transport.new_client(self.settings.client_id, self.settings.client_secret, lambda: token)
        url = f"{self.settings.identity_url}/connections/{xero_id}"
        try:
            answer = transport.send(client, "DELETE", url, b"", {"Accept": "application/json"})
        except (transport.AnswerLost, transport.NeverConnected) as error:
            raise unreachable(str(error)) from error
        if answer.status != 404:
            _good(answer, self.settings)


class _ConnectionRow(msgspec.Struct):
    id: str
    tenantId: str  # noqa: N815 - Xero's own name
    tenantName: str | None = None  # noqa: N815


class _Claims(msgspec.Struct):
    authentication_event_id: str = ""


def _good(answer: transport.Answer, settings: XeroSettings) -> transport.Answer:
    if answer.status in (401, 403):
        raise not_connected(settings.connect_url)
    if not 200 <= answer.status < 300:
        raise unreachable(f"Xero answered with {answer.status}.")
    return answer


def _challenge(verifier: str) -> str:
    """RFC 7636 section 4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _event(access_token: str) -> str:
    """The consent that a token came from, as it says itself (it came to us from Xero over TLS); empty when it does
    not, and then all connections of the person count."""
    parts = access_token.split(".")
    try:
        claims = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        return msgspec.json.decode(claims, type=_Claims).authentication_event_id
    except (IndexError, ValueError, msgspec.DecodeError):
        return ""


def _not_allowed(detail: str) -> Refusal:
    return Refusal(
        "Nothing was connected: Xero was not allowed to.",
        next_step="Open the link that Tieout gave you again, choose the organisations and allow access.",
        code="consent_denied",
        detail=detail[:100],
    )
