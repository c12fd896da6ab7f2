"""What the audit never keeps in clear: bank account numbers, e-mail addresses and keys in what people and systems say.

The end of a number and a mailbox's first letter stay, so that a reader can tell two of them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CONTENT = "content"
"""Under this name a `proposed` row keeps what its digest covers, word for word: masked, it would prove nothing."""

_EMAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+'-]*@([\w-]+(?:\.[\w-]+)+)")
_SECRETS = (
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?"),  # a JSON Web Token
    re.compile(r"\b(?:xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]{6,}"),  # Slack
    re.compile(r"\b(?:sk|pk|rk)[-_][\w-]{12,}"),  # model and payment providers
    re.compile(r"(?i)(?<=\bbearer )[\w.~+/-]{8,}=*"),
    re.compile(r"(?i)(?<=\bbasic )[\w+/-]{12,}=*"),
)
_NAMED_SECRET = re.compile(
    r"(?i)\b(password|passwd|pwd|secret|client[ _-]secret|token|access[ _-]token|refresh[ _-]token|api[ _-]?key)"
    r"(\s*(?:[:=]|\bis\b)\s*)(\S+)"
)
_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![\w-])")
_LINK = re.compile(r"(https?://\S+)")
# Neither within a word or an id, nor the whole part of a figure, nor after a decimal point.
_ALONE, _ENDS = r"(?<![\w.,/:-])", r"(?![\w/:-])(?![.,]\d)"
_NUMBERS = (
    re.compile(rf"{_ALONE}\d{{2}}-\d{{4}}-\d{{7}}-\d{{2,3}}{_ENDS}"),  # New Zealand: bank, branch, account, suffix
    re.compile(rf"{_ALONE}\d{{2}}-\d{{2}}-\d{{2}}[ /]+\d{{8}}{_ENDS}"),  # United Kingdom: sort code and account
    re.compile(rf"{_ALONE}\d{{3}}[- ]\d{{3}}[ /-]+\d{{3}} ?\d{{2,3}} ?\d{{0,4}}{_ENDS}"),  # Australia: BSB and account
    re.compile(rf"{_ALONE}\d(?:[ -]?\d){{11,18}}{_ENDS}"),  # cards, and accounts written in groups
    re.compile(rf"{_ALONE}\d{{8,20}}{_ENDS}"),  # a number of its own; no amount is written like that
)


_HARMLESS = re.compile(r"[A-Za-z_]{0,14}|(?:[0-9a-f]{32}){1,2}|-?\d{1,7}(?:\.\d{1,4})?")
"""A short word, a digest or an amount: nothing that is looked for can be in it, and most of an audit row is such."""


def masked(text: str) -> str:
    """The text with `j…@acme.example` for an address, `…1234` for an account number and `[key]` for a key."""
    if _HARMLESS.fullmatch(text):
        return text
    for each in _SECRETS:
        text = each.sub("[key]", text)
    text = _NAMED_SECRET.sub(r"\1\2[key]", text)
    text = _EMAIL.sub(r"\1…@\2", text)
    text = _IBAN.sub(lambda found: _last_four(found) if _is_iban(found[0]) else found[0], text)
    parts = _LINK.split(text)  # the odd ones are links, whose numbers are ids
    return "".join(part if at % 2 else _without_numbers(part) for at, part in enumerate(parts))


def masked_in(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same for every text in plain values, but for the content of a proposal."""
    return {name: value if name == CONTENT else _any(value) for name, value in values.items()}


def _any(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _any(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_any(each) for each in value]
    return value


def _without_numbers(text: str) -> str:
    for each in _NUMBERS:
        text = each.sub(_last_four, text)
    return text


def _last_four(found: re.Match[str]) -> str:
    letters = [each for each in found[0] if each.isalnum()]
    return "…" + "".join(letters[-4:])


def _is_iban(text: str) -> bool:
    """ISO 13616: the first four characters moved to the end, letters as two digits, the whole leaves 1 modulo 97."""
    packed = text.replace(" ", "")
    return 15 <= len(packed) <= 34 and int("".join(str(int(each, 36)) for each in packed[4:] + packed[:4])) % 97 == 1
