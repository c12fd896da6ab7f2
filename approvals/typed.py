"""What a person types into a form, read strictly: a figure or a date that could mean two things is refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from books.records import LedgerAccount
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


def typed_like(value: object, text: str) -> dt.date | Decimal | str:
    """What was typed where `value` stood: a date for a date, an amount for an amount, else the words."""
    if isinstance(value, dt.date):
        return typed_date(text)
    return typed_amount(text) if isinstance(value, Decimal) else text.strip()


def typed_account(text: str, chart: Sequence[LedgerAccount]) -> LedgerAccount:
    """The open account of the chart with that code, as in `404`; raises Refusal when there is none."""
    code = text.strip()
    for each in chart:
        if each.code and each.code == code and each.status == "ACTIVE":
            return each
    raise Refusal(
        f"“{code[:40]}” is not the code of an open account.",
        next_step="Write the code as Xero's chart of accounts has it, such as 404.",
        code="not_typed",
    )
