"""A small language for the shape of a JSON object: which properties it has, of what kind, how long they may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Complaint = tuple[str, str]
"""What is wrong, and where (a JSON pointer)."""

Check = Callable[[Any, str], list[Complaint]]


@dataclass(frozen=True)
class Shape:
    """An object with required and optional properties and rules that look at it whole; `type` is always allowed."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, at: str) -> list[Complaint]:
        if not isinstance(value, dict):
            return [("must be an object", at)]
        known = {**self.required, **self.optional}
        found = [(f"missing required field: {name}", at) for name in self.required if value.get(name) is None]
        found += [(f"no more items or properties allowed: {name}", at) for name in value if not known.keys() >= {name}]
        for name, check in known.items():
            if value.get(name) is not None:
                found += check(value[name], f"{at}/{name}")
        return found or [complaint for rule in self.rules for complaint in rule(value, at)]


def string(longest: int | None = None, shortest: int = 0) -> Check:
    """A text of a length."""

    def check(value: Any, at: str) -> list[Complaint]:
        if not isinstance(value, str):
            return [("must provide a string", at)]
        if longest is not None and len(value) > longest:
            return [(f"must be less than {longest + 1} characters", at)]
        return [("must be more than 0 characters", at)] if len(value) < shortest else []

    return check


def one_of(*allowed: str) -> Check:
    """One word of a list."""

    def check(value: Any, at: str) -> list[Complaint]:
        return [] if value in allowed else [(f"must be one of: {', '.join(allowed)}", at)]

    return check


def boolean(value: Any, at: str) -> list[Complaint]:
    """True or false."""
    return [] if isinstance(value, bool) else [("must provide a boolean", at)]


def number(value: Any, at: str) -> list[Complaint]:
    """A whole or decimal number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return [] if is_number else [("must provide a number", at)]


def anything(_value: Any, _at: str) -> list[Complaint]:
    """Whatever it is."""
    return []


def array(of: Check, most: int, least: int = 1) -> Check:
    """A list of a length, all of one kind."""

    def check(value: Any, at: str) -> list[Complaint]:
        if not isinstance(value, list):
            return [("must provide an array", at)]
        if len(value) > most:
            return [(f"no more than {most} items allowed", at)]
        if len(value) < least:
            return [(f"no fewer than {least} items allowed", at)]
        return [complaint for index, entry in enumerate(value) for complaint in of(entry, f"{at}/{index}")]

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which shape it has."""

    def check(value: Any, at: str) -> list[Complaint]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in shapes:
            return [(f"unsupported type: {kind}", f"{at}/type")]
        return shapes[kind](value, at)

    return check
