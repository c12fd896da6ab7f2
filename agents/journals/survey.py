"""What the books say about prepayments: what was paid in advance, what has been amortised, and whether it ties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agents.journals.amortised import Credit, Placed, Prepayment, names, place
from agents.journals.entries import JOURNAL, Entry, bills_on, journals_on, spent_on, supplier_credits_on
from agents.journals.schedule import CONVENTIONS, MONTHLY, Schedule, straight_line
from agents.journals.terms import Term, month_in, months_of, terms_in
from agents.ledger import Ledger
from agents.scope import Scope
from books.money import CENTS, Money
from books.period import Period
from books.records import LedgerAccount

_PREPAID = re.compile(
    r"\b(pre-?\s?paid|pre-?payments?|pre-?pays?|(paid|payments?( made)?|bills?|costs?|expenses?|expenditure|rent|"
    r"insurance|premiums?) in advance|advance payments?|deferred (expenses?|expenditure|costs?|charges)|"
    r"unexpired (insurance|expenses?|costs?|premiums?))\b",
    re.IGNORECASE,
)
_NOT_SPREAD = re.compile(r"\b(income|corporation|company) tax\b|\b(gst|vat)\b", re.IGNORECASE)
_LEFT = re.compile(r"\b(?P<left>\d{1,3}) of \d{1,3} months (?:left|remaining|to go|to run)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tie:
    """An account's balance at the cut-off against the schedules: what of it no prepayment explains."""

    ledger_account: LedgerAccount
    balance: Money
    scheduled: Money
    unexplained: Money


@dataclass(frozen=True, slots=True)
class Survey:
    """Every prepayment found, the credits on them, and the debits whose term is not stated or not clear."""

    prepayments: tuple[Prepayment, ...]
    placed: Placed
    drafted: Placed
    unclear: tuple[Entry, ...]
    ties: tuple[Tie, ...]

    def amortised(self, prepayment: Prepayment, until: Period) -> Money:
        """What posted journals have amortised by the end of that month."""
        return total_of(self.placed.credits(prepayment), prepayment.schedule.total.currency, until=until)

    def nowhere(self, account_code: str, period: Period) -> tuple[Credit, ...]:
        """Credits of that month on the account that belong to no known prepayment."""
        return tuple(
            each for each in self.placed.nowhere if (each.entry.account_code, each.period) == (account_code, period)
        )


def total_of(credited: Iterable[Credit], currency: str, *, until: Period) -> Money:
    """The sum of the credits posted by the end of that month."""
    return Money.total((each.amount for each in credited if each.period <= until), currency)


def tolerance(schedule: Schedule) -> Money:
    """What rounding alone may make of a difference: a cent for each month."""
    return Money(CENTS * len(schedule.shares), schedule.total.currency)


def prepayment_accounts(chart: Iterable[LedgerAccount]) -> tuple[LedgerAccount, ...]:
    """Ledger accounts of Xero's type PREPAYMENT, and other assets that are named so; taxes paid ahead are no cost."""
    return tuple(
        each
        for each in chart
        if each.type == "PREPAYMENT"
        or (
            each.type in ("CURRENT", "NONCURRENT")
            and each.klass == "ASSET"
            and _PREPAID.search(each.name)
            and not _NOT_SPREAD.search(each.name)
        )
    )


def survey(scope: Scope, ledger: Ledger) -> Survey:
    """Reads bills, spend money and manual journals of the last three years on the prepayment accounts."""
    own = prepayment_accounts(ledger.chart)
    codes = {each.code for each in own if each.code}
    if not codes:
        nothing = Placed({}, (), {})
        return Survey((), nothing, nothing, (), ())
    country = ledger.organisation.country
    posted = list(journals_on(ledger, codes, ledger.posted_journals))
    bought = [*bills_on(ledger, codes), *spent_on(ledger, codes), *supplier_credits_on(ledger, codes)]
    debits = [each for each in bought if each.amount.amount > 0]
    debits += [each for each in posted if each.amount.amount > 0 and not _takes_back(each, debits)]
    found = [(each, _term(each, country)) for each in debits]
    prepayments = [_prepayment(entry, term) for entry, term in found if term]
    unclear = [entry for entry, term in found if term is None]
    credited = [each for each in (*posted, *bought) if each not in debits]
    placed = place(credited, prepayments, country=country, unclear=unclear)
    prepayments = [_as_posted(each, placed.credits(each)) for each in prepayments]
    drafted = [each for each in journals_on(ledger, codes, ledger.draft_journals) if each.amount.amount < 0]
    return Survey(
        prepayments=tuple(prepayments),
        placed=placed,
        drafted=place(drafted, prepayments, country=country, unclear=unclear),
        unclear=tuple(each for each in unclear if standing(each, placed)),
        ties=tuple(_tie(scope, ledger, each, prepayments, placed) for each in own),
    )


def _takes_back(entry: Entry, debits: Sequence[Entry]) -> bool:
    """A journal's debit that names a bill already found corrects its amortisation; it is no new prepayment."""
    return any(names(entry.text, each.number) for each in debits if each.kind != JOURNAL)


def standing(debit: Entry, placed: Placed) -> Money:
    """What is left of a debit without a clear term after the credits that name it."""
    taken = placed.unclear.get((debit.document, debit.position), ())
    return debit.amount - Money.total((each.amount for each in taken), debit.amount.currency)


def _term(entry: Entry, country: str) -> Term | None:
    """The one term that the line, else the document, else both together state; or the one month that they name.

    A month alone is a term only from the document's own month on: one gone by is rather when something was ordered.
    """
    texts = (entry.words, entry.also, entry.text)
    stated = next((terms for text in texts if (terms := terms_in(text, country=country))), ())
    if stated:
        return stated[0] if len(stated) == 1 else None
    month = next((found for text in texts if (found := month_in(text))), None)
    return month if month and month.ends >= entry.date else None


def _left_of(stated: Term, entry: Entry) -> Term:
    """The months that the amount is for: an opening balance may say “8 of 12 months left”."""
    left = _LEFT.search(entry.text)
    if not left or int(left["left"]) < 1:
        return stated
    months = months_of(stated)[-int(left["left"]) :]
    return Term(max(months[0].start, stated.starts), stated.ends)


def _prepayment(entry: Entry, stated: Term, convention: str = MONTHLY) -> Prepayment:
    term = _left_of(stated, entry)
    schedule = straight_line(entry.amount, term, convention=convention, not_before=Period.containing(entry.date))
    return Prepayment(entry, stated, term, schedule)


def _as_posted(prepayment: Prepayment, credited: Sequence[Credit]) -> Prepayment:
    """The schedule in the convention that the journals posted so far follow more closely; by month when equal."""
    posted = {each.period for each in credited}

    def distance(candidate: Prepayment) -> Decimal:
        schedule = candidate.schedule
        currency = schedule.total.currency
        off = (total_of(credited, currency, until=each) - schedule.expired(each) for each in posted)
        return sum((abs(each.amount) for each in off), Decimal(0))

    candidates = [_prepayment(prepayment.entry, prepayment.stated, each) for each in CONVENTIONS]
    return min(candidates, key=distance)


def _tie(scope: Scope, ledger: Ledger, own: LedgerAccount, prepayments: Sequence[Prepayment], placed: Placed) -> Tie:
    here = [each for each in prepayments if each.entry.account_code == own.code]
    currency, period = ledger.currency, scope.period
    balance = ledger.balance(own.id)
    scheduled = Money.total((each.schedule.unexpired(period) for each in here), currency)
    standing = Money.total(
        (each.schedule.total - total_of(placed.credits(each), currency, until=period) for each in here), currency
    )
    return Tie(own, balance, scheduled, balance - standing)
