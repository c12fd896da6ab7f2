"""The one call for the desk: an organisation's bank lines, what is open, what people confirmed; out comes a report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from agents.reconciliation.matching.client_book import ClientBook
from agents.reconciliation.matching.engine import SURE as SURE_FROM
from agents.reconciliation.matching.engine import Matching
from agents.reconciliation.matching.memory import Memory
from agents.reconciliation.matching.passes import match_client
from agents.reconciliation.matching.records import (
    CANDIDATES,
    LIKELY,
    NONE,
    SURE,
    Allocation,
    Candidate,
    LineMatch,
    MatchReport,
    OpenItem,
)
from agents.reconciliation.matching.report import category_of, is_settled, ranked_candidates
from agents.reconciliation.matching.rules import category_words, sentence
from books.money import Money, minor_units
from books.records import StatementLine

FRESH_DAYS = 3
_NEXT = {SURE: "Approve it.", LIKELY: "Look at it, then approve or reject it.", CANDIDATES: "Choose one, or none."}


def match(
    organisation_id: str,
    lines: Mapping[str, Sequence[StatementLine]],
    open_items: Iterable[OpenItem],
    ledger: Iterable[OpenItem] = (),
    memory: Memory | None = None,
    *,
    today: dt.date,
) -> MatchReport:
    """Matches `lines` (by bank account) with open documents and with unreconciled transactions of the ledger.

    Nothing is written and nothing is remembered. `today` decides only what is too fresh to be called unexplained.
    """
    memory = memory or Memory()
    book = ClientBook()
    flat = [(account, line) for account, own in lines.items() for line in own]
    book.line_ids = [line.id for _, line in flat]
    book.accounts = [account for account, _ in flat]
    book.days = [line.date.toordinal() for _, line in flat]
    book.cents = [_cents(line.amount) for _, line in flat]
    book.currencies = [line.amount.currency for _, line in flat]
    book.payers = [line.payer for _, line in flat]
    book.references = [line.reference for _, line in flat]
    book.descriptions = [line.description for _, line in flat]
    for each in (*open_items, *ledger):
        contact, texts = (each.contact_id, each.contact_name), (each.number, each.reference)
        day, cents, currency = each.date.toordinal(), _cents(each.due), each.due.currency
        book.add_item(each.id, each.kind, contact, texts, day, cents, currency)
    confirmed = memory.confirmed(book.contact_places)
    work = match_client(book, confirmed=confirmed, rejected=memory.rejected_pairs())
    said = tuple(_said_of(work, line, memory, today) for line in range(len(flat)))
    return MatchReport(organisation_id=organisation_id, on=today, matches=said)


def _cents(money: Money) -> int:
    return int(money.rounded().amount.scaleb(minor_units(money.currency)))


def _money(cents: int, currency: str) -> Money:
    return Money(Decimal(cents).scaleb(-minor_units(currency)), currency)


def _said_of(work: Matching, line: int, memory: Memory, today: dt.date) -> LineMatch:
    book = work.book
    line_id = book.line_ids[line]
    if is_settled(work, line):
        tier = SURE if work.confidence[line] >= SURE_FROM else LIKELY
        allocations = tuple(
            Allocation(item_id=book.item_ids[item], amount=_money(cents, book.item_currencies[item]))
            for item, cents in work.paid[line]
        )
        return LineMatch(
            line_id=line_id,
            tier=tier,
            because=sentence(work.rule[line]),
            next_step=_NEXT[tier],
            rule=work.rule[line],
            confidence=work.confidence[line],
            allocations=allocations,
            difference=_difference(work, line),
            at_days_rate=_is_at_days_rate(work, line),
        )
    candidates = tuple(
        Candidate(item_id=book.item_ids[item], settles=settles, fit=fit)
        for item, settles, fit in ranked_candidates(work, line)
    )
    category = category_of(work, line, memory)
    because, next_step = category_words(category)
    if category == "recurring":
        next_step = f"Code it to {memory.coding_of(book.payers[line])}, as people did before."
    if category in ("missing_invoice", "unknown_payer") and today.toordinal() - book.days[line] < FRESH_DAYS:
        category, (because, next_step) = "timing", category_words("timing")
    other = work.other_line.get(line)
    return LineMatch(
        line_id=line_id,
        tier=CANDIDATES if candidates else NONE,
        because="More than one explanation fits." if candidates else because,
        next_step=_NEXT[CANDIDATES] if candidates else next_step,
        candidates=candidates,
        category=category,
        other_line_id=book.line_ids[other] if other is not None else "",
    )


def _is_at_days_rate(work: Matching, line: int) -> bool:
    foreign = [item for item, _ in work.paid[line] if work.book.item_currencies[item] != work.book.currencies[line]]
    return bool(foreign) and all(work.rate_on(line, item) is not None for item in foreign)


def _difference(work: Matching, line: int) -> Money | None:
    book, paid = work.book, work.paid[line]
    currency = book.currencies[line]
    if any(book.item_currencies[item] != currency for item, _ in paid):
        return None
    return _money(book.cents[line] - sum(cents for _, cents in paid), currency)
