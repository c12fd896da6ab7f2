"""The one door to Xero: pace, token, request, classify; reads retry within a budget, writes never."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from books.refusal import Refusal
from xero_tools import tokens as token_room
from xero_tools import transport
from xero_tools.classify import Verdict, read_verdict, write_refusal
from xero_tools.links import Links
from xero_tools.outcomes import NotSent, OutcomeUnknown, XeroRejected
from xero_tools.pace import Allowance, Pace
from xero_tools.settings import XeroSettings
from xero_tools.tokens import Tokens
from xero_tools.usage import Meter

__all__ = ["Connection", "Gateway", "NotSent", "OutcomeUnknown", "Patience", "Usage", "WriteAnswer", "XeroRejected",
           "XeroSettings"]  # fmt: skip

Params = Mapping[str, str | int | bool]


class Connection(msgspec.Struct, frozen=True):
    """An organisation that this app is connected to; `id` is the organisation's."""

    id: str
    name: str


class WriteAnswer(msgspec.Struct, frozen=True):
    """Xero's answer to a write that it accepted."""

    status: int
    content: bytes


@dataclass
class Usage:
    """Calls made and bytes received for one organisation since the start, and what Xero says is left."""

    calls: int = 0
    bytes_received: int = 0
    allowance: Allowance = field(default_factory=Allowance)


@dataclass(frozen=True)
class Patience:
    """How long a read keeps trying: `attempts` at most, `seconds` in all; pauses double from `first_pause` seconds."""

    attempts: int = 4
    seconds: float = 40.0
    first_pause: float = 0.4


class Gateway:
    """Reads and writes of Xero, each for one organisation; thread-safe. A `meter` keeps what they cost."""

    def __init__(
        self,
        settings: XeroSettings,
        *,
        tokens: Tokens,
        pace: Pace,
        meter: Meter | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.links = Links(settings.go_url)
        self.constants: dict[tuple[str, str], Any] = {}  # what never changes in an organisation: its currencies
        # Asked with the organisation as the last thing before a write leaves; a Refusal keeps it here (NotSent).
        self.last_look: Callable[[str], None] = lambda organisation: None
        self._tokens, self._pace, self._counts = tokens, pace, meter
        self._patience = patience or Patience()
        self._sleep = sleep
        self._guard = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._usage: dict[str, Usage] = {}

    def connections(self) -> tuple[Connection, ...]:
        """The organisations that Xero says we are connected to."""
        content = self._read_url("", f"{self.settings.identity_url}/connections", [], {}, interactive=True)
        rows = msgspec.json.decode(content, type=list[_ConnectionRow])
        return tuple(Connection(row.tenantId, row.tenantName or "") for row in rows)

    def read(
        self,
        organisation: str,
        path: str,
        params: Params | None = None,
        *,
        modified_since: datetime | None = None,
        interactive: bool = True,
        accept: str = "application/json",
    ) -> bytes:
        """The raw body of a GET below the Accounting API, such as `Invoices`; raises Refusal.

        `interactive` calls go before sweeps, which set it to False.
        """
        headers = {"Accept": accept, "xero-tenant-id": organisation}
        if modified_since:
            headers["If-Modified-Since"] = modified_since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        fields = [(name, _text(each)) for name, each in (params or {}).items()]
        url = f"{self.settings.api_url}/{path.lstrip('/')}"
        return self._read_url(organisation, url, fields, headers, interactive=interactive)

    def read_beside(
        self, organisation: str, api: str, path: str, params: Params | None = None, *, interactive: bool = True,
        accept: str = "application/json",
    ) -> bytes:  # fmt: skip
        """The raw body of a GET of another of Xero's APIs, such as `files.xro/1.0`; raises Refusal."""
        headers = {"Accept": accept, "xero-tenant-id": organisation}
        fields = [(name, _text(each)) for name, each in (params or {}).items()]
        url = f"{self._root(api)}/{path}"
        return self._read_url(organisation, url, fields, headers, interactive=interactive)

    def read_anew(self, organisation: str, path: str) -> None:
        """Says that what was read of a path is not to be believed; this door keeps nothing."""

    def write(
        self,
        organisation: str,
        method: str,
        path: str,
        body: bytes,
        *,
        idempotency_key: str,
        content_type: str = "application/json",
        api: str = "",
    ) -> WriteAnswer:
        """One write, one attempt, exactly these bytes (only a refused token, which proves that nothing was done, is
        renewed and the bytes sent a second time).

        Raises XeroRejected or another Refusal (definitely no), NotSent (definitely nothing happened, may be tried
        again) or OutcomeUnknown (look before anything else). The key may have 128 characters at most. `api` is another
        of Xero's APIs than Accounting, such as `files.xro/1.0`.
        """
        if not 0 < len(idempotency_key) <= 128:
            raise ValueError("An idempotency key has 1 to 128 characters.")
        headers = {
            "Accept": "application/json",
            "Content-Type": content_type,
            "xero-tenant-id": organisation,
            "Idempotency-Key": idempotency_key,
        }
        url = f"{self._root(api)}/{path.lstrip('/')}"
        token = self._token_for_write(organisation)
        answer = self._send(organisation, method, url, body, headers)
        if answer.status == 401:
            self._renew_for_write(organisation, token)
            answer = self._send(organisation, method, url, body, headers)
        return _accepted(answer)

    def _root(self, api: str) -> str:
        """The address of the Accounting API, or of another one that stands beside it."""
        accounting = self.settings.api_url
        return f"{accounting.removesuffix('/api.xro/2.0')}/{api}" if api else accounting

    def pause(self, organisation: str) -> float:
        """Seconds for which Xero's limits keep a sweep's call of this organisation back; 0 when it may begin now."""
        return self._pace.pause(organisation)

    def usage(self, organisation: str) -> Usage:
        """Calls and bytes of an organisation since the start."""
        with self._guard:
            used = self._usage.get(organisation, Usage())
            return Usage(used.calls, used.bytes_received, self._pace.allowance(organisation))

    def _client(self, organisation: str) -> Any:
        """The organisation's own SDK client: sharing one lets a call carry another client's token."""
        with self._guard:
            if organisation not in self._clients:
                self._clients[organisation] = transport.new_client(
                    self.settings.client_id,
                    self.settings.client_secret,
                    lambda: self._tokens.access_token(organisation),
                )
            return self._clients[organisation]

    def _read_url(
        self, organisation: str, url: str, fields: list[tuple[str, str]], headers: dict[str, str], *, interactive: bool
    ) -> bytes:
        deadline = time.monotonic() + self._patience.seconds
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            token = self._tokens.access_token(organisation)
            verdict = self._read_once(organisation, url, fields, headers, interactive, deadline)
            if verdict.refusal is None:
                return verdict.content
            if verdict.unauthorised and not renewed:
                renewed = True
                self._tokens.renew(organisation, token)
                continue
            pause = self._pause_after(verdict, attempt)
            if pause is None or time.monotonic() + pause > deadline:
                raise verdict.refusal
            self._sleep(pause)

    def _read_once(
        self,
        organisation: str,
        url: str,
        fields: list[tuple[str, str]],
        headers: dict[str, str],
        interactive: bool,
        deadline: float,
    ) -> Verdict:
        remaining = max(0.0, deadline - time.monotonic())
        with self._pace.turn(organisation, interactive=interactive, budget_seconds=remaining):
            try:
                answer = transport.get(self._client(organisation), url, fields, headers)
            except (transport.AnswerLost, transport.NeverConnected) as error:
                self._meter(organisation, url, None)
                return Verdict(refusal=token_room.unreachable(str(error)), may_retry=True)
            self._pace.learn(organisation, answer.status, answer.headers)
        self._meter(organisation, url, answer)
        return read_verdict(answer)

    def _pause_after(self, verdict: Verdict, attempt: int) -> float | None:
        """Seconds to wait before the next attempt (full jitter), or None when there is none."""
        if not verdict.may_retry or attempt >= self._patience.attempts:
            return None
        longest = self._patience.first_pause * float(2 ** (attempt - 1))
        return max(random.uniform(0.5, 1.0) * longest, float(verdict.retry_after_seconds))

    def _token_for_write(self, organisation: str) -> str:
        try:
            return self._tokens.access_token(organisation)
        except Refusal as refusal:
            raise NotSent(refusal) from refusal

    def _renew_for_write(self, organisation: str, token: str) -> None:
        try:
            self._tokens.renew(organisation, token)
        except Refusal as refusal:
            raise NotSent(refusal) from refusal

    def _send(self, organisation: str, method: str, url: str, body: bytes, headers: dict[str, str]) -> transport.Answer:
        answer: transport.Answer | None = None
        was_sent = False
        try:
            with self._pace.turn(organisation, interactive=True, budget_seconds=10.0):
                self.last_look(organisation)
                was_sent = True
                answer = transport.send(self._client(organisation), method, url, body, headers)
                self._pace.learn(organisation, answer.status, answer.headers)
        except transport.NeverConnected as error:
            raise NotSent(token_room.unreachable(str(error))) from error
        except transport.AnswerLost as error:
            raise OutcomeUnknown(f"Xero's answer was lost: {error}") from error
        except Refusal as refusal:
            raise NotSent(refusal, retry_after_seconds=60) from refusal
        finally:
            if was_sent:
                self._meter(organisation, url, answer)
        return answer

    def _meter(self, organisation: str, url: str, answer: transport.Answer | None) -> None:
        """Counts a call; `answer` None when none came."""
        wire_bytes = answer.wire_bytes if answer else 0
        with self._guard:
            used = self._usage.setdefault(organisation, Usage())
            used.calls += 1
            used.bytes_received += wire_bytes
        if self._counts is not None and organisation:
            billed = not url.removeprefix(f"{self.settings.api_url}/").lower().startswith("organisation")
            self._counts.count(organisation, wire_bytes, answer.headers if answer else {}, billed=billed)


class _ConnectionRow(msgspec.Struct):
    tenantId: str  # noqa: N815 - Xero's own name
    tenantName: str | None = None  # noqa: N815


def _accepted(answer: transport.Answer) -> WriteAnswer:
    if answer.status == 429:
        verdict = read_verdict(answer)
        assert verdict.refusal is not None
        raise NotSent(verdict.refusal, retry_after_seconds=verdict.retry_after_seconds)
    if answer.status >= 500 or answer.status in (408, 499):
        raise OutcomeUnknown(f"Xero answered with {answer.status}.", status=answer.status)
    if not 200 <= answer.status < 300:
        raise write_refusal(answer)
    if answer.content:
        try:
            msgspec.json.decode(answer.content)
        except msgspec.DecodeError as error:
            raise OutcomeUnknown("Xero's answer cannot be read.", status=answer.status) from error
    return WriteAnswer(answer.status, answer.content)


def _text(each: str | int | bool) -> str:
    return str(each)  # True and False as Xero's own clients write them
