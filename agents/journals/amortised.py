"""Says which prepayment a journal's credit belongs to: by number, by term, by words, by amount, or not at all."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from agents.journals.entries import Entry
from agents.journals.schedule import Schedule
from agents.journals.terms import Term, terms_in
from agents.wording import shortened
from books.money import Money
from books.period import Period

WORDS_ENOUGH = 0.6
LONGEST_NAME = 120
MOST_CHOICES = 10
"""Up to so many open shares it is tried which of them a joint credit adds up (1,013 sums at most)."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = """and for from the with per prepayment prepayments prepaid amortisation amortization amortise amortize
    release released expense expensed month months monthly year annual journal portion share allocation adjustment
    pty ltd limited inc llc company left paid advance"""
_MONTH_NAMES = {name.lower() for name in (*calendar.month_name, *calendar.month_abbr) if name}
_NOT_TELLING = frozenset(_COMMON.split()) | _MONTH_NAMES


@dataclass(frozen=True, slots=True)
class Prepayment:
    """An amount paid in advance with its schedule.

    `stated` is the term as the document has it; `term` is the part of it that the amount is for, which is shorter when
    the document says that only some months are left.
    """

    entry: Entry
    stated: Term
    term: Term
    schedule: Schedule

    @property
    def key(self) -> str:
        """Names this prepayment the same each time it is found."""
        return self.entry.document if self.entry.position == 1 else f"{self.entry.document}#{self.entry.position}"

    @property
    def what(self) -> str:
        """`Business insurance 1 Jul 2026 – 30 Jun 2027 (BI-2026-127)`."""
        number = f" ({self.entry.number})" if self.entry.number else ""
        return f"{shortened(self.entry.words or self.entry.title, LONGEST_NAME)}{number}"

    def is_active(self, period: Period) -> bool:
        """Whether a part of it is the cost of that month."""
        return bool(self.schedule.share(period))


@dataclass(frozen=True, slots=True)
class Credit:
    """A journal's credit on a prepayment account, or the part of it that belongs to one prepayment; positive."""

    entry: Entry
    amount: Money

    @property
    def period(self) -> Period:
        """The month it was posted in."""
        return Period.containing(self.entry.date)


@dataclass(frozen=True, slots=True)
class Placed:
    """Which credits belong to which prepayment (by its key), and which to none that is known.

    `unclear` are those that name a debit whose term is not clear, by the document and line of that debit.
    """

    of: dict[str, tuple[Credit, ...]]
    nowhere: tuple[Credit, ...]
    unclear: dict[tuple[str, int], tuple[Credit, ...]]

    def credits(self, prepayment: Prepayment) -> tuple[Credit, ...]:
        """What has been amortised of it."""
        return self.of.get(prepayment.key, ())


def telling_words(text: str) -> frozenset[str]:
    """The words that tell one prepayment from another; months, numbers and bookkeeping words do not."""
    return frozenset(word.lower() for word in _WORD.findall(text)) - _NOT_TELLING


def place(
    entries: Iterable[Entry], prepayments: Sequence[Prepayment], *, country: str, unclear: Sequence[Entry] = ()
) -> Placed:
    """Places every credit; one that fits two prepayments equally well is placed nowhere.

    A credit over the exact sum of a month's open shares of one account, or of the only choice of them that makes that
    sum, is a journal for all of them. `unclear` are the debits whose term is not clear: what names one is theirs.
    """
    of: dict[str, tuple[Credit, ...]] = {}
    others: dict[tuple[str, int], tuple[Credit, ...]] = {}
    left: list[Credit] = []
    for entry in entries:
        credit = Credit(entry, -entry.amount)
        owner = None if _named_among(entry, unclear) else _owner(credit, prepayments, country)
        other = _named_among(entry, unclear) or (_alike_among(entry, unclear) if owner is None else None)
        if owner is not None:
            of[owner.key] = (*of.get(owner.key, ()), credit)
        elif other is not None:
            others[other.document, other.position] = (*others.get((other.document, other.position), ()), credit)
        else:
            left.append(credit)
    nowhere = []
    for credit in left:
        together = _all_of_the_month(credit, prepayments, of)
        for prepayment in together:
            part = Credit(credit.entry, prepayment.schedule.share(credit.period))
            of[prepayment.key] = (*of.get(prepayment.key, ()), part)
        nowhere += [] if together else [credit]
    return Placed(of, tuple(nowhere), others)


def _named_among(entry: Entry, debits: Sequence[Entry]) -> Entry | None:
    """The only debit of the account whose document number stands in the entry's words."""
    found = [each for each in debits if each.account_code == entry.account_code and names(entry.text, each.number)]
    return found[0] if len(found) == 1 else None


def _alike_among(entry: Entry, debits: Sequence[Entry]) -> Entry | None:
    """The only earlier debit of the account that the entry's words tell."""
    near = [each for each in debits if each.account_code == entry.account_code and each.date <= entry.date]
    found = [each for each in near if likeness(entry.text, each) >= WORDS_ENOUGH]
    return found[0] if len(found) == 1 else None


def _owner(credit: Credit, prepayments: Sequence[Prepayment], country: str) -> Prepayment | None:
    entry = credit.entry
    near = [each for each in prepayments if each.entry.account_code == entry.account_code]
    named = [each for each in near if names(entry.text, each.entry.number)]
    terms = terms_in(entry.text, country=country)
    ranked = sorted(
        ((_fit(credit, each, terms), each) for each in (named or near) if not terms or named or each.stated in terms),
        key=lambda pair: pair[0],
        reverse=True,
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    (by_term, words, by_amount), best = ranked[0]
    if named or by_term:
        return best
    if not best.is_active(credit.period):
        return None
    alone = sum(1 for fit, each in ranked if fit[2] and each.is_active(credit.period)) == 1
    return best if words >= WORDS_ENOUGH or (by_amount and alone) else None


def _fit(credit: Credit, prepayment: Prepayment, terms: tuple[Term, ...]) -> tuple[bool, float, bool]:
    if not prepayment.is_active(credit.period) and prepayment.stated not in terms:
        return (False, 0.0, False)
    by_amount = credit.amount == prepayment.schedule.share(credit.period)
    return (prepayment.stated in terms, likeness(credit.entry.text, prepayment.entry), by_amount)


def likeness(text: str, entry: Entry) -> float:
    """How much of what tells the entry from others stands in the text: 0 nothing, 1 all of it."""
    said, own = telling_words(text), telling_words(entry.words)
    supplier = telling_words(entry.contact)
    by_words = len(said & own) / len(own) if own else 0.0
    by_supplier = 0.8 if supplier and supplier <= said else 0.0
    return max(by_words, by_supplier)


def names(text: str, number: str) -> bool:
    """Whether the text names a document's number, as a word of its own."""
    return len(number) > 1 and bool(re.search(rf"(?<![\w-]){re.escape(number)}(?![\w-])", text, re.IGNORECASE))


def _all_of_the_month(
    credit: Credit, prepayments: Sequence[Prepayment], of: dict[str, tuple[Credit, ...]]
) -> list[Prepayment]:
    still_open = [
        each
        for each in prepayments
        if each.entry.account_code == credit.entry.account_code
        and each.is_active(credit.period)
        and not any(posted.period == credit.period for posted in of.get(each.key, ()))
    ]
    shares = {each.key: each.schedule.share(credit.period) for each in still_open}
    if Money.total(shares.values(), credit.amount.currency) == credit.amount:
        return still_open if len(still_open) > 1 else []
    if len(still_open) > MOST_CHOICES:
        return []
    choices = (some for size in range(2, len(still_open)) for some in combinations(still_open, size))
    fitting = [
        some
        for some in choices
        if Money.total((shares[each.key] for each in some), credit.amount.currency) == credit.amount
    ]
    return list(fitting[0]) if len(fitting) == 1 else []
