"""Which open items a line's text names by number: whole, its digits, its last digits, its purchase order, misread."""

from __future__ import annotations

import re
from collections.abc import Sequence

RUNS = re.compile(r"\d+")
_PARTED = re.compile(r"\d[\d/.\- ]*[/.\-][\d/.\- ]*\d")
_TOKENS = re.compile(r"[A-Z0-9]*\d[A-Z0-9]*")
_DATES = re.compile(
    r"\b(?:\d{1,2}[/.\-](?:19|20)\d\d|\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d\d)|20\d\d-[01]\d(?:-[0-3]\d)?|\d{1,2}\.\d{1,2}\.)(?![\d/])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTH_OF_YEAR = re.compile(r"([^\W\d]{3,9})[ .,/\-']{0,2}20\d\d(?!\d)")
_MONTH_NAMES = """
JAN FEB MAR APR MAY JUN JUL AUG SEP SEPT OCT NOV DEC MRZ MAI OKT DEZ
JANUARY FEBRUARY MARCH APRIL JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER
JANUAR FEBRUAR MÄRZ MAERZ JUNI JULI OKTOBER DEZEMBER JANUARI FEBRUARI MAART MEI AUGUSTUS
JANVIER FÉVRIER FEVRIER MARS AVRIL JUIN JUILLET AOÛT AOUT SEPTEMBRE OCTOBRE NOVEMBRE DÉCEMBRE DECEMBRE
ENERO FEBRERO MARZO ABRIL MAYO JUNIO JULIO AGOSTO SEPTIEMBRE OCTUBRE NOVIEMBRE DICIEMBRE
GENNAIO FEBBRAIO APRILE MAGGIO GIUGNO LUGLIO SETTEMBRE OTTOBRE DICEMBRE
JANEIRO FEVEREIRO MARÇO MAIO JUNHO JULHO SETEMBRO OUTUBRO NOVEMBRO DEZEMBRO
"""
_MONTHS = frozenset(_MONTH_NAMES.split())
YEAR_DIGITS = 1
"""A document whose number reads like a year is named by it no better than by one digit."""
_MISREAD = str.maketrans("OQDILSBZG", "000115826")
FEWEST_DIGITS = 3
FEWEST_LAST_DIGITS = 4
MOST_NAMESAKES = 12
"""A number that more items than this carry names none of them."""


class NumberIndex:
    """A client's open items by the digits of their numbers and of the purchase orders they carry."""

    def __init__(self, numbers: Sequence[str], orders: Sequence[str]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._digits: list[str] = []
        self._lasts: dict[int, dict[str, list[int]]] = {}
        self._parted = False
        for place, number in enumerate(numbers):
            runs = RUNS.findall(number)
            last = runs[-1] if runs else ""
            self._digits.append(last)
            if last:
                self._enter(last, place)
                if len(runs) > 1:
                    self._parted = True
                    self._whole.setdefault("".join(runs), []).append(place)
            order = orders[place]
            if order:
                for run in RUNS.findall(order):
                    if len(run) >= FEWEST_LAST_DIGITS:
                        self._enter(run, place)
        lengths = sorted(len(digits.lstrip("0")) for digits in self._digits if digits)
        self.usual_length = lengths[len(lengths) // 2] if lengths else 0

    def _enter(self, run: str, place: int) -> None:
        bare = run.lstrip("0")
        self._whole.setdefault(bare, []).append(place)
        if bare != run:
            self._whole.setdefault(run, []).append(place)

    def named_in(self, text: str) -> dict[int, int]:
        """The items that `text` may name, each with how many digits agree."""
        found: dict[int, int] = {}
        if self._parted:
            for parted in _PARTED.findall(text):
                for piece in (parted, *parted.split()):
                    joined = "".join(filter(str.isdigit, piece))
                    if joined != piece:
                        found.update((place, len(joined)) for place in self._whole.get(joined, ()))
            if found:
                return found
        text = _without_months(text)
        if "." in text or "/" in text or "-" in text:
            text = _DATES.sub(" ", text)
        for run in RUNS.findall(text):
            self._look_up(run, found)
        if not found and text:
            for token in _TOKENS.findall(text.upper()):
                if not token.isdigit():
                    for run in RUNS.findall(token.translate(_MISREAD)):
                        if len(run) >= FEWEST_LAST_DIGITS:
                            self._look_up(run, found)
        return found

    def _look_up(self, run: str, found: dict[int, int]) -> None:
        places = self._whole.get(run)
        if places is None:
            run = run.lstrip("0")
            places = self._whole.get(run)
        length = len(run)
        if length < FEWEST_DIGITS:
            return
        if places is None and FEWEST_LAST_DIGITS <= length < 8 and not _YEAR.fullmatch(run):
            places = self._ending_in(length).get(run)
        if length == 4 and _YEAR.fullmatch(run):
            length = YEAR_DIGITS
        if places and len(places) <= MOST_NAMESAKES:
            for place in places:
                if found.get(place, 0) < length:
                    found[place] = length

    def _ending_in(self, length: int) -> dict[str, list[int]]:
        """Items by the last `length` digits of longer numbers; made when a text first needs it."""
        lasts = self._lasts.get(length)
        if lasts is None:
            lasts = self._lasts[length] = {}
            for place, digits in enumerate(self._digits):
                if len(digits) > length:
                    lasts.setdefault(digits[-length:], []).append(place)
        return lasts

    def is_mistyped(self, text: str, place: int) -> bool:
        """Whether a number in `text` is the item's with one digit wrong, lost, doubled or exchanged."""
        digits = self._digits[place].lstrip("0")
        if len(digits) < FEWEST_LAST_DIGITS:
            return False
        return any(
            _one_slip(run.lstrip("0"), digits)
            for token in _TOKENS.findall(_without_months(text).upper())  # a word without a digit is no number misread
            for run in RUNS.findall(token.translate(_MISREAD))
        )

    def unknown_in(self, text: str) -> bool:
        """Whether the text carries a number as long as this client's documents have and none of them has it."""
        length = self.usual_length
        return length >= FEWEST_LAST_DIGITS and any(
            len(run.lstrip("0")) == length and run.lstrip("0") not in self._whole
            for run in RUNS.findall(_without_months(text))
        )


def _without_months(text: str) -> str:
    """The text without months and their years, which are no numbers; another word before a year stays."""
    if "20" not in text:
        return text
    return _MONTH_OF_YEAR.sub(lambda found: " " if found[1].upper() in _MONTHS else found[0], text)


def _one_slip(one: str, other: str) -> bool:
    if one == other:
        return True
    if len(one) == len(other):
        wrong = [at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
        if len(wrong) == 1:
            return True
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        )
    if abs(len(one) - len(other)) != 1:
        return False
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    at = next((place for place, digit in enumerate(shorter) if digit != longer[place]), len(shorter))
    return longer[at + 1 :] == shorter[at:]
