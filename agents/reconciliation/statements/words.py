"""The text of statement files: bytes decoded, unseen characters taken out, and refusals that name the place."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from unicodedata import normalize

from agents.reconciliation.statements.bounds import MAX_FIELD, MAX_LINE, too_odd
from books.refusal import Refusal

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""Control, zero-width, bidirectional and tag characters: a person would not see them, a comparison would."""
_SPACES = re.compile(r"\s+")
_PIECE = 1 << 20
_EXPORT_AGAIN = "Export the statement again from the bank; nothing of this file was taken."


def clean(text: str | None) -> str:
    """A text field as it is kept: NFC, no unseen characters, single spaces. Raises Refusal beyond MAX_FIELD."""
    if not text:
        return ""
    if len(text) <= MAX_FIELD and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # nearly every field of nearly every file
    if len(text) > MAX_FIELD:
        raise too_odd(f"A field of the file is {len(text):,} characters long; it may have {MAX_FIELD:,}.")
    return _SPACES.sub(" ", _UNSEEN.sub("", normalize("NFC", text))).strip()


def edged(text: str) -> str:
    """A figure or date without the unseen characters and spaces around it; inside it they stay and make it wrong."""
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text
    first, last = 0, len(text)
    while first < last and (text[first].isspace() or _UNSEEN.match(text[first])):
        first += 1
    while last > first and (text[last - 1].isspace() or _UNSEEN.match(text[last - 1])):
        last -= 1
    return text[first:last]


def joined(*texts: str) -> str:
    """Texts that differ, one after the other."""
    return clean(" ".join(dict.fromkeys(text for text in texts if text))[:MAX_FIELD])


def quoted(text: str | None) -> str:
    """What was found, for a refusal: short, visible, and nothing if there was nothing."""
    shown = clean((text or "")[:200])
    return f"“{shown[:40]}{'…' if len(shown) > 40 else ''}”" if shown else "nothing"


def unreadable(where: str, expected: str, found: str | None) -> Refusal:
    """The refusal of a whole file for one place in it."""
    words = f"{where}: {expected} expected, {quoted(found)} found."
    return Refusal(words, next_step=_EXPORT_AGAIN, code="unreadable_statement")


def ask(words: str, next_step: str, code: str) -> Refusal:
    """The refusal of a file that a person's answer would make readable; `code` begins with `ask_`."""
    return Refusal(words, next_step=next_step, code=code)


def decoded(content: bytes) -> tuple[str, str]:
    """(text, encoding) of a whole file, for a format that is not written in lines."""
    encoding = encoding_of(content)
    return content.decode(encoding), encoding


def encoding_of(content: bytes) -> str:
    """By the byte order mark, as UTF-16 without one, as UTF-8, else Windows-1252 or Latin-1; every byte is looked at.

    Raises Refusal where a byte order mark promises what the file does not keep.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding)
    head = content[:400]
    if len(head) >= 4 and head.count(0) * 3 > len(head):
        return _strictly(content, "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be")
    if _wrong_at(content, "utf-8") is None:
        return "utf-8"
    if any(byte in content for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)):  # Windows-1252 leaves these five free
        return "latin-1"
    return "cp1252"


def lines_of(content: bytes, encoding: str) -> Iterator[str]:
    """The lines of a file with their ends, each “\\n” whatever the file writes; one at a time is held as text.

    Raises Refusal for a line beyond MAX_LINE. What a file of an old system ends with (NUL, SUB) is left out.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=None)
    number = 0
    while line := text.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise too_odd(f"Line {number} is longer than {MAX_LINE:,} characters.")
        if not line.endswith("\n") and not (line := line.rstrip("\x00\x1a")):
            return
        yield line


def head_of(content: bytes, encoding: str, characters: int) -> str:
    """The first characters of a file."""
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline=None).read(characters)


def _strictly(content: bytes, encoding: str) -> str:
    if (place := _wrong_at(content, encoding)) is not None:
        raise unreadable(f"Byte {place + 1}", f"text in {encoding.upper()}", "something else")
    return encoding


def _wrong_at(content: bytes, encoding: str) -> int | None:
    """Where a file is not in an encoding, or None; it is looked through in pieces and never held as text."""
    decoder, whole, at = codecs.getincrementaldecoder(encoding)(), memoryview(content), 0
    try:
        for at in range(0, len(content), _PIECE):
            decoder.decode(whole[at : at + _PIECE], final=at + _PIECE >= len(content))
    except UnicodeDecodeError as error:
        kept = len(error.object) - len(whole[at : at + _PIECE])  # bytes of the piece before, whose character goes on
        return at - kept + error.start
    return None
