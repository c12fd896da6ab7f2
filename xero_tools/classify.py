"""What an HTTP answer of Xero's means, in an accountant's words, with Xero's own message kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from books.refusal import Refusal
from xero_tools.outcomes import XeroRejected
from xero_tools.pace import too_busy
from xero_tools.tokens import not_connected, unreachable
from xero_tools.transport import Answer

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Verdict:
    """A read's outcome: its content, or the refusal and whether trying again can help."""

    content: bytes = b""
    refusal: Refusal | None = None
    may_retry: bool = False
    retry_after_seconds: int = 0
    unauthorised: bool = False


class _Message(msgspec.Struct):
    Message: str = ""


class _Element(msgspec.Struct):
    ValidationErrors: list[_Message] | None = None


class _Problem(msgspec.Struct):
    """Any of Xero's error shapes: the validation envelope, the query error, the problem form."""

    Message: str | None = None
    Detail: str | None = None
    Title: str | None = None
    detail: str | None = None  # the Finance API writes its problems small
    Elements: list[_Element] | None = None


def read_verdict(answer: Answer) -> Verdict:
    """The verdict on the answer to a GET."""
    if 200 <= answer.status < 300:
        return Verdict(content=answer.content)
    if answer.status == 401:
        return Verdict(refusal=not_connected(), unauthorised=True)
    if answer.status == 429:
        seconds = retry_after(answer)
        whole_day = answer.headers.get("X-Rate-Limit-Problem", "").lower().startswith("day")
        return Verdict(
            refusal=too_busy(seconds, whole_day=whole_day), may_retry=not whole_day, retry_after_seconds=seconds
        )
    if answer.status >= 500:
        return Verdict(refusal=unreachable(f"Xero answered with {answer.status}."), may_retry=True,
                       retry_after_seconds=retry_after(answer, default=0))  # fmt: skip
    return Verdict(refusal=_refused(answer))


def write_refusal(answer: Answer) -> Refusal:
    """The refusal for a write that Xero answered with a 3xx or 4xx: nothing was written."""
    if answer.status == 400:
        return XeroRejected(messages(answer) or ("Xero gave no reason.",))
    if answer.status == 401:
        return not_connected()
    return _refused(answer)


def retry_after(answer: Answer, default: int = 1) -> int:
    """Whole seconds that Xero asks us to wait."""
    text = answer.headers.get("Retry-After", "").strip()
    return min(int(text), DAY_SECONDS) if text.isdigit() else default


def messages(answer: Answer) -> tuple[str, ...]:
    """Xero's own messages in an error answer, in their order, each once."""
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.DecodeError:
        plain = re.sub(r"\s+", " ", answer.content.decode("utf-8", "replace")).strip().strip('"')
        return (plain[:300],) if plain and not plain.startswith("<") else ()
    found = [error.Message for each in problem.Elements or () for error in each.ValidationErrors or ()]
    found = found or [text for text in (problem.Detail, problem.detail, problem.Message, problem.Title) if text][:1]
    return tuple(dict.fromkeys(text for text in found if text))


def _refused(answer: Answer) -> Refusal:
    detail = "; ".join(messages(answer))
    if answer.status == 403:
        return Refusal(
            "Xero does not let us see this organisation, or this part of it.",
            next_step="Ask an administrator to connect the organisation again and to allow what is asked for.",
            code="xero_forbidden",
            detail=detail,
        )
    if answer.status == 404:
        return Refusal(
            "Xero does not know this record.", next_step="Check that it is in this client's books.", code="not_found"
        )
    return Refusal(
        f"Xero did not understand the question ({answer.status}).",
        next_step="Report this to whoever looks after Tieout.",
        code="xero_bad_request",
        detail=detail,
    )
