"""The stop in people's words: `stop bondi: odd journals` halts every write, `lift bondi: cause found` lets go again."""

from __future__ import annotations

from approvals import stop
from books.clock import Clock
from books.firm import Client, Member
from books.refusal import Refusal
from books.store import Store
from bot.card import Card
from bot.cards.plain_words import words_card

WHOLE_FIRM = ("firm", "the firm", "everything", "all")


class Stopping:
    """Calls and lifts stops for a member; who may is decided in approvals."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def act(self, verb: str, member: Member, client: Client | None, why: str, where: str) -> Card:
        """`stop` or `lift` for one client, or with None for the whole firm; raises Refusal for every no."""
        if verb == "stop":
            made = stop.halt(self._store, self._clock, member_id=member.id, why=why, client=client, where=where)
            return words_card("Stopped", f"{made.words} Nothing is written to Xero until a partner lifts it.")
        lifted = stop.lift(self._store, self._clock, member_id=member.id, why=why, client=client, where=where)
        whose = client.name if client else "the whole firm"
        return words_card("Lifted", f"{len(lifted)} stop(s) for {whose}. What is approved is carried out now.")


def about_and_why(words: str) -> tuple[str, str]:
    """`bondi: odd journals` in its two parts; without a colon all of it is the reason."""
    about, colon, why = words.partition(":")
    return (about.strip(), why.strip()) if colon else ("", words.strip())


def needs_a_name() -> Refusal:
    """What is said when nobody can tell whose writes are meant."""
    return Refusal(
        "Say whose writes to stop.",
        next_step="For example: stop bondi: the journals look odd. For everybody: stop firm: …",
        code="which_client",
    )
