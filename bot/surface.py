"""What a chat platform must do for the desk, and what it tells the desk; Slack and Teams each implement it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.card import Card


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, as the platform proves it: never a name or an email. `stranger` is a guest, bot or outside user."""

    platform: str
    workspace: str
    user: str
    stranger: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question or command as it came: by mention, direct message or slash command."""

    speaker: Speaker
    channel: str
    text: str
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: what it is about, what was shown, and what the person wrote."""

    speaker: Speaker
    channel: str
    act: str
    subject: str
    digest: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card goes: a channel, or a member's direct messages."""

    platform: str
    channel: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a posted card stands, so that it can be refreshed: `message` is Slack's ts or Teams' activity id."""

    platform: str
    channel: str
    message: str


class Surface(Protocol):
    """One chat platform. Methods are called from worker threads and block until the platform answered; each raises
    Refusal when the platform said no."""

    platform: str

    def post(self, place: Place, card: Card) -> MessageRef:
        """Posts a new card."""
        ...

    def update(self, ref: MessageRef, card: Card) -> None:
        """Redraws a posted card."""
        ...
