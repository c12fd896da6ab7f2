"""How people coded a contact's money that no document explains: each habit with its count, days and range."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.reconciliation.coding.past import DIRECT
from agents.reconciliation.coding.records import Tracking
from agents.reconciliation.matching.payers import PayerIndex, plain
from books.money import Money
from books.records import BankTransaction, Contact

_WITH_DIGITS = re.compile(r"\S*\d\S*")
_MONTHS = frozenset(
    [
        "JAN",
        "FEB",
        "MAR",
        "APR",
        "MAY",
        "JUN",
        "JUL",
        "AUG",
        "SEP",
        "SEPT",
        "OCT",
        "NOV",
        "DEC",
        "JANUARY",
        "FEBRUARY",
        "MARCH",
        "APRIL",
        "JUNE",
        "JULY",
        "AUGUST",
        "SEPTEMBER",
        "OCTOBER",
        "NOVEMBER",
        "DECEMBER",
    ]
)
Coded = tuple[tuple[str, str, Tracking], ...]
"""Where an entry went: account, tax type and tracking of each line; the same lines in another order are the same."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One past coding: what it was of, when, how much (signed as the bank feels it), and where it went."""

    id: str
    on: dt.date
    amount: Money
    contact: Contact
    stem: str
    coded: Coded
    description: str


@dataclass(frozen=True, slots=True)
class Habit:
    """The same contact's entries that went to the same place, oldest first."""

    contact: Contact
    coded: Coded
    entries: tuple[Entry, ...]

    @property
    def support(self) -> int:
        """How many there are."""
        return len(self.entries)

    @property
    def last(self) -> Entry:
        """The newest."""
        return self.entries[-1]

    @property
    def is_split(self) -> bool:
        """Whether it has several lines, whose amounts one bank line does not tell."""
        return len(self.coded) > 1

    def range(self) -> tuple[Money, Money]:
        """The smallest and the largest amount, without sign."""
        amounts = [abs(each.amount) for each in self.entries]
        return min(amounts), max(amounts)


def stem(text: str) -> str:
    """The words of a text that come again each time: without numbers, months and what carries a digit."""
    return " ".join(word for word in plain(_WITH_DIGITS.sub(" ", text)).split() if word not in _MONTHS)


class History:
    """A client's past codings by contact; `aliases` are plain payer texts with the ids that people said they mean."""

    def __init__(self, entries: Iterable[BankTransaction], aliases: dict[str, tuple[str, ...]] | None = None) -> None:
        self._by_contact: dict[tuple[str, bool], list[Entry]] = {}
        self._contacts: dict[str, Contact] = {}
        for each in sorted(entries, key=lambda entry: (entry.date, entry.id)):
            if each.kind in DIRECT and each.status == "AUTHORISED" and each.contact is not None and each.lines:
                self._contacts[each.contact.id] = each.contact
                self._by_contact.setdefault((each.contact.id, each.is_receipt), []).append(_entry(each, each.contact))
        self._ids = list(self._contacts)
        places = {contact_id: place for place, contact_id in enumerate(self._ids)}
        confirmed = {
            text: tuple(places[each] for each in ids if each in places) for text, ids in (aliases or {}).items()
        }
        names = [self._contacts[each].name for each in self._ids]
        self._payers = PayerIndex(names, {text: found for text, found in confirmed.items() if found})

    def contacts_of(self, text: str) -> tuple[Contact, ...]:
        """The contacts with a history that a payer's text may name."""
        return tuple(self._contacts[self._ids[place]] for place in self._payers.find(text).contacts)

    def entries_of(self, contacts: Iterable[Contact], *, is_receipt: bool, currency: str) -> tuple[Entry, ...]:
        """Their entries of one direction and currency, oldest first."""
        found = [each for contact in contacts for each in self._by_contact.get((contact.id, is_receipt), ())]
        return tuple(sorted((x for x in found if x.amount.currency == currency), key=lambda x: (x.on, x.id)))


def habits_of(entries: Sequence[Entry]) -> tuple[Habit, ...]:
    """The entries by where they went, the most frequent first, among equals the latest."""
    found: dict[tuple[str, Coded], list[Entry]] = {}
    for each in entries:
        found.setdefault((each.contact.id, each.coded), []).append(each)
    habits = [Habit(own[0].contact, own[0].coded, tuple(own)) for own in found.values()]
    return tuple(sorted(habits, key=lambda habit: (-habit.support, -habit.last.on.toordinal(), habit.coded)))


def _entry(entry: BankTransaction, contact: Contact) -> Entry:
    coded = sorted((line.account_code, line.tax_type or "NONE", line.tracking) for line in entry.lines)
    return Entry(
        id=entry.id,
        on=entry.date,
        amount=entry.total if entry.is_receipt else -entry.total,
        contact=contact,
        stem=stem(entry.reference),
        coded=tuple(dict.fromkeys(coded)),
        description=entry.lines[0].description,
    )
