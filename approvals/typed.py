"""What a person types into a form, read strictly: a figure or a date that could mean two things is refused."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from books.refusal import Refusal

_AMOUNT = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,3})?|\d+(\.\d{1,3})?", re.ASCII)


def typed_amount(text: str) -> Decimal:
    """A positive amount such as `1,234.50`; raises Refusal for anything else."""
    figure = text.strip()
    if len(figure) > 20 or not _AMOUNT.fullmatch(figure) or not (amount := Decimal(figure.replace(",", ""))):
        raise Refusal(
            f"“{figure[:40]}” is not an amount.", next_step="Write it like 1,234.50, without a sign.", code="not_typed"
        )
    return amount


def typed_date(text: str) -> dt.date:
    """A date such as `2026-10-31`; raises Refusal for anything else."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refusal(
            f"“{text.strip()[:40]}” is not a date.", next_step="Write it like 2026-10-31.", code="not_typed"
        ) from error
