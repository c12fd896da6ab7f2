"""The SDK's client as we use it: one per connection, no hidden retries, always a timeout, answers unread.

Each guard stands against a trap of xero-python 15.2.0 that tests/xero_tools/test_sdk_traps.py reproduces.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import HTTPStatusException

CONNECT_SECONDS = 10
READ_SECONDS = 30  # ints: the SDK silently ignores a float
TIMEOUT = (CONNECT_SECONDS, READ_SECONDS)
_PIECE_BYTES = 65_536

GetToken = Callable[[], str]
Field = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whole; `wire_bytes` is what came over the line (compressed), which Xero bills."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    wire_bytes: int


class AnswerLost(Exception):  # noqa: N818 - says what happened
    """A request went out, or may have, and no whole answer came back."""


class NeverConnected(Exception):  # noqa: N818
    """No connection could be made, so that not one byte was sent."""


def new_client(client_id: str, client_secret: str, get_token: GetToken | None = None) -> Any:
    """An SDK client of its own for one connection; `get_token` hands it a token that is fresh enough.

    The token is given without a refresh token or an expiry, so that the SDK never refreshes behind our back.
    """
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(client_id=client_id, client_secret=client_secret)  # never the ctor keyword

    def token() -> dict[str, object] | None:
        if get_token is None:
            return None
        return {"access_token": get_token(), "scope": [], "expires_in": 0, "token_type": "Bearer"}

    client = ApiClient(configuration, oauth2_token_getter=token, oauth2_token_saver=lambda _token: None)
    client.rest_client.pool_manager.connection_pool_kw["retries"] = False
    return client


def get(client: Any, url: str, params: list[Field], headers: dict[str, str], *, seconds: int = READ_SECONDS) -> Answer:
    """One GET through the SDK's transport, its answer not decoded by the SDK; raises AnswerLost or NeverConnected."""
    started = time.monotonic()
    try:
        try:
            raw, _, _ = client.call_api(
                url,
                "GET",
                query_params=params,
                header_params={**headers, "Accept-Encoding": "gzip"},
                auth_settings=["OAuth2"],
                _preload_content=False,
                _request_timeout=(CONNECT_SECONDS, seconds),
            )
        except HTTPStatusException as error:
            refused = error.http_resp  # the SDK has read its body already
            raw = refused.urllib3_response
            return Answer(raw.status, urllib3.HTTPHeaderDict(raw.headers), refused.data, raw.tell())
        return _whole(raw, started + seconds)
    except urllib3.exceptions.HTTPError as error:
        raise _lost(error) from error


def send(client: Any, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """One write: exactly `body` on the wire, once; raises AnswerLost or NeverConnected.

    Goes through the SDK's authorisation and connection pool, past its serializer, which writes amounts as floats.
    """
    headers = dict(headers)
    client.update_params_for_auth(headers, None, ["OAuth2"])
    headers["User-Agent"] = client.user_agent
    started = time.monotonic()
    try:
        raw = client.rest_client.pool_manager.request(
            method,
            url,
            body=body,
            headers=headers,
            preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            redirect=False,
        )
        return _whole(raw, started + READ_SECONDS)
    except urllib3.exceptions.HTTPError as error:
        raise _lost(error) from error


def post_form(client: Any, url: str, form: Mapping[str, str]) -> Answer:
    """One form to Xero's identity server, once; raises AnswerLost or NeverConnected."""
    started = time.monotonic()
    try:
        raw = client.rest_client.pool_manager.request(
            "POST",
            url,
            body=urlencode(form).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
                "User-Agent": client.user_agent,
            },
            preload_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            redirect=False,
        )
        return _whole(raw, started + READ_SECONDS)
    except urllib3.exceptions.HTTPError as error:
        raise _lost(error) from error


class _Bounded:
    """Gives the SDK's token calls the timeout that they forget."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def call_api(self, *args: object, **keywords: object) -> Any:
        return self._client.call_api(*args, **{"_request_timeout": TIMEOUT, **keywords})


def token_api(client: Any, url: str, client_id: str, client_secret: str) -> Any:
    """The SDK's token calls against `url`, with a timeout; the SDK's class attributes stay as they are."""
    api = TokenApi(_Bounded(client), client_id, client_secret)
    api.client_credentials_token_url = url
    api.refresh_token_url = url
    return api


def _whole(raw: Any, deadline: float) -> Answer:
    pieces = []
    try:
        while piece := raw.read1(_PIECE_BYTES):
            pieces.append(piece)
            if time.monotonic() > deadline:
                raw.close()
                raise AnswerLost("The answer came too slowly.")
        _check_length(raw)
    finally:
        raw.release_conn()
    return Answer(raw.status, urllib3.HTTPHeaderDict(raw.headers), b"".join(pieces), raw.tell())


def _check_length(raw: Any) -> None:
    promised = raw.headers.get("Content-Length", "")
    if promised.isdigit() and raw.tell() < int(promised):
        raise AnswerLost(f"Only {raw.tell()} of {promised} bytes came.")


def _lost(error: Exception) -> AnswerLost | NeverConnected:
    inner: object = error
    if isinstance(error, urllib3.exceptions.MaxRetryError):
        inner = error.reason
    if isinstance(inner, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return NeverConnected(str(inner))
    return AnswerLost(str(inner))
