"""What text and links may look like when people see them: nothing invisible, nothing reordered, no link but to Xero."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

XERO_PAGES = ("https://go.xero.com/", "https://reporting.xero.com/")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SPACES = {"Zl", "Zp"}
_ELLIPSIS = " …"


def clean(text: str) -> str:
    """The text without control, zero-width and direction-changing characters; line breaks stay, tabs become spaces.

    Such characters can hide words or show a figure backwards (Unicode Technical Report 36), and no ledger needs them.
    """
    return "".join(_seen(character) for character in text)


def one_line(text: str) -> str:
    """The same on one line, runs of white space made one space."""
    return " ".join(clean(text).split())


def _seen(character: str) -> str:
    if character in " \n" or (character.isascii() and character.isprintable()):
        return character
    kind = unicodedata.category(character)
    if character == "\t" or kind in _SPACES:
        return " "
    return "" if kind in _UNSEEN else character


def clip(text: str, longest: int) -> str:
    """The text, cut at a space if it is longer than `longest` characters, so that no figure is cut in two."""
    if len(text) <= longest:
        return text
    whole, _, _ = text[: longest - len(_ELLIPSIS) + 1].rpartition(" ")
    return (whole.rstrip() if whole else "").removesuffix(_ELLIPSIS) + _ELLIPSIS


def pieces(text: str, longest: int) -> list[str]:
    """The whole text in pieces of at most `longest` characters, broken at line ends, then spaces, then anywhere."""
    found = []
    while len(text) > longest:
        head = text[: longest + 1]
        at = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or longest
        found.append(text[:at])
        text = text[at:].lstrip("\n") if text[at] == "\n" else text[at:].lstrip(" ")
    return [*found, text]


def our_link(url: str, bases: tuple[str, ...]) -> str:
    """The URL if it stands below one of `bases` and is plain, else nothing: a link in the books never becomes ours."""
    if not url or any(ord(character) <= 32 or ord(character) > 126 or character in '<>|"`\\' for character in url):
        return ""
    given = urlsplit(url)
    for base in bases:
        ours = urlsplit(base)
        same_place = (given.scheme, given.netloc) == (ours.scheme, ours.netloc)
        if same_place and given.path.startswith(ours.path.rstrip("/") + "/") and ".." not in given.path:
            return url
    return ""
