"""How Xero writes things down: JSON with decimal amounts, `/Date(ms+0000)/` timestamps and its response envelope."""

import re
import time
import uuid
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec

Json = dict[str, Any]

CENT = Decimal("0.01")
_EPOCH = date(1970, 1, 1)
_MS_DATE = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_NAMESPACE = uuid.UUID("6f1f7c52-0000-4000-8000-7469656f7574")
SKEW_MS = ContextVar("how far ahead the clock is that answers this request, in milliseconds", default=0)
_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def encode(value: object) -> bytes:
    """JSON bytes in which a Decimal is a plain number (120.50), as Xero sends amounts."""
    return _encoder.encode(value)


def decode(raw: bytes | str) -> Any:
    """JSON read with every fractional number as a Decimal, so that no amount passes through a float."""
    return _decoder.decode(raw)


def money(value: object) -> Decimal:
    """An amount to the cent, halves away from zero; raises ValueError when it is not a finite number."""
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        if not amount.is_finite() or abs(amount) >= Decimal("1e15"):
            raise ValueError(f"{value!r} is not an amount")
        return amount.quantize(CENT, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount") from None


def number(value: object) -> Decimal:
    """Any finite number, unrounded (quantities, unit prices, rates); raises ValueError otherwise."""
    try:
        result = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not result.is_finite() or abs(result) >= Decimal("1e15"):
        raise ValueError(f"{value!r} is not a number")
    return result


def parse_date(value: object) -> date:
    """The calendar date in `/Date(ms+0000)/`, `YYYY-MM-DD` or an ISO timestamp; raises ValueError otherwise."""
    text = str(value).strip()
    found = _MS_DATE.match(text)
    if found:
        try:
            return _EPOCH + timedelta(milliseconds=int(found[1]))
        except OverflowError:
            raise ValueError(f"{text} is not a date") from None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text!r} is not a date such as 2026-10-31") from None


def ms_date(day: date) -> str:
    """A calendar date as Xero writes it: midnight UTC in milliseconds."""
    return f"/Date({(day - _EPOCH).days * 86_400_000}+0000)/"


def ms_stamp(milliseconds: int) -> str:
    """A moment as Xero writes it."""
    return f"/Date({milliseconds}+0000)/"


def stamp_ms(value: object) -> int:
    """Milliseconds since 1970 of `/Date(ms)/` or an ISO timestamp (UTC when no zone is given)."""
    text = str(value)
    found = _MS_DATE.match(text)
    if found:
        return int(found[1])
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def now_ms() -> int:
    """The time now on the clock that answers, milliseconds since 1970 (UTC): the real one, unless a fault skews it."""
    return time.time_ns() // 1_000_000 + SKEW_MS.get()


def now_seconds() -> float:
    """The same in seconds."""
    return now_ms() / 1000


def long_date(day: date) -> str:
    """`31 October 2026`, the form report titles use."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """`31 Oct 26`-like column heading in full years: `31 Oct 2026`."""
    return f"{day.day} {day:%b %Y}"


def steady_id(*parts: object) -> str:
    """The same id for the same parts, every time (uuid5), for documents that came without one."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(str(part) for part in parts)))


def is_guid(text: object) -> bool:
    """Whether the text is a GUID in its usual dashed form."""
    try:
        return str(uuid.UUID(str(text))) == str(text).lower()
    except ValueError:
        return False


def truthy(value: object) -> bool:
    """A boolean as clients send it: true, True, "true", 1."""
    return str(value).strip().lower() in ("true", "1")


def envelope(plural: str, rows: list[Json], pagination: Json | None = None) -> Json:
    """The frame around every Accounting API answer."""
    frame: Json = {
        "Id": str(uuid.uuid4()),
        "Status": "OK",
        "ProviderName": "Tieout Sandbox",
        "DateTimeUTC": f"/Date({now_ms()})/",
    }
    if pagination is not None:
        frame["pagination"] = pagination
    frame[plural] = rows
    return frame
