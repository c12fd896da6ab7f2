"""A refusal is every "no" of the house: what is not possible, in words, and what to do next."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - the house's own word
    """Raised wherever a person must be told no; one handler per door turns it into a card or a line.

    `code` is a short stable word for tests and JSON output; `detail` keeps another system's own message.
    """

    def __init__(self, words: str, *, next_step: str, code: str = "refused", detail: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.next_step = next_step
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.words}{detail} {self.next_step}"
