"""The passes of one client's matching, strongest evidence first, each line at most once.

Confidence is 1 / (1 + λ), where λ is how many rival explanations were to be expected by accident, given the client's
own amounts, names and numbers. The constants are assumptions about practice (docs/matching.md), not fitted weights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from statistics import median

from agents.reconciliation.matching.client_book import LEDGER, ClientBook
from agents.reconciliation.matching.numbers import NumberIndex
from agents.reconciliation.matching.payers import NOBODY, Payer, PayerIndex

SURE, LIKELY = 0.990, 0.75
OTHER_NAME = 0.06
"""Share of payments that come under somebody else's name."""
MISTYPED = 0.05
EARLY_DAYS = 3
"""A document may be dated this many days after its payment (banks' and books' days differ)."""
FEE_SHARE, FEE_CENTS = 0.035, 3000
RATE_SHARE = 0.03
LEAST_PART = 20
"""A line of less than a twentieth of a document is not taken for part of it unless it names it."""
DUPLICATE_DAYS = 14


class Matching:
    """One client's matching while it goes on; `paid`, `rule`, `confidence`, `category` hold the outcome by line."""

    def __init__(
        self,
        book: ClientBook,
        *,
        confirmed: dict[str, tuple[int, ...]] | None = None,
        rejected: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.book = book
        self.rejected = rejected
        self.due = list(book.item_cents)
        count = len(book.line_ids)
        self.paid: list[tuple[tuple[int, int], ...]] = [()] * count
        self.rule = [""] * count
        self.confidence = [0.0] * count
        self.category = [""] * count
        self.payers = PayerIndex(book.contact_names, confirmed or {})
        self.numbers = NumberIndex(book.item_numbers, book.item_orders)
        self.of_contact: list[list[int]] = [[] for _ in book.contact_ids]
        self.settled_of = [0] * len(book.contact_ids)
        self.exact: dict[tuple[int, int, str], list[int]] = {}
        self.same_amount = Counter(book.item_cents)
        self.by_amount: dict[int, list[int]] = {}
        self.stale: Counter[int] = Counter()
        days, cents, contacts, currencies = book.item_days, book.item_cents, book.item_contacts, book.item_currencies
        for item in sorted(range(len(days)), key=days.__getitem__):
            self.of_contact[contacts[item]].append(item)
            self.exact.setdefault((contacts[item], cents[item], currencies[item]), []).append(item)
            self.by_amount.setdefault(cents[item], []).append(item)
        self.count_of = [len(items) for items in self.of_contact]
        self.order = sorted(range(count), key=book.days.__getitem__)
        self.named: dict[int, dict[int, int]] = {}
        self.named_credits: dict[int, list[int]] = {}
        self.settled_by: dict[int, int] = {}
        self.other_line: dict[int, int] = {}
        self.rates: dict[tuple[str, str], list[tuple[int, float]]] = {}
        self._rate_of_day: dict[tuple[str, str, int], float] = {}

    # what passes share

    def payer_of(self, line: int) -> Payer:
        """The contacts that the line's payer may be; its description speaks when no payer stands there."""
        text = self.book.payers[line]
        if text:
            return self.payers.find(text)
        text = self.book.descriptions[line]
        return self.payers.find(text) if text else NOBODY

    def settle(self, line: int, paid: tuple[tuple[int, int], ...], rule: str, accidental: float) -> None:
        """Takes the allocations off what is due and keeps rule and confidence."""
        book = self.book
        for item, cents in paid:
            self.stale[self.due[item]] += 1
            left = self.due[item] - cents
            self.due[item] = left
            if left:
                key = (book.item_contacts[item], left, book.item_currencies[item])
                self.exact.setdefault(key, []).append(item)
            else:
                self.settled_by[item] = line
                self.settled_of[book.item_contacts[item]] += 1
        self.paid[line] = paid
        self.rule[line] = rule
        self.confidence[line] = 1.0 / (1.0 + accidental)

    def may_pay(self, line: int, item: int) -> bool:
        """Whether the item is open in the line's direction, not dated after it, and not rejected for it."""
        return (
            self.due[item] * self.book.cents[line] > 0
            and self.book.item_days[item] <= self.book.days[line] + EARLY_DAYS
            and not (self.rejected and (self.book.line_ids[line], self.book.item_ids[item]) in self.rejected)
        )

    def open_of(self, line: int, contact: int) -> list[int]:
        """The contact's items in the line's currency that the line may pay, oldest first."""
        book, due = self.book, self.due
        day, currency, sign = book.days[line] + EARLY_DAYS, book.currencies[line], 1 if book.cents[line] > 0 else -1
        days, currencies, standing = book.item_days, book.item_currencies, book.item_standing
        items = self.of_contact[contact]
        if self.settled_of[contact] * 4 > len(items):  # what is settled stays so: it is looked at no more
            items = self.of_contact[contact] = [item for item in items if due[item]]
            self.settled_of[contact] = 0
        found = [
            item
            for item in items
            if due[item] * sign > 0 and days[item] <= day and currencies[item] == currency and standing[item] != LEDGER
        ]
        if self.rejected:
            found = [item for item in found if self.may_pay(line, item)]
        return found

    def others_of_amount(self, line: int, item: int) -> int:
        """About how many other open items of any contact have this amount when the line comes (an eighth too many)."""
        cents = self.due[item]
        if self.same_amount[cents] < 2:
            return 0
        same = self.by_amount[cents]
        if self.stale[cents] * 8 > len(same):
            same = self.by_amount[cents] = [each for each in same if self.due[each] == cents]
            self.stale[cents] = 0
        return max(0, bisect_right(same, self.book.days[line], key=self.book.item_days.__getitem__) - 1)

    def twins_in_doubt(self, line: int, item: int, chosen: tuple[int, ...] = ()) -> int:
        """How many items of the same contact and amount the line may pay as well: open, or not surely settled."""
        book, due = self.book, self.due
        cents, day = due[item], book.days[line] + EARLY_DAYS
        count = 0
        for each in self.exact.get((book.item_contacts[item], cents, book.item_currencies[item]), ()):
            if each == item or each in chosen or book.item_days[each] > day:
                continue
            settled = self.settled_by.get(each)
            if due[each] == cents or (settled is not None and self.confidence[settled] < SURE):
                count += 1
        return count

    def rate_on(self, line: int, item: int) -> float | None:
        """The day's rate from the item's currency to the line's: the median of nearby payments that name documents."""
        own, foreign, day = self.book.currencies[line], self.book.item_currencies[item], self.book.days[line]
        known = self.rates.get((own, foreign))
        if not known or len(known) < 3:
            return None
        rate = self._rate_of_day.get((own, foreign, day))
        if rate is None:  # the rates are learnt once and before anybody asks, so a day's stays what it is
            nearest = sorted(known, key=lambda each: abs(each[0] - day))[:9]
            rate = self._rate_of_day[own, foreign, day] = median(each for _, each in nearest)
        return rate
