"""Whether a written rule is about a bank line, and into which amounts its split divides the line."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from agents.reconciliation.coding.rules import Rule, Share
from agents.reconciliation.matching.payers import core, plain
from books.money import Money
from books.records import StatementLine

_HUNDRED = Decimal(100)


def fits(rule: Rule, line: StatementLine, bank_account_code: str = "") -> bool:
    """Whether everything that the rule says of a line holds; a rule that is off fits nothing."""
    when = rule.when
    if rule.off or not line.amount:
        return False
    if when.money and (when.money == "in") != (line.amount.amount > 0):
        return False
    if when.bank_account and when.bank_account != bank_account_code:
        return False
    if when.payer_is and core(plain(when.payer_is)) != core(plain(line.payer)):
        return False
    if when.payer_contains and f" {plain(when.payer_contains)} " not in f" {plain(line.payer)} ":
        return False
    if not (_is_like(when.reference, line.reference) and _is_like(when.description, line.description)):
        return False
    return _amount_fits(rule, abs(line.amount.amount))


def _amount_fits(rule: Rule, amount: Decimal) -> bool:
    wanted = rule.when.amount
    if wanted is None:
        return True
    if wanted.equals is not None:
        return amount == wanted.equals
    return (wanted.least or Decimal(0)) <= amount <= (amount if wanted.most is None else wanted.most)


def _is_like(pattern: str, text: str) -> bool:
    """Whether the whole text is the pattern, in which each `*` stands for any text; in time |pattern| x |text| at most.

    No regular expression is made of what a person wrote: the pieces between the stars are looked for in their order,
    each as early as it stands, which finds a match wherever there is one.
    """
    if not pattern:
        return True
    first, *others = (plain(piece) for piece in pattern.split("*"))
    said = plain(text)
    if not others:
        return said == first
    last = others.pop()
    if len(said) < len(first) + len(last) or not said.startswith(first) or not said.endswith(last):
        return False
    at, end = len(first), len(said) - len(last)
    for piece in others:
        found = said.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def apportioned(shares: Sequence[Share], total: Money) -> tuple[Money, ...] | None:
    """What each share gets of the line, signed as the line; the rest, or the last percentage, carries the rounding.

    Fixed amounts are written without the line's sign. None when a part comes to nothing, or a rest to another sign.
    """
    sign = 1 if total.amount > 0 else -1
    amounts = [
        total.times(share.percent / _HUNDRED).rounded()
        if share.percent is not None
        else Money((share.amount or Decimal(0)) * sign, total.currency).rounded()
        for share in shares
    ]
    place = next((n for n, share in enumerate(shares) if share.rest), len(shares) - 1)
    amounts[place] = total - Money.total((each for n, each in enumerate(amounts) if n != place), total.currency)
    if shares[place].rest and amounts[place].amount * sign <= 0:
        return None
    return tuple(amounts) if all(amounts) else None
