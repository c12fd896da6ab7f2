"""The check on a model's sentence: no figure, verdict, deed or link that the result does not hold."""

from __future__ import annotations

import re
from decimal import Decimal

from agents.evidence import Evidence
from agents.findings import CloseStatus
from agents.skills import Result

LONGEST = 600
_SIGN = r"(?:A\$|NZ\$|US\$|[$£€¥]|\b[A-Z]{3}\s?(?=\d))"
_AMOUNT = re.compile(
    rf"(?P<sign>{_SIGN})?\s?(?P<digits>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<scale>\s?(?:k|m|mn|bn)\b)?", re.I
)
_SPELT = re.compile(
    r"\b(three|four|five|six|seven|eight|nine|ten|eleven|twelve|(thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|"
    r"forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|"
    r"double|triple)\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"https?:|www\.|://|[@<>\[\]`*]|\bmailto\b", re.IGNORECASE)
_DEED = re.compile(
    r"\b(approved?|posted|paid|deleted|voided|sent|e-?mailed|transferred|submitted|authori[sz]ed|reconciled|locked)\b",
    re.IGNORECASE,
)
_NOT_READY = re.compile(r"\b(not|cannot|n't|isn’t)\b[^.;]{0,30}\bready\b|\bunready\b", re.IGNORECASE)
_READY = re.compile(
    r"\bready\b|\bnothing (blocks|stands|is left|remains)\b|\bno (blockers?|issues?|problems?)\b|"
    r"\bgood to (go|close)\b|\bcan (now )?be (closed|locked)\b|\ball clear\b",
    re.IGNORECASE,
)


def accepted(sentence: str, result: Result, evidence: Evidence) -> bool:
    """Whether the sentence may be shown.

    Its amounts must be the result's own to the cent and in their currency, other numbers must be counts or percentages
    of it, numbers in words are not taken; it must not contradict the verdict, nor claim a deed that the result does not
    name; and it must hold no link, mention or markup.
    """
    if not sentence.strip() or len(sentence) > LONGEST or _FOREIGN.search(sentence):
        return False
    if isinstance(result, CloseStatus) and not _verdict_stands(sentence, result):
        return False
    rest = _without_names(sentence, evidence)
    if _SPELT.search(rest) or not all(_is_known(each, evidence) for each in _AMOUNT.finditer(rest)):
        return False
    known_deeds = {each[0].lower() for each in _DEED.finditer(evidence.told)}
    return all(each[0].lower() in known_deeds for each in _DEED.finditer(rest))


def _without_names(sentence: str, evidence: Evidence) -> str:
    for name in sorted(evidence.names, key=len, reverse=True):
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", sentence, flags=re.IGNORECASE)
    return sentence


def _is_known(found: re.Match[str], evidence: Evidence) -> bool:
    if found["scale"]:
        return False
    digits = Decimal(found["digits"].replace(",", ""))
    if found["sign"]:
        return any(_same(found["sign"].strip(), digits, each) for each in evidence.amounts)
    return digits in evidence.numbers or any(digits == _size(each) for each in evidence.amounts)


def _same(sign: str, digits: Decimal, amount: str) -> bool:
    return digits == _size(amount) and (sign == "$" or amount.startswith(sign)) and ("$" in amount or sign != "$")


def _size(amount: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", amount))


def _verdict_stands(sentence: str, status: CloseStatus) -> bool:
    denies = bool(_NOT_READY.search(sentence))
    claims = bool(_READY.search(_NOT_READY.sub(" ", sentence)))
    return denies != claims and claims == status.is_ready if denies or claims else not status.is_ready
