"""How agents put numbers and lists into plain English."""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 bill`, `3 bills`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Iterable[str], *, most: int = 6) -> str:
    """`a, b and c`; beyond `most` the rest is counted."""
    names = list(words)
    if len(names) > most:
        names = [*names[: most - 1], f"{len(names) - most + 1} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def shortened(words: str, most: int) -> str:
    """On one line and at most so many characters, cut with an ellipsis."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
