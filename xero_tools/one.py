"""One record from Xero's answer, which is a list even for one id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote

from books.refusal import Refusal

Row = TypeVar("Row")


def only(rows: Sequence[Row] | None) -> Row:
    """The first row; raises Refusal when there is none."""
    if not rows:
        raise Refusal(
            "Xero does not know this record.", next_step="Check that it is in this client's books.", code="not_found"
        )
    return rows[0]


def segment(identity: str) -> str:
    """An id as one segment of a path, so that no id can name another path; raises Refusal when it is empty."""
    if not identity.strip():
        raise Refusal("No record was named.", next_step="Name the record by its id.", code="not_found")
    return quote(identity, safe="")
