"""How a call to Xero can end badly, told apart by what the caller may do next."""

from __future__ import annotations

from books.refusal import Refusal


class XeroRejected(Refusal):
    """Xero read the request and refused it (400); `messages` are Xero's own words. Nothing was written."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        super().__init__(
            "Xero did not accept this.",
            next_step="Correct what Xero names and prepare it again.",
            code="xero_rejected",
            detail="; ".join(messages),
        )
        self.messages = messages


class NotSent(Exception):  # noqa: N818 - says what happened, as Refusal does
    """A write certainly changed nothing: the connection was refused, or Xero turned it away unread (429).

    The same bytes with the same key may be sent again after `retry_after_seconds`; `refusal` says it to a person.
    """

    def __init__(self, refusal: Refusal, *, retry_after_seconds: int = 0) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal
        self.retry_after_seconds = retry_after_seconds


class OutcomeUnknown(Exception):  # noqa: N818
    """A write may or may not have happened: the answer was lost, or is a 5xx, or cannot be read.

    Never send it again blindly: look for the mark first. `status` is the HTTP status, 0 when no answer came.
    """

    def __init__(self, what: str, *, status: int = 0) -> None:
        super().__init__(what)
        self.status = status
