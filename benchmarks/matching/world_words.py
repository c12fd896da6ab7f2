"""Names of payers and words of bank lines for the made-up world, and the ways in which banks and people spoil them."""

from __future__ import annotations

from pathlib import Path
from random import Random

_ROWS = (row.split(": ", 1) for row in (Path(__file__).parent / "world_words.txt").read_text("utf-8").splitlines())
_WORDS = {name: tuple(words.split(",")) for name, words in _ROWS}
FIRST = _WORDS["FIRST"]
TRADE = _WORDS["TRADE"]
LEGAL = _WORDS["LEGAL"]
GIVEN = _WORDS["GIVEN"]
FAMILY = _WORDS["FAMILY"]
STRANGERS = _WORDS["STRANGERS"]
PAYOUTS = _WORDS["PAYOUTS"]


def trading_name(dice: Random) -> str:
    """A customer's or supplier's registered name; one in seven is a person."""
    if dice.random() < 0.14:
        return person(dice)
    return f"{dice.choice(FIRST)} {dice.choice(TRADE)} {dice.choice(LEGAL)}".strip()


def person(dice: Random) -> str:
    """A private person's name."""
    return f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}"


def spelt(dice: Random, name: str) -> str:
    """`name` with one slip of the fingers: lost, doubled, exchanged or wrong."""
    at = dice.randrange(1, max(2, len(name) - 1))
    slip = dice.randrange(4)
    if slip == 0:
        return name[:at] + name[at + 1 :]
    if slip == 1:
        return name[:at] + name[at] + name[at:]
    if slip == 2:
        return name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    return name[:at] + dice.choice("AEIORSTN") + name[at + 1 :]


def as_the_bank_prints(dice: Random, name: str) -> str:
    """`name` in capitals; cut at 18 characters (22 %), at 14 (10 %), misspelt (6 %), without its legal form (20 %)."""
    name = name.upper()
    chance = dice.random()
    if chance < 0.22:
        return name[:18].strip()
    if chance < 0.32:
        return name[:14].strip()
    if chance < 0.38:
        return spelt(dice, name)
    if chance < 0.58:
        for form in LEGAL:
            if form and name.endswith(" " + form.upper()):
                return name[: -len(form) - 1]
    return name


def spoilt_number(dice: Random, number: str, order: str) -> str:
    """A document's number as people type it: whole, the digits alone, the last ones, the purchase order, or wrong."""
    digits = "".join(letter for letter in number if letter.isdigit())
    chance = dice.random()
    if chance < 0.40:
        return number
    if chance < 0.55:
        return digits.lstrip("0")
    if chance < 0.65:
        return "INVOICE " + digits
    if chance < 0.74:
        return digits[-4:]
    if chance < 0.84:
        return order or number.replace("-", " ")
    if chance < 0.92:
        return number.replace("0", "O").replace("-", "") if "0" in number else number.lower()
    at = dice.randrange(len(digits))
    wrong = digits[:at] + str((int(digits[at]) + dice.randrange(1, 9)) % 10) + digits[at + 1 :]
    return "INV" + (wrong if dice.random() < 0.7 else digits[:-2] + digits[-1] + digits[-2])
