"""Lines that name documents by number: settled first, exactly; then with fees, parts, surplus or missing numbers."""

from __future__ import annotations

from agents.reconciliation.matching import subsets
from agents.reconciliation.matching.engine import FEE_CENTS, FEE_SHARE, MISTYPED, OTHER_NAME, RATE_SHARE, Matching
from agents.reconciliation.matching.numbers import FEWEST_LAST_DIGITS
from agents.reconciliation.matching.payers import Payer

ANOTHERS = 0.1
"""How doubtful a remittance is whose documents are partly another customer's."""
ROUND, ROUND_SURPLUS = 500, 0.02
"""How often one is paid a round sum too much, for each time that another of just that sum goes unnamed with it."""


def read_numbers(work: Matching) -> None:
    """Keeps for every line the items that its texts name and that it could ever have paid."""
    book, named_in = work.book, work.numbers.named_in
    cents, item_cents = book.cents, book.item_cents
    days, item_days = book.days, book.item_days
    for line, reference in enumerate(book.references):
        description = book.descriptions[line]
        text = f"{reference} {description}" if description else reference
        if not text:
            continue
        named = named_in(text)
        if named:
            sign, day = cents[line], days[line] + 3
            kept = {
                item: digits for item, digits in named.items() if item_cents[item] * sign > 0 and item_days[item] <= day
            }
            if kept:
                work.named[line] = kept
                if len(kept) < len(named):
                    work.named_credits[line] = [item for item in named if item_cents[item] * sign < 0]


def settle_exact(work: Matching) -> None:
    """One document named and exactly paid, or several named and exactly paid together."""
    book, due = work.book, work.due
    for line in work.order:
        named = work.named.get(line)
        if not named or work.rule[line] or work.category[line]:
            continue
        cents, currency = book.cents[line], book.currencies[line]
        fits = [item for item in named if due[item] == cents and book.item_currencies[item] == currency]
        fits = [item for item in fits if work.may_pay(line, item)]
        if fits:
            _settle_one(work, line, fits, named)
        elif line in work.named_credits and _settle_net(work, line, named):
            continue
        elif len(named) > 1:
            _settle_several(work, line, named)


def _agrees(work: Matching, payer: Payer, item: int) -> bool:
    return work.book.item_contacts[item] in payer.contacts


def _settle_one(work: Matching, line: int, fits: list[int], named: dict[int, int]) -> None:
    payer = work.payer_of(line)
    agreeing = [item for item in fits if _agrees(work, payer, item)]
    choice = agreeing or fits
    choice.sort(key=lambda item: -named[item])
    item = choice[0]
    digits = named[item]
    rivals = sum(1 for each in choice[1:] if named[each] == digits)
    others = work.others_of_amount(line, item)
    share = max(1, work.count_of[work.book.item_contacts[item]]) / max(1, len(work.due))
    by_chance = (others + 0.05) * 10.0**-digits
    if agreeing:
        accidental = by_chance * share + rivals
    elif payer.contacts and payer.how != "memory":
        own = any(each for place in payer.contacts for each in _exact_of(work, line, place))
        accidental = by_chance + rivals + MISTYPED * others / max(1, len(work.due)) / OTHER_NAME + (1.0 if own else 0.0)
    else:
        accidental = by_chance + rivals + MISTYPED * others / max(1, len(work.due))
    if accidental < 0.3:
        work.settle(line, ((item, work.due[item]),), "reference_amount", accidental)


def _exact_of(work: Matching, line: int, contact: int) -> list[int]:
    key = (contact, work.book.cents[line], work.book.currencies[line])
    return [item for item in work.exact.get(key, ()) if work.due[item] == key[1] and work.may_pay(line, item)]


def _settle_net(work: Matching, line: int, named: dict[int, int]) -> bool:
    """Documents named together with credits that are taken off, which make the amount exactly."""
    due, day = work.due, work.book.days[line]
    items = [item for item in named if work.may_pay(line, item)]
    credits = [item for item in work.named_credits[line] if due[item] and work.book.item_days[item] <= day]
    contacts = {work.book.item_contacts[item] for item in (*items, *credits)}
    if not items or not credits or len(contacts) > 1:
        return False
    if sum(due[item] for item in (*items, *credits)) != work.book.cents[line]:
        return False
    work.settle(line, tuple((item, due[item]) for item in (*items, *credits)), "remittance", 0.002)
    return True


def _settle_several(work: Matching, line: int, named: dict[int, int]) -> None:
    book, due = work.book, work.due
    payer = work.payer_of(line)
    items = sorted((item for item in named if work.may_pay(line, item)), key=book.item_days.__getitem__)
    own = [item for item in items if _agrees(work, payer, item)] if payer.contacts else []
    for choice in (items, own):
        if len(choice) > 1 and sum(due[item] for item in choice) == book.cents[line]:
            strangers = ANOTHERS if own and len(choice) > len(own) else 0.0  # the payer pays for somebody else, too
            work.settle(line, tuple((item, due[item]) for item in choice), "remittance", 0.0005 + strangers)
            return
    if 2 < len(items) <= subsets.MOST_ITEMS:
        found = subsets.any_set([abs(due[item]) for item in items], abs(book.cents[line]))
        if found and not found.rivals and found.accidental < 0.3:
            paid = tuple((items[place], due[items[place]]) for place in found.places)
            work.settle(line, paid, "remittance", found.accidental + 0.002)


def settle_inexact(work: Matching) -> None:
    """What names documents but does not pay them exactly; duplicates of settled ones stop here."""
    learn_rates(work)
    for line in work.order:
        named = work.named.get(line)
        if not named or work.rule[line] or work.category[line]:
            continue
        payer = work.payer_of(line)
        enough = min(5, work.numbers.usual_length) if not payer.contacts else max(5, work.numbers.usual_length)
        believed = [item for item, digits in named.items() if digits >= enough or _agrees(work, payer, item)]
        agreeing = [item for item in believed if _agrees(work, payer, item)]
        believed = agreeing or believed
        if not believed:
            continue
        still = [item for item in believed if work.may_pay(line, item)]
        if still:
            _settle_named(work, line, payer, sorted(still, key=work.book.item_days.__getitem__), bool(agreeing))
        elif any(item in work.settled_by for item in believed) and (agreeing or _repeats(work, line, believed)):
            work.category[line] = "duplicate_payment"


def _repeats(work: Matching, line: int, settled: list[int]) -> bool:
    """Whether the line's amount is the settled document's."""
    return any(work.book.item_cents[item] == work.book.cents[line] for item in settled)


def _settle_named(work: Matching, line: int, payer: Payer, items: list[int], agreeing: bool) -> None:
    book, due = work.book, work.due
    cents = book.cents[line]
    doubt = 0.002 if agreeing else 0.05 if not payer.contacts else 0.2
    if not agreeing and payer.contacts and any(_exact_of(work, line, place) for place in payer.contacts):
        return  # the number is more likely mistyped: the payer has a document of exactly this amount
    if agreeing and len(items) == 1 and _mistyped_exact(work, line, items[0]):
        return
    if any(book.item_currencies[item] != book.currencies[line] for item in items):
        _settle_foreign(work, line, items, doubt)
        return
    total = sum(due[item] for item in items)
    gap = (total - cents) * (1 if cents > 0 else -1)
    if gap == 0:
        work.settle(line, tuple((item, due[item]) for item in items), "reference_amount", doubt)
    elif gap > 0:
        _settle_short(work, line, items, gap, doubt, is_certain=agreeing and _is_certain(work, line, payer, items))
    elif not _settle_with_others(work, line, items, doubt):
        _settle_surplus(work, line, items, -gap, doubt)


def _is_certain(work: Matching, line: int, payer: Payer, items: list[int]) -> bool:
    """A person said who the payer is, or so many digits agree that no other number of the same payer is meant."""
    return payer.how == "memory" or all(work.named[line][item] >= FEWEST_LAST_DIGITS for item in items)


def _mistyped_exact(work: Matching, line: int, item: int) -> bool:
    """Whether another document of the same payer is exactly the amount and its number one slip away."""
    contact = work.book.item_contacts[item]
    text = work.book.references[line]
    return any(each != item and work.numbers.is_mistyped(text, each) for each in _exact_of(work, line, contact))


def _settle_foreign(work: Matching, line: int, items: list[int], doubt: float) -> None:
    if len(items) != 1:
        return
    item = items[0]
    rate = work.rate_on(line, item)
    ratio = work.book.cents[line] / work.due[item]
    if rate is None or abs(ratio / rate - 1) <= RATE_SHARE + 0.01:
        work.settle(line, ((item, work.due[item]),), "reference_currency", doubt)
    elif ratio < rate:
        work.settle(line, ((item, round(work.book.cents[line] / rate)),), "reference_part", doubt)


def _settle_short(work: Matching, line: int, items: list[int], gap: int, doubt: float, *, is_certain: bool) -> None:
    """Less than the named documents are due; `is_certain`: payer and number leave no doubt which they are."""
    book, due = work.book, work.due
    total = sum(abs(due[item]) for item in items)
    fee = gap <= max(FEE_SHARE * total, min(FEE_CENTS, total // 5))
    contacts = {book.item_contacts[item] for item in items}
    if fee:
        rule = "payout" if len(contacts) > 1 else "reference_less_fee"
        work.settle(line, tuple((item, due[item]) for item in items), rule, doubt + (0.1 if len(contacts) > 1 else 0.0))
    elif len(items) == 1:
        found = not is_certain and work.others_of_amount(line, items[0])
        work.settle(line, ((items[0], book.cents[line]),), "reference_part", doubt + (0.02 if found else 0.0))


def _settle_with_others(work: Matching, line: int, items: list[int], doubt: float) -> bool:
    """The line names some documents of one payer; others of it, open too, make up the rest."""
    book, due = work.book, work.due
    contacts = {book.item_contacts[item] for item in items}
    if len(contacts) != 1:
        return False
    rest = abs(book.cents[line]) - sum(abs(due[item]) for item in items)
    others = [item for item in work.open_of(line, next(iter(contacts))) if item not in items]
    amounts = [abs(due[item]) for item in others]
    kept = [item for item in others if abs(due[item]) <= rest]
    if not kept:
        return False
    amounts = [abs(due[item]) for item in kept]
    everything = sorted([*items, *kept], key=book.item_days.__getitem__)
    found = subsets.neighbours([abs(due[item]) for item in everything], abs(book.cents[line]))
    if found and not set(items) - {everything[place] for place in found.places}:
        chosen = [everything[place] for place in found.places]
        accidental = found.accidental
    else:
        single = [item for item in kept if abs(due[item]) == rest]
        larger = None if single else subsets.any_set(amounts, rest)
        if single:
            chosen, accidental = [*items, single[0]], (len(single) - 1) * 1.0 + subsets.expected_sets(amounts, rest)
        elif larger and not larger.rivals:
            chosen, accidental = [*items, *(kept[place] for place in larger.places)], larger.accidental
        else:
            return bool(larger)
    added = [item for item in chosen if item not in items]
    if any(work.twins_in_doubt(line, item, tuple(chosen)) for item in added):
        accidental += 0.1
    if len(items) == len(added) == 1 and rest % ROUND == 0:
        accidental += ROUND_SURPLUS
    if accidental < 0.5:
        work.settle(line, tuple((item, due[item]) for item in chosen), "remittance_cut", doubt + accidental)
    return True


def _settle_surplus(work: Matching, line: int, items: list[int], surplus: int, doubt: float) -> None:
    due = work.due
    total = sum(abs(due[item]) for item in items)
    paid = tuple((item, due[item]) for item in items)
    if surplus <= RATE_SHARE * total:
        work.settle(line, paid, "reference_currency", doubt)
    elif surplus <= total // 2 and len(items) == 1:
        work.settle(line, paid, "reference_over", doubt + 0.004)
    elif len(items) == 1 and len(work.open_of(line, work.book.item_contacts[items[0]])) == 1:
        work.settle(line, paid, "reference_over", doubt + 0.05)


def learn_rates(work: Matching) -> None:
    """The rates at which lines pay the documents that they alone name, by day; for the day's rate, never kept."""
    book = work.book
    for line, named in work.named.items():
        if len(named) != 1 or work.rule[line]:
            continue
        item = next(iter(named))
        if book.item_currencies[item] != book.currencies[line] and work.due[item] == book.item_cents[item]:
            rates = work.rates.setdefault((book.currencies[line], book.item_currencies[item]), [])
            rates.append((book.days[line], book.cents[line] / work.due[item]))
