"""The example answers printed in Xero's OpenAPI files, with each figure kept exactly as it is written there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import yaml

from tests.contract.openapi import SPECS

Json = dict[str, Any]


@dataclass(frozen=True)
class Example:
    """One example: the file it stands in, its operation, and the bytes that Xero would send."""

    file: str
    operation: str
    method: str
    path: str
    content: bytes

    @property
    def name(self) -> str:
        """`xero_accounting/getInvoices`."""
        return f"{self.file}/{self.operation}"

    def json(self) -> Any:
        """The example read by the standard library alone, its numbers as Decimal."""
        return json.loads(self.content, parse_float=Decimal, parse_int=Decimal)


class _AsWritten(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader that keeps numbers as Decimal and times as the text they are."""


_AsWritten.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Decimal(loader.construct_scalar(node)))
_AsWritten.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


@cache
def examples(file: str) -> tuple[Example, ...]:
    """Every example of a successful answer in one file, by operation."""
    whole: Json = yaml.load((SPECS / f"{file}.yaml").read_text(), Loader=_AsWritten)
    return tuple(
        Example(file, said["operationId"], method.upper(), path, content)
        for path, operations in whole["paths"].items()
        for method, said in operations.items()
        if method in ("get", "put", "post", "delete")
        for content in _contents(said)
    )


def _contents(said: Json) -> list[bytes]:
    answers = [answer for code, answer in said["responses"].items() if str(code).startswith("2")]
    shown = [answer.get("content", {}).get("application/json", {}).get("example") for answer in answers]
    encode = msgspec.json.Encoder(decimal_format="number").encode
    return [each.encode() if isinstance(each, str) else encode(each) for each in shown if each is not None]
