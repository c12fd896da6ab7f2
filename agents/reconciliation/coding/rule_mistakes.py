"""What can be wrong in a rules file that reads well: one sentence a mistake, each naming its rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from books import firm_mistakes

if TYPE_CHECKING:
    from agents.reconciliation.coding.rules import AmountIs, Rule, RulesFile, Share, Then, When

MONEY = ("in", "out")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LEAST_LETTERS = 2
HUNDRED = Decimal(100)


def where(message: str) -> str:
    """A decoder's message with its place counted from one: `$.rules[1].then.split[0]` is `rule 2, then, split 1`."""
    words = re.sub(r"\.split\[(\d+)\]", lambda found: f", split {int(found[1]) + 1}", message)
    return re.sub(r"(when|then|split \d+)\.", r"\1, ", firm_mistakes.where(words))


def mistakes(file: RulesFile) -> Iterator[str]:
    """Every mistake of a file that could be decoded, the first one first; nothing when it is right."""
    if file.version != 1:
        yield f"version {file.version} is not known (1 is)"
    ids: set[str] = set()
    priorities: dict[int, str] = {}
    for position, rule in enumerate(file.rules, start=1):
        if not _ID.fullmatch(rule.id):
            yield f"rule {position} has the id “{rule.id}”; an id has letters, digits, “-”, “_” and “.”, at most 64"
        if rule.id in ids:
            yield f"the rule “{rule.id}” stands there twice"
        ids.add(rule.id)
        if rule.priority in priorities:
            yield f"the rules “{priorities[rule.priority]}” and “{rule.id}” both have the priority {rule.priority}"
        priorities[rule.priority] = rule.id
        yield from _of_rule(rule)


def _of_rule(rule: Rule) -> Iterator[str]:
    place = f"the rule “{rule.id}”"
    if not rule.name.strip():
        yield f"{place} has no name"
    yield from _of_conditions(place, rule.when)
    yield from _of_outcome(place, rule.then)


def _of_conditions(place: str, when: When) -> Iterator[str]:
    texts = {name: getattr(when, name) for name in ("payer_is", "payer_contains", "reference", "description")}
    if not any(texts.values()):
        yield f"{place} names neither payer nor reference nor description, so it would take any line of an amount"
    for name, text in texts.items():
        if text and sum(each.isalnum() for each in text) < _LEAST_LETTERS:
            yield f"{place} has the {name} “{text}”; at least {_LEAST_LETTERS} letters or digits must stand in it"
        if name.startswith("payer") and "*" in text:
            yield f"{place} has a * in {name}; only reference and description take one"
    if when.payer_is and when.payer_contains:
        yield f"{place} says both payer_is and payer_contains"
    if when.money not in ("", *MONEY):
        yield f"{place} is for money “{when.money}”, which is none of {', '.join(MONEY)}"
    if when.amount is not None:
        yield from _of_amount(place, when.amount)


def _of_amount(place: str, amount: AmountIs) -> Iterator[str]:
    has_range = amount.least is not None or amount.most is not None
    if (amount.equals is not None) == has_range or (has_range and None in (amount.least, amount.most)):
        yield f"{place} has an amount that is neither {{equals}} nor {{from, to}}"
        return
    for figure in (amount.equals, amount.least, amount.most):
        if figure is not None and not (figure.is_finite() and figure >= 0):
            yield f"{place} has the amount {figure}, which is not zero or more (money: in or out says the direction)"
            return
    if amount.least is not None and amount.most is not None and amount.least > amount.most:
        yield f"{place} has amounts from {amount.least} to {amount.most}"


def _of_outcome(place: str, then: Then) -> Iterator[str]:
    if bool(then.account.strip()) == bool(then.split):
        yield f"{place} needs either an account or a split"
        return
    if then.split and (then.tax or then.tracking):
        yield f"{place} has a split, so tax and tracking stand in its parts"
    if then.split and len(then.split) < 2:
        yield f"{place} has a split with one part"
    for number, share in enumerate(then.split, start=1):
        yield from _of_share(f"{place}, split {number}", share)
    if then.split:
        yield from _of_shares_together(place, then.split)


def _of_share(place: str, share: Share) -> Iterator[str]:
    if not share.account.strip():
        yield f"{place} has no account"
    if (share.percent is not None) + (share.amount is not None) + share.rest != 1:
        yield f"{place} is none of percent, amount and rest, or several of them"
    for name in ("percent", "amount"):
        figure = getattr(share, name)
        if figure is not None and (not figure.is_finite() or figure == 0):
            yield f"{place} has the {name} {figure}"


def _of_shares_together(place: str, shares: tuple[Share, ...]) -> Iterator[str]:
    rests = sum(share.rest for share in shares)
    fixed = any(share.amount is not None for share in shares)
    percents = sum((share.percent for share in shares if share.percent is not None), Decimal(0))
    if rests > 1:
        yield f"{place} has two parts that take the rest"
    elif not rests and fixed:
        yield f"{place} has fixed amounts and no part that takes the rest (rest: true)"
    elif not rests and percents != HUNDRED:
        yield f"{place} has percentages that come to {percents}, not 100"
