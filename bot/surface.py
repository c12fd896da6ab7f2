"""What a chat platform must do for the desk, and what it tells the desk; Slack and Teams each implement it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.card import Card, Field


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as the platform proves it. `stranger` is a guest, bot or outside user.

    `name` and a confirmed `email` only help an administrator to recognise somebody; nothing is decided by them.
    """

    platform: str
    workspace: str
    user: str
    stranger: bool = False
    name: str = field(default="", compare=False)
    email: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question or command as it came: by mention, direct message or slash command.

    `command` is the slash command (`/close`) and `text` what follows it; a mention of the bot is already taken off.
    `thread` is the message that a thread began with, where it was said in one.
    """

    speaker: Speaker
    channel: str
    text: str
    command: str = ""
    is_direct: bool = False
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that somebody put into a conversation; `text` is what was written with it, the bot's mention taken off."""

    speaker: Speaker
    channel: str
    name: str
    content: bytes
    text: str = ""
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The desk's answer; `private` means only the speaker may see it (it is not about this channel's client)."""

    card: Card
    private: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: what it is about, what was shown, and what the person wrote: `words`, or `values` by field."""

    speaker: Speaker
    channel: str
    act: str
    subject: str
    digest: str = ""
    words: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card goes: a channel, or a member's direct messages (by the member's own id on the platform)."""

    platform: str
    channel: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a posted card stands, so that it can be refreshed: `message` is Slack's ts or Teams' activity id."""

    platform: str
    channel: str
    message: str


class Surface(Protocol):
    """One chat platform.

    Methods are called from worker threads and block until the platform answered; each raises Refusal on its no.
    """

    platform: str

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a new card."""
        ...

    def update(self, ref: MessageRef, card: Card) -> MessageRef | None:
        """Redraws a posted card; answers with the new place when the platform made a new message necessary."""
        ...

    def reply(self, ref: MessageRef, card: Card) -> None:
        """Says something in the thread of a posted card."""
        ...


class FrontDesk(Protocol):
    """What a platform hands its people's words to; every method blocks (call it in a thread) and may raise Refusal."""

    def answer(self, ask: Ask) -> Answered:
        """The card that answers a question or a command."""
        ...

    def overhear(self, ask: Ask) -> Card | None:
        """Keeps what was said in a card's thread as a comment, and says so.

        None when the thread is not a card's, or when it is a command.
        """
        ...

    def admit(self, dropped: Dropped) -> None:
        """Raises Refusal when a file is not wanted from this person here; asked before its content is fetched."""
        ...

    def receive(self, dropped: Dropped) -> Answered:
        """Takes a file and answers with what became of it."""
        ...

    def press(self, press: Press) -> Card | None:
        """Does what a pressed button says.

        The card, if any, is for the one who pressed; posted copies are refreshed by the desk itself.
        """
        ...

    def form(self, press: Press) -> tuple[Field, ...]:
        """The fields to fill in before a button that asks for several does anything."""
        ...
