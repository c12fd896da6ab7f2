"""Why a line must not be coded although the past knows it: a source document could explain it, or the books have it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from agents.reconciliation.coding.history import Habit
from agents.reconciliation.matching.client_book import DOCUMENT, reading_of
from agents.reconciliation.matching.numbers import NumberIndex
from agents.reconciliation.matching.payers import PayerIndex
from agents.reconciliation.matching.records import OpenItem
from books.money import Money
from books.records import StatementLine

FAR = Decimal(2)
"""More than twice the largest, or less than half the smallest amount of a habit is far outside of it."""
DAYS_AHEAD = 7
"""A document dated so many days after the line may still be what it paid: invoices are often entered late."""


class SourceDocuments:
    """The open documents and unreconciled entries of a client, asked whether one of them could explain a line."""

    def __init__(self, items: Sequence[OpenItem], aliases: dict[str, tuple[str, ...]] | None = None) -> None:
        self._items = items
        ids = [each.contact_id or each.contact_name for each in items]
        first = {contact: place for place, contact in reversed(list(enumerate(ids)))}
        confirmed = {
            text: tuple(first[each] for each in contacts if each in first) for text, contacts in (aliases or {}).items()
        }
        self._contact_at = ids
        names = [each.contact_name for each in items]
        self._payers = PayerIndex(names, {text: found for text, found in confirmed.items() if found})
        self._numbers = NumberIndex([each.number for each in items], [each.reference for each in items])

    def explaining(self, line: StatementLine, contact_ids: Sequence[str]) -> OpenItem | None:
        """The first item that could explain the line; `contact_ids` are whom the line would be coded to.

        Of that payer: any open document of the line's direction that may have been issued by then, whatever its amount
        (part payments and sums are payments too), and an unreconciled entry of the same amount. Of anybody: a document
        whose number stands in the line.
        """
        if not self._items:
            return None
        payers = {*contact_ids, *(self._contact_at[place] for place in self._payers.find(line.payer).contacts)}
        text = f"{line.reference} {line.description}"
        named = self._numbers.named_in(text)
        found = [
            item
            for place, item in enumerate(self._items)
            if _runs_with(item, line.amount)
            and item.date <= line.date + dt.timedelta(days=DAYS_AHEAD)
            and (place in named or (self._contact_at[place] in payers and _may_explain(item, line.amount)))
        ]
        return min(found, key=lambda item: abs(item.date - line.date), default=None)


def _runs_with(item: OpenItem, amount: Money) -> bool:
    sign, _ = reading_of(item.kind)
    return (sign or item.due.amount) * amount.amount > 0


def _may_explain(item: OpenItem, amount: Money) -> bool:
    _, standing = reading_of(item.kind)
    return standing == DOCUMENT or abs(item.due) == abs(amount)


def far_outside(amount: Money, habit: Habit) -> bool:
    """Whether the amount, without its sign, is far outside what this habit was before."""
    low, high = habit.range()
    return abs(amount) > high.times(FAR) or abs(amount).times(FAR) < low
