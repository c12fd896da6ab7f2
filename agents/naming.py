"""Which client a person's words name, among those this person may see."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from agents.wording import listed
from books.firm import Client
from books.refusal import Refusal

LIKE_ENOUGH = 0.8
SHORTEST_TYPO = 4
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_SUFFIXES = frozenset({"pty", "ltd", "limited", "llc", "llp", "inc", "co", "plc", "gmbh", "company"})
_LEADS = frozenset(
    {
        "is",
        "are",
        "was",
        "for",
        "of",
        "about",
        "at",
        "with",
        "status",
        "variance",
        "prepare",
        "lock",
        "close",
        "on",
        "has",
        "have",
        "does",
        "did",
    }
)
_SUBJECT_LEADS = frozenset({"is", "are", "was", "has", "have", "does", "did", "about", "status", "variance"})
_ORDINARY = frozenset((Path(__file__).parent / "ordinary_words.txt").read_text("utf-8").split())
_MONTHS = re.compile(
    r"^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|"
    r"dec(ember)?)$"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What the words say: the clients they may mean, what is left without the name, and a name nobody answers to.

    `plain` is true when the name is made of ordinary words or months alone, so that something else may be meant.
    """

    clients: tuple[Client, ...]
    rest: str
    stranger: str
    plain: bool = False


def client_in(words: str, *, clients: Sequence[Client], channel_client: Client | None) -> Client:
    """The client that bare words name (not a whole question); the channel's when they say nothing.

    Raises Refusal: `unknown_client` (the same for one that does not exist and one that may not be seen),
    `ambiguous_client`, or `which_client` when neither words nor channel say.
    """
    found = named_in(words, clients)
    stranger = "" if found.clients else " ".join(_tokens(words))
    return chosen(
        Named(found.clients, found.rest, stranger, found.plain), clients=clients, channel_client=channel_client
    )


def chosen(named: Named, *, clients: Sequence[Client], channel_client: Client | None) -> Client:
    """The one client that is meant; raises Refusal as `client_in` does."""
    if named.plain and channel_client is not None and channel_client not in named.clients:
        both = listed(each.name for each in (channel_client, *named.clients))
        raise Refusal(
            f"That could be about {both}.", next_step="Write the client's full name.", code="ambiguous_client"
        )
    if len(named.clients) == 1:
        return named.clients[0]
    if named.clients:
        raise Refusal(
            f"That could be {listed(each.name for each in named.clients)}.",
            next_step="Write the client's full name.",
            code="ambiguous_client",
        )
    if named.stranger:
        raise unknown_client(clients)
    if channel_client is not None:
        return channel_client
    raise Refusal("Which client?", next_step=_name_one_of(clients), code="which_client")


def unknown_client(clients: Sequence[Client]) -> Refusal:
    """The one answer to a client that does not exist and to one that this member may not see."""
    return Refusal(
        "I know no client of that name that you can see.", next_step=_name_one_of(clients), code="unknown_client"
    )


def _name_one_of(clients: Sequence[Client]) -> str:
    if not clients:
        return "Ask a partner which clients are yours."
    return f"Name one of your clients: {listed((each.name for each in clients), most=12)}."


def named_in(text: str, clients: Sequence[Client]) -> Named:
    """Reads a question: a client's name, alias, id or telling word, its possessive, or one with a slip of typing."""
    text = unicodedata.normalize("NFKC", text)
    said = _tokens(text)
    for find in (_by_phrase, _by_word, _by_likeness):
        found, used = find(said, clients)
        if found:
            return Named(found, _without(text, used), "")
    stranger = _stranger(text)
    found, used = ((), frozenset[int]()) if stranger else _by_plain_name(said, clients)
    return Named(found, _without(text, used), stranger, bool(found))


def _tokens(text: str) -> list[str]:
    return [re.sub(r"[’']s?$", "", word) for word in _TOKEN.findall(text)]


def _without(text: str, used: frozenset[int]) -> str:
    """The text without the words at these places, its punctuation kept."""
    places = iter(range(len(text)))
    return " ".join(_TOKEN.sub(lambda word: "" if next(places) in used else word[0], text).split())


def _plain(words: Iterable[str]) -> tuple[str, ...]:
    folded = (unicodedata.normalize("NFKD", word.casefold()) for word in words)
    return tuple("".join(letter for letter in word if not unicodedata.combining(letter)) for word in folded)


def _is_plain(word: str) -> bool:
    """Whether a word is no name by itself: an ordinary word, a month or a number."""
    return word in _ORDINARY or bool(_MONTHS.match(word)) or _is_number(word)


def _phrases(client: Client) -> set[tuple[str, ...]]:
    """The client's names of which at least one word tells a client."""
    return {phrase for phrase in _every_phrase(client) if not all(_is_plain(word) for word in phrase)}


def _every_phrase(client: Client) -> set[tuple[str, ...]]:
    names = [client.name, client.id, *client.aliases]
    whole = {_plain(_tokens(name)) for name in names}
    bare = {tuple(word for word in phrase if word not in _SUFFIXES) for phrase in whole}
    return {phrase for phrase in whole | bare if phrase}


Found = tuple[tuple[Client, ...], frozenset[int]]


def _by_phrase(said: Sequence[str], clients: Sequence[Client]) -> Found:
    """The clients with the longest name that stands in the words whole."""
    plain = _plain(said)
    best: dict[str, tuple[int, int]] = {}
    for client in clients:
        for phrase in _phrases(client):
            for start in range(len(plain) - len(phrase) + 1):
                if plain[start : start + len(phrase)] == phrase and len(phrase) > best.get(client.id, (0, 0))[0]:
                    best[client.id] = (len(phrase), start)
    longest = max((length for length, _ in best.values()), default=0)
    winners = tuple(each for each in clients if best.get(each.id, (0, 0))[0] == longest > 0)
    used = {place for each in winners for place in range(best[each.id][1], best[each.id][1] + longest)}
    return winners, frozenset(used)


def _by_plain_name(said: Sequence[str], clients: Sequence[Client]) -> Found:
    """The clients with the longest name of ordinary words that stands where only a name can: “Is Close ready?”.

    It is all that is said, or is written with capitals after a word that leads to a name; a month never counts after
    “for” or “close”.
    """
    plain = _plain(said)
    best: dict[str, tuple[int, int]] = {}
    for client in clients:
        for phrase in _every_phrase(client) - _phrases(client):
            for start in range(len(plain) - len(phrase) + 1):
                if plain[start : start + len(phrase)] == phrase and _stands_as_name(said, start, len(phrase)):
                    best[client.id] = max(best.get(client.id, (0, 0)), (len(phrase), start))
    longest = max((length for length, _ in best.values()), default=0)
    winners = tuple(each for each in clients if best.get(each.id, (0, 0))[0] == longest > 0)
    used = {place for each in winners for place in range(best[each.id][1], best[each.id][1] + longest)}
    return winners, frozenset(used)


def _stands_as_name(said: Sequence[str], start: int, length: int) -> bool:
    if length == len(said):
        return True
    capitals = all(word[0].isupper() or word[0].isdigit() for word in said[start : start + length])
    leads = _SUBJECT_LEADS if _MONTHS.match(said[start].lower()) else _LEADS
    return capitals and start > 0 and said[start - 1].lower() in leads


def _by_word(said: Sequence[str], clients: Sequence[Client]) -> Found:
    """The clients one of whose names has a telling word in common with the question."""
    plain = _plain(said)
    places = {word: place for place, word in enumerate(plain) if not _is_plain(word)}
    matches = {each.id: places.keys() & _telling(each) for each in clients}
    most = max((len(words) for words in matches.values()), default=0)
    winners = tuple(each for each in clients if most and len(matches[each.id]) == most)
    return winners, frozenset(places[word] for each in winners for word in matches[each.id])


def _telling(client: Client) -> set[str]:
    words = {word for phrase in _phrases(client) for word in phrase}
    return {word for word in words if len(word) > 2 and word not in _SUFFIXES and not _is_plain(word)}


def _by_likeness(said: Sequence[str], clients: Sequence[Client]) -> Found:
    """The clients whose name is almost spelt in the words."""
    plain = _plain(said)
    scores: dict[str, tuple[float, frozenset[int]]] = {}
    for client in clients:
        for phrase in _phrases(client) | {(word,) for word in _telling(client)}:
            for start in range(len(plain) - len(phrase) + 1):
                score = _likeness(plain[start : start + len(phrase)], phrase)
                if score > scores.get(client.id, (LIKE_ENOUGH - 0.001, frozenset()))[0]:
                    scores[client.id] = (score, frozenset(range(start, start + len(phrase))))
    best = max((score for score, _ in scores.values()), default=0.0)
    winners = tuple(each for each in clients if scores.get(each.id, (0.0, frozenset()))[0] == best > 0)
    return winners, frozenset(place for each in winners for place in scores[each.id][1])


def _likeness(words: Sequence[str], phrase: Sequence[str]) -> float:
    if all(_is_plain(word) for word in words):
        return 0.0
    spelt, name = " ".join(words), " ".join(phrase)
    return SequenceMatcher(None, spelt, name).ratio() if min(len(spelt), len(name)) >= SHORTEST_TYPO else 0.0


def _is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _stranger(text: str) -> str:
    """A word that must be somebody's name: it is no ordinary word, and is capitalised or stands where a name stands."""
    words = _tokens(text)
    for place, word in enumerate(words):
        plain = _plain([word])[0]
        if plain in _ORDINARY or _MONTHS.match(plain) or _is_number(plain):
            continue
        if word[0].isupper() or (place > 0 and words[place - 1].lower() in _LEADS):
            return word
    return ""
