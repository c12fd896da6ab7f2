"""Unit prices: two decimals, unless a request asks for four (`unitdp=4`), as Xero reads and writes them."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from sandbox.xero.refusals import BadRequestError
from sandbox.xero.wire import Json, number

_TWO = Decimal("0.01")


def with_unit_prices(rows: list[Json], query: Mapping[str, str]) -> list[Json]:
    """The documents with their lines' UnitAmount as the request wants it; raises BadRequestError for other decimals."""
    asked = next((value for name, value in query.items() if name.lower() == "unitdp"), "2")
    if asked == "4":
        return rows
    if asked != "2":
        raise BadRequestError(f"unitdp is 2 or 4, not '{asked}'")
    return [_rounded(row) for row in rows]


def _rounded(row: Json) -> Json:
    lines = row.get("LineItems")
    if not isinstance(lines, list) or not any(_is_finer(line) for line in lines):
        return row
    return row | {"LineItems": [_line(line) if _is_finer(line) else line for line in lines]}


def _is_finer(line: object) -> bool:
    if not isinstance(line, dict) or line.get("UnitAmount") is None:
        return False
    try:
        return number(line["UnitAmount"]) % _TWO != 0
    except ValueError:
        return False  # the rules refuse it by name


def _line(line: Json) -> Json:
    return line | {"UnitAmount": number(line["UnitAmount"]).quantize(_TWO, rounding=ROUND_HALF_UP)}
