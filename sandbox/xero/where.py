"""Xero's `where` and `order`: a small expression language over the fields of a document."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.xero.refusals import BadRequestError
from sandbox.xero.wire import Json, parse_date

Value = str | Decimal | date | bool | None
Test = Callable[[Json], bool]
Reader = Callable[[Json], Value]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)|
    (?P<sign>==|!=|>=|<=|&&|\|\||[=<>!(),])|(?P<name>\.?[A-Za-z_][\w.]*))""",
    re.VERBOSE,
)
_DEEPEST = 50


def compile_where(text: str) -> Test:
    """A test of one document for a where clause; raises BadRequestError (400) when it cannot be read."""
    return _Parser(text).whole()


def compile_order(text: str) -> list[tuple[Reader, bool]]:
    """(reader, descending) pairs of an order clause such as `DueDate DESC, Total`."""
    pairs: list[tuple[Reader, bool]] = []
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].upper() not in ("ASC", "DESC")):
            raise BadRequestError(f"Could not parse the order clause '{text}'")
        pairs.append((_field(words[0]), len(words) == 2 and words[1].upper() == "DESC"))
    return pairs


def sort_rows(rows: list[Json], order: list[tuple[Reader, bool]]) -> list[Json]:
    """The rows in that order; rows without the field come first."""
    for reader, descending in reversed(order):
        rows = sorted(rows, key=lambda row: _sortable(reader(row)), reverse=descending)
    return rows


def _sortable(value: Value) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, int(value))
    if isinstance(value, Decimal):
        return (1, value)
    return (2, value.isoformat() if isinstance(value, date) else value.lower())


def _typed(value: object) -> Value:
    """A field's value in the form it is compared in: dates as dates, numbers as decimals."""
    if value is None or isinstance(value, bool | Decimal | date):
        return value
    if isinstance(value, int | float):
        return Decimal(str(value))
    text = str(value)
    return parse_date(text) if text.startswith("/Date(") else text


# What has fields of its own; a date or an amount has none (`Date.Year`).
_OBJECTS = frozenset(
    {"contact", "invoice", "creditnote", "prepayment", "overpayment", "account", "bankaccount", "frombankaccount",
     "tobankaccount", "batchpayment", "brandingtheme", "balances", "paymentterms", "organisation"}
)  # fmt: skip


def _field(name: str) -> Reader:
    steps = name.split(".")
    ends = steps[-1] in ("Value", "HasValue") and len(steps) > 1
    path = steps[:-1] if ends else steps
    if len(path) > 1 and path[0].lower() not in _OBJECTS:
        raise BadRequestError(f"No property or field '{path[1]}' exists in '{path[0]}'")

    def read(row: Json) -> Value:
        value: Any = row
        for step in path:
            if not isinstance(value, dict):
                return None
            value = value.get(step, next((v for k, v in value.items() if k.lower() == step.lower()), None))
        if ends and steps[-1] == "HasValue":
            return value is not None
        return None if isinstance(value, list | dict) else _typed(value)

    return read


class _Parser:
    """Recursive descent: or, and, comparison or call, value."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, self.at, self.depth = text, list[tuple[str, str]](), 0, 0
        position = 0
        while text[position:].strip():
            found = _TOKEN.match(text, position)
            if found is None or found.end() == position:
                raise self._bad()
            self.tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            position = found.end()

    def _bad(self) -> BadRequestError:
        return BadRequestError(f"Could not parse the where clause '{self.text}'")

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def _take(self, *expected: str) -> tuple[str, str]:
        if self.at >= len(self.tokens) or (expected and self._peek() not in expected):
            raise self._bad()
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> Test:
        test = self._either()
        if self.at != len(self.tokens):
            raise self._bad()
        return test

    def _either(self) -> Test:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self._bad()
        tests = [self._both()]
        while self._peek() == "||" or self._peek().upper() == "OR":
            self._take()
            tests.append(self._both())
        self.depth -= 1
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._comparison()]
        while self._peek() == "&&" or self._peek().upper() == "AND":
            self._take()
            tests.append(self._comparison())
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _comparison(self) -> Test:
        if self._peek() == "(":
            self._take()
            inner = self._either()
            self._take(")")
            return inner
        if self._peek() == "!":
            self._take()
            negated = self._comparison()
            return lambda row: not negated(row)
        left = self._value()
        if self._peek() not in ("==", "=", "!=", ">", ">=", "<", "<="):
            return lambda row: left(row) is True
        sign = self._take()[1]
        right = self._value()
        return lambda row: _compare(left(row), sign, right(row))

    def _value(self) -> Reader:
        kind, text = self._take()
        if kind == "string":
            constant: Value = re.sub(r"\\(.)", r"\1", text[1:-1])
            return lambda row: constant
        if kind == "number":
            amount = Decimal(text)
            return lambda row: amount
        if kind != "name":
            raise self._bad()
        low = text.lower()
        if low in ("true", "false", "null"):
            word = None if low == "null" else low == "true"
            return lambda row: word
        if self._peek() == "(":
            return self._call(text)
        return _field(text)

    def _call(self, name: str) -> Reader:
        self._take("(")
        arguments: list[Reader] = []
        while self._peek() != ")":
            arguments.append(self._value())
            if self._peek() == ",":
                self._take()
        self._take(")")
        low = name.lower()
        if low.endswith((".tolower", ".toupper", ".tostring")) and self._peek().startswith("."):
            # comparisons ignore case anyway, so that Name.ToLower().Contains("x") is Name.Contains("x")
            return self._call(name.rpartition(".")[0] + self._take()[1])
        if low == "datetime":
            return self._constant_date([arg({}) for arg in arguments])
        if low in ("datetime.parse", "guid", "guid.parse") and len(arguments) == 1:
            return self._constant(low, arguments[0]({}))
        return self._method(name, arguments)

    def _constant_date(self, parts: list[Value]) -> Reader:
        try:
            year, month, day = (int(part) for part in parts[:3] if isinstance(part, Decimal))
            moment = date(year, month, day)
        except (ValueError, OverflowError):
            raise self._bad() from None
        return lambda row: moment

    def _constant(self, name: str, value: Value) -> Reader:
        if not isinstance(value, str):
            raise self._bad()
        if name.startswith("guid"):
            return lambda row: value
        try:
            moment = parse_date(value)
        except ValueError:
            raise self._bad() from None
        return lambda row: moment

    def _method(self, name: str, arguments: list[Reader]) -> Reader:
        path, _, method = name.rpartition(".")
        low = method.lower()
        if low in ("tolower", "toupper", "tostring") and path and not arguments:
            inner = _field(path)
            if self._peek().startswith("."):
                raise self._bad()
            return lambda row: _cased(inner(row), low)
        if low not in ("contains", "startswith", "endswith") or not path or len(arguments) != 1:
            raise self._bad()
        reader, wanted = _field(path), arguments[0]

        def test(row: Json) -> bool:
            text, part = reader(row), wanted(row)
            if not isinstance(text, str) or not isinstance(part, str):
                return False
            text, part = text.lower(), part.lower()
            return part in text if low == "contains" else getattr(text, low)(part) is True

        return test


def _cased(value: Value, method: str) -> Value:
    if not isinstance(value, str) or method == "tostring":
        return value if isinstance(value, str) or value is None else str(value)
    return value.lower() if method == "tolower" else value.upper()


def _compare(left: Value, sign: str, right: Value) -> bool:
    """Text and GUIDs compare without case, as Xero's database does; null equals only null."""
    left, right = _alike(left, right), _alike(right, left)
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.lower(), right.lower()
    if sign in ("==", "="):
        return left == right
    if sign == "!=":
        return left != right
    if left is None or right is None or type(left) is not type(right):
        return False
    order = (left > right) - (left < right)  # type: ignore[operator]
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[sign]


def _alike(value: Value, other: Value) -> Value:
    """The value turned into the other's type where the text allows it (a date or number written as text)."""
    if isinstance(value, str) and isinstance(other, date | Decimal) and not isinstance(other, bool):
        try:
            return parse_date(value) if isinstance(other, date) else Decimal(value)
        except (ValueError, InvalidOperation):
            return value
    return value
