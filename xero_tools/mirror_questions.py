"""Which questions the mirror can answer itself, and how: those whose every word it understands, no others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

import msgspec

from xero_tools import translate
from xero_tools.gateway import Params
from xero_tools.mirror_kinds import Face, MirrorKind, face

Test = Callable[[Face], bool]
_EQUALS = re.compile(r'(Type|Status)=="([^"]*)"')
_DATE = re.compile(r"Date(>=|<=)DateTime\((\d{4}),(\d{2}),(\d{2})\)")
_RECONCILED = re.compile(r"IsReconciled==(true|false)")
_PAGES = ("page", "pageSize")


def understood(kind: MirrorKind, params: Params | None) -> tuple[Test, ...] | None:
    """The tests that a record must pass to be in the answer; None when Xero itself must be asked.

    A summary is answered with whole records: more than was asked for.
    """
    asked = dict(params or {})
    if str(asked.get("page", 1)) != "1" or ("summaryOnly" in kind.query and "summaryOnly" not in asked):
        return None
    tests: list[Test | None] = []
    with_archived = str(asked.pop("includeArchived", False)).lower() == "true"
    if kind.name == "contacts" and not with_archived:
        tests.append(lambda seen: seen.ContactStatus != "ARCHIVED")
    elif with_archived and kind.name != "contacts":
        return None
    for name, value in asked.items():
        if name == "where":
            tests += [_clause(each) for each in str(value).split("&&")]
        elif name == "Statuses":
            tests.append(_one_of(str(value)))
        elif name not in (*_PAGES, "summaryOnly"):
            return None
    known = tuple(test for test in tests if test is not None)
    return known if len(known) == len(tests) else None


def answer(
    kind: MirrorKind, records: Iterable[bytes], tests: tuple[Test, ...], *, since: dt.datetime | None = None
) -> bytes:
    """The records that pass, in one page, framed as Xero frames them."""
    chosen = []
    for raw in records:
        seen = face(raw)
        if all(test(seen) for test in tests) and (since is None or _changed_after(seen, since)):
            chosen.append(raw)
    frame: dict[str, object] = {kind.plural: [msgspec.Raw(raw) for raw in chosen]}
    if kind.page_size is not None:
        count = len(chosen)
        frame["pagination"] = {"page": 1, "pageSize": max(count, 1), "pageCount": 1, "itemCount": count}
    return msgspec.json.encode(frame)


def _clause(text: str) -> Test | None:
    if found := _EQUALS.fullmatch(text):
        field, wanted = found[1], found[2]
        return lambda seen: getattr(seen, field) == wanted
    if found := _RECONCILED.fullmatch(text):
        reconciled = found[1] == "true"
        return lambda seen: bool(seen.IsReconciled) == reconciled
    if found := _DATE.fullmatch(text):
        limit = dt.date(int(found[2]), int(found[3]), int(found[4]))
        from_then_on = found[1] == ">="
        return lambda seen: _in_range(seen, limit, from_then_on)
    return None


def _one_of(text: str) -> Test:
    wanted = set(text.split(","))
    return lambda seen: seen.Status in wanted


def _in_range(seen: Face, limit: dt.date, from_then_on: bool) -> bool:
    written = seen.DateString or seen.Date
    if not written:
        return False
    day = translate.day(written)
    return day >= limit if from_then_on else day <= limit


def _changed_after(seen: Face, since: dt.datetime) -> bool:
    changed = translate.moment(seen.UpdatedDateUTC)
    return changed is None or changed > since
