"""What we say to Xero's identity server: client credentials, refresh, a code for tokens, revocation."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import urllib3
from xero_python.exceptions import HTTPStatusException

from books.refusal import Refusal
from xero_tools import transport
from xero_tools.settings import XeroSettings


class TokenSet(msgspec.Struct, frozen=True, kw_only=True):
    """What Xero's identity server gives; `expires_at` in seconds since 1970. Keys that we do not know are left out."""

    access_token: str
    expires_at: float
    refresh_token: str = ""
    scope: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"TokenSet(expires_at={self.expires_at})"  # never the tokens themselves


class _Answer(msgspec.Struct):
    access_token: str
    expires_in: int = 1800
    refresh_token: str = ""
    scope: str = ""


class TokenRequests:
    """Asks for tokens; every method raises Refusal when Xero gives none."""

    def __init__(self, settings: XeroSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._client: Any = transport.new_client(settings.client_id, settings.client_secret)

    def by_credentials(self) -> TokenSet:
        """The token of a custom connection."""
        return self._by_sdk(lambda api: api.get_client_credentials_token(False))

    def refreshed(self, old: TokenSet) -> TokenSet:
        """The next tokens; the refresh token in them counts from now on."""
        if self._settings.client_secret:
            new = self._by_sdk(lambda api: api.refresh_token(old.refresh_token, list(old.scope)))
        else:  # the SDK refreshes no app without a secret
            new = self._by_form({"grant_type": "refresh_token", "refresh_token": old.refresh_token})
        return msgspec.structs.replace(
            new, refresh_token=new.refresh_token or old.refresh_token, scope=new.scope or old.scope
        )

    def redeemed(self, code: str, verifier: str) -> TokenSet:
        """The tokens for the one-time code of a consent."""
        return self._by_form(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._settings.redirect_url,
                "code_verifier": verifier,
            }
        )

    def revoke(self, tokens: TokenSet) -> None:
        """Ends all that the person of these tokens allowed this app."""
        answer = self._post(self._settings.revocation_url, {"token": tokens.refresh_token})
        if answer.status != 200:
            raise self._refused(answer.status, answer.content)

    def _by_form(self, form: Mapping[str, str]) -> TokenSet:
        answer = self._post(self._settings.token_url, form)
        if answer.status != 200:
            raise self._refused(answer.status, answer.content)
        try:
            return self._token_set(msgspec.json.decode(answer.content, type=_Answer))
        except msgspec.DecodeError as error:
            raise _no_token() from error

    def _post(self, url: str, form: Mapping[str, str]) -> transport.Answer:
        own = self._settings
        proof = {"client_id": own.client_id} | ({"client_secret": own.client_secret} if own.client_secret else {})
        try:
            return transport.post_form(self._client, url, proof | dict(form))
        except (transport.AnswerLost, transport.NeverConnected) as error:
            raise unreachable(str(error)) from error

    def _by_sdk(self, call: Callable[[Any], Any]) -> TokenSet:
        own = self._settings
        api = transport.token_api(self._client, own.token_url, own.client_id, own.client_secret)
        try:
            return self._token_set(msgspec.convert(call(api), _Answer))
        except HTTPStatusException as error:
            raise self._refused(int(error.status or 0), bytes(error.body or b"")) from error
        except urllib3.exceptions.HTTPError as error:
            raise unreachable() from error
        except (ValueError, msgspec.ValidationError) as error:
            raise _no_token() from error

    def _token_set(self, answer: _Answer) -> TokenSet:
        return TokenSet(
            access_token=answer.access_token,
            expires_at=self._clock() + answer.expires_in,
            refresh_token=answer.refresh_token,
            scope=tuple(answer.scope.split()),
        )

    def _refused(self, status: int, body: bytes) -> Refusal:
        if status >= 500 or status == 429:
            return unreachable(f"Xero's login answered with {status}.")
        if b"invalid_grant" in body:
            return not_connected(self._settings.connect_url)
        return Refusal(
            "Xero does not accept our credentials.",
            next_step="Check XERO_CLIENT_ID and XERO_CLIENT_SECRET against the app's page at developer.xero.com.",
            code="xero_credentials",
            detail=body.decode("utf-8", "replace")[:200],
        )


def not_connected(connect_url: str = "") -> Refusal:
    """The refusal for a connection that has ended or never was; `connect_url` is where an administrator begins."""
    where = f": `app.py connect xero` gives the link to {connect_url}." if connect_url else "."
    return Refusal(
        "This client is not connected to Xero, or its connection has ended.",
        next_step=f"Ask an administrator to connect it to Xero again{where}",
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


def _no_token() -> Refusal:
    return unreachable("Xero's login answered with something that is not a token.")
