"""How an invariant is held."""

from __future__ import annotations


class Broken(BaseException):
    """An invariant does not hold; no handler of the code under test may catch this."""


def must(holds: object, what: str) -> None:
    """Raises Broken with the invariant's name when it does not hold."""
    if not holds:
        raise Broken(what)
