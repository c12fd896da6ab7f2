"""Who a bank line's payer is: the contacts whose names its text may be, cut, misspelt or confirmed by a person."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEGAL_FORMS = frozenset(
    [
        "PTY",
        "LTD",
        "LIMITED",
        "INC",
        "INCORPORATED",
        "LLC",
        "LLP",
        "PLC",
        "CO",
        "COMPANY",
        "CORP",
        "CORPORATION",
        "GMBH",
        "AG",
        "SA",
        "SARL",
        "BV",
        "NV",
        "OY",
        "AB",
        "AS",
        "SRL",
        "SPA",
        "KG",
        "THE",
        "GROUP",
        "TRUST",
        "TRADING-AS",
        "MR",
        "MRS",
        "MS",
        "DR",
    ]
)
SHORTEST_CUT = 8
"""A cut name of fewer letters says too little."""
SHORTEST_INNER_CUT = 10
SHORTEST_MISSPELT = 6
SHORTEST_TURNED = 4
"""An initial and a family name of fewer letters may stand in any text."""
LONG_NAME = 16
"""From so many letters on two slips are forgiven; a legal form makes no core name longer."""
SHORTEST_CONFIRMED = 6
MOST_COMPARED, HEAD = 400, 4
"""Among more names than this, a misspelt one is compared only with those of the same first or last four letters."""
_LETTERS = re.compile(r"[^A-Z0-9]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "Ä": "AE", "Ö": "OE", "Ü": "UE"})


@dataclass(frozen=True, slots=True)
class Payer:
    """Contacts that a text may name, `how` it was read (memory, name, cut, misspelt, contained, nobody)."""

    contacts: tuple[int, ...]
    how: str


NOBODY = Payer((), "nobody")


def plain(text: str) -> str:
    """Upper case without accents and punctuation, single spaces; German umlauts as two letters."""
    if not text.isascii():
        text = text.translate(_UMLAUTS)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _LETTERS.sub(" ", text.upper().replace("'", "")).strip()


def core(name: str) -> str:
    """A plain name without its legal forms, unless nothing else is left."""
    return " ".join(word for word in name.split() if word not in LEGAL_FORMS) or name


class PayerIndex:
    """A client's contacts by every form in which banks print their names; answers are kept, texts come again."""

    def __init__(self, names: Iterable[str], confirmed: dict[str, tuple[int, ...]]) -> None:
        self._confirmed = confirmed
        self._confirmed_words: dict[str, list[str]] = {}
        for text in confirmed:
            if len(text) >= SHORTEST_CONFIRMED:
                self._confirmed_words.setdefault(text.split(" ", 1)[0], []).append(text)
        self._known: dict[str, Payer] = {}
        self._whole: dict[str, tuple[int, ...]] = {}
        self._cores: dict[str, tuple[int, ...]] = {}
        self._turned: dict[str, tuple[int, ...]] = {}
        for place, name in enumerate(names):
            said = plain(name)
            if not said:
                continue
            bare = core(said)
            self._whole[said] = (*self._whole.get(said, ()), place)
            self._cores[bare] = (*self._cores.get(bare, ()), place)
            self._turned_forms(bare, place)
        self._sorted = sorted(self._whole)
        self._by_word: dict[str, list[str]] = {}
        for bare in self._cores:
            self._by_word.setdefault(bare.split(" ", 1)[0], []).append(bare)
        self._core_list = list(self._cores)
        self._by_head: dict[str, list[str]] = {}
        self._by_tail: dict[str, list[str]] = {}
        if len(self._sorted) > MOST_COMPARED:
            for name in self._sorted:
                self._by_head.setdefault(name[:HEAD], []).append(name)
            for name in self._core_list:
                self._by_tail.setdefault(name[-HEAD:], []).append(name)

    def _turned_forms(self, bare: str, place: int) -> None:
        """Also under its words in another order, and a person as initial and family name."""
        words = bare.split()
        forms = {" ".join(sorted(words))}
        if len(words) == 2:
            forms |= {f"{words[0][0]} {words[1]}", f"{words[1]} {words[0][0]}"}
        for form in forms:
            self._turned[form] = (*self._turned.get(form, ()), place)

    def find(self, text: str) -> Payer:
        """The contacts that `text` may name; nobody when it names none."""
        payer = self._known.get(text)
        if payer is None:
            payer = self._known[text] = self._find(plain(text))
        return payer

    def _find(self, said: str) -> Payer:
        if not said:
            return NOBODY
        if said in self._confirmed:
            namesakes = self._whole.get(said, ())
            return Payer(tuple(dict.fromkeys((*self._confirmed[said], *namesakes))), "memory")
        bare = core(said)
        confirmed = self._confirmed_inside(said)
        if confirmed:
            return Payer(confirmed, "memory")
        cut = self._cut(said)
        exact = self._whole.get(said) or self._cores.get(bare) or self._cores.get(said)
        if exact:
            return Payer(tuple(dict.fromkeys((*exact, *cut))), "name")
        if cut:
            return Payer(cut, "cut")
        turned = self._turned.get(" ".join(sorted(bare.split()))) or self._turned.get(bare)
        if turned:
            return Payer(turned, "name")
        return self._contained(bare) or self._turned_inside(bare) or self._misspelt(said, bare) or NOBODY

    def _confirmed_inside(self, said: str) -> tuple[int, ...]:
        """The contacts of the longest confirmed text, such as an account number, that stands within a longer one."""
        padded, best = f" {said} ", ""
        for word in said.split():
            for text in self._confirmed_words.get(word, ()):
                if len(text) > len(best) and f" {text} " in padded:
                    best = text
        return self._confirmed.get(best, ())

    def _cut(self, said: str) -> tuple[int, ...]:
        """Contacts whose whole name begins with these letters."""
        if len(said) < SHORTEST_CUT:
            return ()
        found: list[int] = []
        at = bisect_left(self._sorted, said)
        while at < len(self._sorted) and self._sorted[at].startswith(said):
            found.extend(self._whole[self._sorted[at]])
            at += 1
        return tuple(found)

    def _contained(self, bare: str) -> Payer | None:
        """Contacts whose core name stands inside a longer text, whole or cut after ten letters; the longest wins."""
        padded, longest = f" {bare} ", 0
        best: list[str] = []
        for word in dict.fromkeys(bare.split()):
            for name in self._by_word.get(word, ()):
                length = _agreeing(padded, name)
                if length > longest:
                    best, longest = [], length
                if length and length == longest:
                    best.append(name)
        places = tuple(dict.fromkeys(place for name in best for place in self._cores[name]))
        return Payer(places, "contained") if places else None

    def _turned_inside(self, bare: str) -> Payer | None:
        """Persons whose two words, turned round or with an initial, stand side by side in a longer text."""
        words = bare.split()
        found: list[int] = []
        for pair in pairwise(words):
            if len(words) > 2 and sum(map(len, pair)) >= SHORTEST_TURNED:
                found.extend(self._turned.get(" ".join(pair)) or self._turned.get(" ".join(sorted(pair)), ()))
        return Payer(tuple(dict.fromkeys(found)), "contained") if found else None

    def _misspelt(self, said: str, bare: str) -> Payer | None:
        """Contacts whose name is one slip away (two from sixteen letters on), with or without its legal form."""
        if len(bare) < SHORTEST_MISSPELT:
            return None
        slips, core_slips = (1 if len(each) < LONG_NAME else 2 for each in (said, bare))
        whole, cores = self._sorted, self._core_list
        if self._by_head:
            whole, cores = self._by_head.get(said[:HEAD], []), self._by_tail.get(bare[-HEAD:], [])
        near = [
            self._whole[name]
            for name, _, _ in process.extract(said, whole, scorer=OSA.distance, score_cutoff=slips, limit=4)
        ] or [
            self._cores[name]
            for name, _, _ in process.extract(bare, cores, scorer=OSA.distance, score_cutoff=core_slips, limit=4)
        ]
        places = tuple(dict.fromkeys(place for each in near for place in each))
        return Payer(places, "misspelt") if places else None


def _agreeing(padded: str, name: str) -> int:
    """How many letters of `name` stand in the text at a word's beginning, its end counting as one; 0 when too few."""
    if len(name) >= SHORTEST_CUT and f" {name} " in padded:
        return len(name) + 1
    at = padded.find(" " + name[:SHORTEST_INNER_CUT])
    if at < 0 or len(name) < SHORTEST_INNER_CUT:
        return 0
    length = next((n for n, (a, b) in enumerate(zip(padded[at + 1 :], name, strict=False)) if a != b), len(name))
    length = len(name[:length].rstrip())
    return length if length >= max(SHORTEST_INNER_CUT, 0.6 * len(name)) else 0
