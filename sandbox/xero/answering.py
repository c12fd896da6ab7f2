"""A request of the Accounting API as the endpoints need it, and what goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.xero.refusals import ProblemError
from sandbox.xero.wire import encode, envelope

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One API request; `query` by name, `accept` and `content_type` as the headers say."""

    method: str
    steps: tuple[str, ...]
    query: Mapping[str, str]
    modified_since: str
    body: bytes
    accept: str = ""
    content_type: str = ""


@dataclass(frozen=True)
class Reply:
    """What goes back: a MIME type, bytes and a status of success."""

    mime: str
    body: bytes
    status: int = 200


def reply(plural: str, rows: list[dict[str, Any]]) -> Reply:
    """Rows in Xero's envelope."""
    return Reply(JSON, encode(envelope(plural, rows)))


def not_allowed(method: str) -> ProblemError:
    """405 for a method that does not stand here."""
    return ProblemError(405, "Method Not Allowed", f"The sandbox does not answer {method} here")
