"""Seeded damage to statement files: bits flipped, pieces cut and spliced, encodings swapped, figures blown up."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_FIGURES = (
    b"NaN",
    b"1e400",
    b"-0",
    b"9" * 40,
    b"0x1F",
    b"1.2.3",
    b"\xe2\x80\xae12",
    b"",
    b"1" * 5000,
    b"-",
    b"00/00/0000",
    b"0.001",
    b"1,2,3",
)
_PIECES = (b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"<![CDATA[", b"]]>", b"&#x0;", b"&lol;", b"\n", b",", b";",
           b"<", b"</STMTTRN>", b":61:", b":86:", b"88,", b"49,", b"PK\x03\x04", b"(" * 200, b"<a>" * 60, b" " * 5000,
           b"\xe2\x80\x8b", b"\t" * 300, b"<!DOCTYPE a [", b"9" * 300, b"'" * 99, b"1,1," * 99)  # fmt: skip
_ENCODINGS = ("utf-16", "utf-16-be", "cp1252", "latin-1", "utf-8-sig", "utf-7", "cp037", "shift_jis")


def mutated(seed: int, files: Sequence[bytes]) -> bytes:
    """One of the files, damaged in one to four ways; the same seed gives the same bytes."""
    chance = random.Random(seed)
    content = chance.choice(files)
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(_WAYS)(content, chance, files)
    return content[:2_000_000]


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def _flip(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    one, two = sorted((_place(content, chance), _place(content, chance)))
    return content[:one] + (content[two:] if chance.random() < 0.6 else b"")


def _splice(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    other = chance.choice(files)
    return content[: _place(content, chance)] + other[_place(other, chance) :]


def _repeat(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    one, two = sorted((_place(content, chance), _place(content, chance)))
    return content[:two] + content[one:two] * chance.choice((1, 2, 40)) + content[two:]


def _insert(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(_PIECES) * chance.choice((1, 1, 3)) + content[at:]


def _blow_up(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    figures = list(re.finditer(rb"[0-9][0-9.,]*", content))
    if not figures:
        return content
    chosen = chance.choice(figures)
    return content[: chosen.start()] + chance.choice(_FIGURES) + content[chosen.end() :]


def _swap_lines(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    lines = content.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def _recode(content: bytes, chance: random.Random, files: Sequence[bytes]) -> bytes:
    text = content.decode(chance.choice(("utf-8", "latin-1", "utf-16")), "replace")
    return text.encode(chance.choice(_ENCODINGS), "replace")


_WAYS = (_flip, _cut, _splice, _repeat, _insert, _blow_up, _swap_lines, _recode)
