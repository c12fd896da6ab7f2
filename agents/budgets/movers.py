"""Why an account is off: the documents of the month by contact, beside the three months before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from agents.findings import Mover
from agents.journals.entries import Entry, bills_on, journals_on, sales_on, spent_on
from agents.ledger import Ledger, months_back
from agents.scope import Scope
from agents.wording import listed
from books.money import Money
from books.period import Period
from books.records import LedgerAccount

BEFORE_MONTHS = 3
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Flow:
    """What one contact's documents put on an account: this month, and on average in the months before."""

    contact: str
    entries: tuple[Entry, ...]
    this_month: Money
    before: Money
    months_before: int

    @property
    def change(self) -> Money:
        """This month less the average month before."""
        return self.this_month - self.before


def movers_of(scope: Scope, ledger: Ledger, own: LedgerAccount) -> tuple[Mover, ...]:
    """The contacts whose month differs most from their average of the three months before, largest change first.

    Amounts are signed as the profit and loss shows the account. Credit notes are not among the documents.
    """
    sign = -1 if own.klass == "REVENUE" else 1
    threshold = scope.client.materiality.amount / 5
    flows = [each for each in _flows(scope, ledger, own, sign) if abs(each.change.amount) >= threshold]
    flows.sort(key=lambda each: (-abs(each.change.amount), each.contact))
    return tuple(_mover(ledger, own, each) for each in flows[:SHOWN])


def _flows(scope: Scope, ledger: Ledger, own: LedgerAccount, sign: int) -> Iterable[Flow]:
    first = months_back(scope.period, BEFORE_MONTHS)
    by_contact: dict[str, list[Entry]] = {}
    for entry in _entries(ledger, own):
        if first.start <= entry.date <= scope.period.end:
            by_contact.setdefault(entry.contact or "Journals", []).append(entry)
    for contact, entries in by_contact.items():
        now = tuple(each for each in entries if each.date in scope.period)
        earlier = [each for each in entries if each.date not in scope.period]
        total = Money.total((each.amount for each in earlier), ledger.currency)
        yield Flow(
            contact=contact,
            entries=now,
            this_month=Money.total((each.amount for each in now), ledger.currency).times(sign),
            before=total.times(Decimal(sign) / BEFORE_MONTHS).rounded(),
            months_before=len({Period.containing(each.date) for each in earlier}),
        )


def _entries(ledger: Ledger, own: LedgerAccount) -> Iterable[Entry]:
    codes = {own.code}
    yield from sales_on(ledger, codes) if own.klass == "REVENUE" else bills_on(ledger, codes)
    yield from spent_on(ledger, codes)
    yield from journals_on(ledger, codes, ledger.posted_journals)


def _mover(ledger: Ledger, own: LedgerAccount, flow: Flow) -> Mover:
    largest = max(flow.entries, key=lambda each: abs(each.amount), default=None)
    return Mover(
        label=f"{flow.contact}: {_words(flow)}",
        amount=flow.change,
        link=largest.link if largest else ledger.links.ledger_account(ledger.organisation, own.id),
        source=largest.document if largest else "",
    )


def _words(flow: Flow) -> str:
    documents = listed((each.number or each.also for each in flow.entries if each.number or each.also), most=3)
    named = f" ({documents})" if documents else ""
    if not flow.months_before:
        return f"{flow.this_month}{named}, nothing in the {BEFORE_MONTHS} months before"
    if not flow.entries:
        return f"nothing this month, {flow.before} a month before"
    return f"{flow.this_month}{named}, {flow.before} a month before"


def why(movers: tuple[Mover, ...]) -> str:
    """One sentence that names the two largest changes; nothing when no document explains the difference."""
    if not movers:
        return ""
    return f"Largest changes: {'; '.join(each.label for each in movers[:2])}."
