"""Lines whose payer is known and that name no document: exact amounts, sets, parts, fees and the day's rate."""

from __future__ import annotations

import math

from agents.reconciliation.matching import subsets
from agents.reconciliation.matching.client_book import LEDGER
from agents.reconciliation.matching.engine import (
    DUPLICATE_DAYS,
    EARLY_DAYS,
    FEE_CENTS,
    LEAST_PART,
    OTHER_NAME,
    RATE_SHARE,
    Matching,
)
from agents.reconciliation.matching.payers import Payer

_DOUBT = {"memory": 0.0, "name": 0.0, "cut": 0.0, "contained": 0.002, "misspelt": 0.002}
_SHAPES = {"all": "all_open", "oldest": "oldest_open", "neighbours": "neighbours", "set": "set", "same": "set"}
PAIRED, HALVED = 0.02, 0.03
"""How often two documents, or half of one, are paid for each time that one of just that amount is."""
MOST_NAMESAKES = 3
ROUNDEST_STEP = 10_000
"""Amounts in whole hundreds are the roundest."""
TWO_AS_ONE, UNCONFIRMED = 0.005, 0.0075
"""How doubtful two lines for one document are, and so much more for each whose payer nobody confirmed."""
LUMP_ODDS = 1.5
"""How often a payer's unexplained line is no set at all, for each time it is one."""


def unsettled(work: Matching) -> list[tuple[int, Payer]]:
    """The lines that nothing explains yet and whose payer is known, in the order of their days."""
    found = []
    for line in work.order:
        if not work.rule[line] and not work.category[line]:
            payer = work.payer_of(line)
            if payer.contacts:
                found.append((line, payer))
    return found


def settle_amounts(work: Matching) -> None:
    """Payer and exact amount: first where one document fits, then the oldest of several."""
    seen: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for line in range(len(work.rule)):
        seen.setdefault((work.payer_of(line).contacts, work.book.cents[line]), []).append(line)
    for several in (False, True):
        for line, payer in unsettled(work):
            _settle_amount(work, line, payer, seen, several=several)


def _settle_amount(
    work: Matching, line: int, payer: Payer, seen: dict[tuple[tuple[int, ...], int], list[int]], *, several: bool
) -> None:
    book, due = work.book, work.due
    cents, currency, day = book.cents[line], book.currencies[line], book.days[line] + EARLY_DAYS
    fits = []
    for contact in payer.contacts:
        for item in work.exact.get((contact, cents, currency), ()):
            if due[item] == cents and book.item_days[item] <= day and item not in fits:
                fits.append(item)
    if work.rejected:
        fits = [item for item in fits if work.may_pay(line, item)]
    if not fits:
        return
    text = book.references[line] or book.descriptions[line]
    own = any(book.item_contacts[item] in payer.contacts for item in work.named.get(line, ()))
    if text and not own:  # a number that is itself one of this payer's documents is not mistyped
        slips = [item for item in fits if work.numbers.is_mistyped(text, item)]
        if len(slips) == 1:
            work.settle(line, ((slips[0], cents),), "payer_mistyped", 0.001)
            return
    if len(fits) > 1:
        if several:
            _settle_oldest(work, line, fits)
        return
    item = fits[0]
    accidental = _rivals(work, line, payer, item, seen)
    if book.references[line] and work.numbers.unknown_in(book.references[line]):
        accidental += 0.15
    if line in work.named:
        accidental += 0.15
    work.settle(line, ((item, cents),), "payer_amount", accidental)


def _rivals(
    work: Matching, line: int, payer: Payer, item: int, seen: dict[tuple[tuple[int, ...], int], list[int]]
) -> float:
    """Expected rival explanations of payer and amount: another's payment in this name, a pair, a duplicate."""
    book, due = work.book, work.due
    others = work.others_of_amount(line, item)
    told = 0.005 if payer.how == "memory" else OTHER_NAME / 2
    accidental = _DOUBT[payer.how] + 0.0005 + told * others / max(1, len(book.contact_ids))
    contact = book.item_contacts[item]
    if due[item] != book.item_cents[item]:
        accidental += 0.002
    accidental += 0.5 * work.twins_in_doubt(line, item)
    wanted = abs(due[item])
    amounts = [abs(due[each]) for each in work.open_of(line, contact)]
    kept = {each for each in amounts if each < wanted}
    if len(kept) > 1 and any(wanted - each in kept for each in kept):
        accidental += PAIRED
    if any(each in (2 * wanted, 4 * wanted) for each in amounts):
        accidental += HALVED
    for twin in seen[(payer.contacts, book.cents[line])]:
        if twin != line and 0 <= book.days[line] - book.days[twin] <= DUPLICATE_DAYS and work.rule[twin]:
            accidental += 0.1
            break
    return accidental


def _settle_oldest(work: Matching, line: int, fits: list[int]) -> None:
    contacts = {work.book.item_contacts[item] for item in fits}
    if len(contacts) > 1:
        return
    item = min(fits, key=work.book.item_days.__getitem__)
    work.settle(line, ((item, work.due[item]),), "payer_oldest", 0.2)


def settle_sets(work: Matching) -> None:
    """Payer and a set of documents that makes the amount."""
    due = work.due
    for line, payer in unsettled(work):
        if len(payer.contacts) > MOST_NAMESAKES:
            continue
        found: list[tuple[list[int], subsets.Found]] = []
        amount = abs(work.book.cents[line])
        for contact in payer.contacts:
            items = [item for item in work.open_of(line, contact) if abs(due[item]) < amount]
            amounts = [abs(due[item]) for item in items]
            if len(items) < 2 or sum(amounts) < amount:
                continue
            credits = _credits_of(work, line, contact)
            if credits and sum(amounts) - sum(abs(due[each]) for each in credits) == amount:
                paid = tuple((item, due[item]) for item in (*items, *credits))
                work.settle(line, paid, "all_net", _DOUBT[payer.how] + 0.005)
                break
            one = subsets.neighbours(amounts, amount) or subsets.any_set(amounts, amount)
            if one:
                found.append((items, one))
        if len(found) != 1 or work.rule[line]:
            continue
        items, one = found[0]
        accidental = one.accidental * (LUMP_ODDS if one.shape in ("set", "same") else 1.0) + _DOUBT[payer.how]
        accidental += 0.5 * one.rivals + (0.1 if one.shape == "same" else 0.0)
        if line in work.named:
            accidental += 0.1
        chosen = tuple(items[place] for place in one.places)
        if any(work.twins_in_doubt(line, item, chosen) for item in chosen):
            accidental += 0.1
        if accidental < 0.34:
            paid = tuple((items[place], due[items[place]]) for place in one.places)
            work.settle(line, paid, _SHAPES[one.shape], accidental)


def _credits_of(work: Matching, line: int, contact: int) -> list[int]:
    """The contact's open credits against what the line pays."""
    book, sign = work.book, 1 if work.book.cents[line] > 0 else -1
    return [
        item
        for item in work.of_contact[contact]
        if work.due[item] * sign < 0
        and book.item_days[item] <= book.days[line]
        and book.item_currencies[item] == book.currencies[line]
        and not (work.rejected and (book.line_ids[line], book.item_ids[item]) in work.rejected)
    ]


def settle_near(work: Matching) -> None:
    """Payer and one document: less a fee, at the day's rate, a round share, or the only one open."""
    for line, payer in unsettled(work):
        if len(payer.contacts) <= MOST_NAMESAKES and line not in work.named:
            _settle_near(work, line, payer.contacts)


def _settle_near(work: Matching, line: int, contacts: tuple[int, ...]) -> None:
    """Namesakes' documents lie on one pile here: only what is alone in it is taken."""
    book, due = work.book, work.due
    amount = abs(book.cents[line])
    items = [item for contact in contacts for item in work.open_of(line, contact)]
    foreign = [item for contact in contacts for item in _foreign(work, line, contact)]
    near = [item for item in items if abs(amount - abs(due[item])) <= RATE_SHARE * abs(due[item])]
    fees = [
        item
        for item in items
        if item not in near and 0 < abs(due[item]) - amount <= min(FEE_CENTS, abs(due[item]) // 5)
    ]
    if len(near) + len(foreign) == 1 or (not near and not foreign and len(fees) == 1):
        item = (near or foreign or fees)[0]
        rule = "payer_currency" if foreign or amount > abs(due[item]) else "payer_less_fee"
        only = len(items) + len(foreign) == 1
        work.settle(line, ((item, due[item]),), rule, 0.03 if only else 0.15)
        return
    if near or foreign or fees:
        return
    larger = [item for item in items if abs(due[item]) > amount]
    if len(items) == 1 and larger and amount * LEAST_PART >= abs(due[larger[0]]):
        work.settle(line, ((larger[0], book.cents[line]),), "part_of_only", 0.08)
        return
    shares = [item for item in larger if amount * 20 % abs(due[item]) < 20 or amount * 3 // 10 == abs(due[item]) // 10]
    if len(shares) == 1:
        accidental = 20 * len(larger) * 20 / abs(due[shares[0]])
        if accidental < 0.3:
            work.settle(line, ((shares[0], book.cents[line]),), "round_part", 0.05 + accidental)
    elif len(items) == 1 and abs(due[items[0]]) < amount <= abs(due[items[0]]) * 1.5:
        work.settle(line, ((items[0], due[items[0]]),), "over_only", 0.15)


def _foreign(work: Matching, line: int, contact: int) -> list[int]:
    """The contact's documents in another currency that are this amount at the day's rate."""
    book, due, found = work.book, work.due, []
    for item in work.of_contact[contact]:
        if book.item_currencies[item] == book.currencies[line] or not work.may_pay(line, item):
            continue
        rate = work.rate_on(line, item)
        if rate and abs(book.cents[line] / (due[item] * rate) - 1) <= RATE_SHARE:
            found.append(item)
    return found


def settle_instalments(work: Matching) -> None:
    """Two unexplained lines of one payer that together are one document."""
    waiting: dict[int, list[int]] = {}
    for line, payer in unsettled(work):
        if len(payer.contacts) == 1:
            waiting.setdefault(payer.contacts[0], []).append(line)
    for contact, lines in waiting.items():
        for late in lines:
            if work.rule[late]:
                continue
            for early in lines:
                if early == late:
                    break
                if not work.rule[early] and _settle_pair(work, contact, early, late, len(lines)):
                    break


def _settle_pair(work: Matching, contact: int, early: int, late: int, lines: int) -> bool:
    """`lines` is how many of this payer are unexplained."""
    book = work.book
    one, two = book.cents[early], book.cents[late]
    if (one > 0) != (two > 0) or book.currencies[early] != book.currencies[late]:
        return False
    fits = [
        item
        for item in work.exact.get((contact, one + two, book.currencies[early]), ())
        if work.due[item] == one + two and work.may_pay(early, item)
    ]
    if len(fits) != 1:
        return False
    accidental = TWO_AS_ONE + sum(UNCONFIRMED for line in (early, late) if work.payer_of(line).how != "memory")
    accidental += _pairs_by_chance(work, contact, early, late, lines)
    if work.twins_in_doubt(early, fits[0], (fits[0],)):
        accidental += 0.1
    if one == two:  # each may as well be a document of just half
        accidental += HALVED
    work.settle(early, ((fits[0], one),), "instalments", accidental)
    work.settle(late, ((fits[0], two),), "instalments", accidental)
    return True


def _pairs_by_chance(work: Matching, contact: int, early: int, late: int, lines: int) -> float:
    """How many of the payer's pairs of lines make one of its documents by accident; the rounder, the more."""
    amounts = [abs(work.due[item]) for item in work.open_of(late, contact)]
    step = math.gcd(work.book.cents[early], work.book.cents[late], ROUNDEST_STEP)
    return math.comb(lines, 2) * len(amounts) * step / max(amounts)


def settle_ledger(work: Matching) -> None:
    """A transaction that already stands in the ledger: same amount and direction, within two weeks; payer or number."""
    book = work.book
    waiting: dict[tuple[int, str], list[int]] = {}
    for item, standing in enumerate(book.item_standing):
        if standing == LEDGER:
            waiting.setdefault((book.item_cents[item], book.item_currencies[item]), []).append(item)
    if not waiting:
        return
    for line in work.order:
        items = waiting.get((book.cents[line], book.currencies[line]))
        if not items or work.rule[line] or work.category[line]:
            continue
        day = book.days[line]
        near = [
            item for item in items if work.due[item] and -EARLY_DAYS <= day - book.item_days[item] <= DUPLICATE_DAYS
        ]
        if not near:
            continue
        payer = work.payer_of(line)
        own = [item for item in near if book.item_contacts[item] in payer.contacts]
        if len(own) == 1:
            work.settle(line, ((own[0], work.due[own[0]]),), "ledger", 0.001)
        elif not payer.contacts and len(near) == 1 and work.same_amount[book.cents[line]] == 1:
            work.settle(line, ((near[0], work.due[near[0]]),), "ledger", 0.2)
