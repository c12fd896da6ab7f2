"""How many lines anybody could determine: a sequential oracle that knows the true payer where the text tells it.

It walks through the lines in the order of their days with the true state of the ledger. A line is determinable when it
names what it pays, or when its payer is told and one explanation alone fits what that payer had open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from agents.reconciliation.matching.subsets import MOST_ITEMS, any_set
from benchmarks.matching.run import cents_of, day_of

_RUNS = re.compile(r"\d+")
Row = Mapping[str, str]


class Oracle:
    """The true state of every contact's open items while the lines pass; amounts in hundredths, unsigned."""

    def __init__(self, items: Mapping[str, Row]) -> None:
        self.items = items
        self.left = {name: _cents(row["amount_due"]) for name, row in items.items()}
        self.of_contact: dict[str, list[str]] = defaultdict(list)
        self.days = {name: day_of(row["date"]) for name, row in items.items()}
        for name, row in items.items():
            self.of_contact[_contact(row)].append(name)

    def determines(self, line: Row, truth: Sequence[Row]) -> str:
        """`strict`, `equivalent` (equal documents of one payer) or nothing; then books the line."""
        paid = [row["item_id"] for row in truth]
        answer = "strict" if self._names(line, paid) else ""
        if not answer and truth[0]["payer_told"] == "1":
            answer = self._alone(line, paid)
        for row in truth:
            self.left[row["item_id"]] -= _cents(row["allocated"])
        return answer

    def _names(self, line: Row, paid: list[str]) -> bool:
        runs = [run.lstrip("0") for run in _RUNS.findall(f"{line['reference']} {line['description']}")]
        return all(any(len(run) > 3 and self._carries(name, run) for run in runs) for name in paid)

    def _carries(self, name: str, run: str) -> bool:
        row = self.items[name]
        numbers = _RUNS.findall(row["number"]) + _RUNS.findall(row["reference"])
        return any(number.endswith(run) for number in numbers)

    def _alone(self, line: Row, paid: list[str]) -> str:
        contact, kind = _contact(self.items[paid[0]]), self.items[paid[0]]["kind"]
        day = day_of(line["date"]) + 3
        open_now = [
            name
            for name in self.of_contact[contact]
            if self.left[name] > 0 and self.days[name] <= day and self.items[name]["kind"] == kind
        ]
        amount = _cents(line["amount"])
        if len(open_now) == len(paid) == 1:
            return "strict"
        if len(paid) > 1:
            found = any_set([self.left[name] for name in open_now], amount) if len(open_now) <= MOST_ITEMS else None
            return "" if found is None or found.rivals else "equivalent" if found.shape == "same" else "strict"
        same = [name for name in open_now if self.left[name] == amount]
        if same:
            return "" if paid[0] not in same else "strict" if len(same) == 1 else "equivalent"
        near = [name for name in open_now if abs(self.left[name] - amount) <= 0.03 * self.left[name] + 1]
        return "strict" if near == paid else ""


def _cents(text: str) -> int:
    return abs(cents_of(text))


def _contact(row: Row) -> str:
    """A contact without an id is its name."""
    return row["contact_id"] or row["contact_name"]


def ceiling(
    lines: Sequence[Row], items: Mapping[str, Row], truth: Mapping[str, Sequence[Row]]
) -> tuple[float, float] | None:
    """The determinable shares of the matchable lines, strictly and equivalently; None when the truth does not say."""
    matchable = [line for line in lines if truth.get(line["line_id"])]
    if not matchable or not all("payer_told" in truth[line["line_id"]][0] for line in matchable):
        return None
    if not all(row["allocated"] for line in matchable for row in truth[line["line_id"]]):
        return None
    oracle = Oracle(items)
    answers = [
        oracle.determines(line, truth[line["line_id"]]) for line in sorted(matchable, key=lambda line: line["date"])
    ]
    strict = answers.count("strict")
    return strict / len(answers), (strict + answers.count("equivalent")) / len(answers)
