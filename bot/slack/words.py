"""Reads what people wrote in Slack: mentions of the bot taken off, escapes and angle brackets undone."""

from __future__ import annotations

import html
import re

from bot.shown import clean

_BRACKETS = re.compile(r"<([^<>]*)>")


def words_of(text: str, bot_user: str) -> str:
    """The plain words of a message, as typed; a link is its address, a channel or person the name Slack gives."""
    without = re.sub(rf"<@{re.escape(bot_user)}(\|[^<>]*)?>", " ", text) if bot_user else text
    return " ".join(clean(html.unescape(_BRACKETS.sub(_typed, without))).split())


def _typed(found: re.Match[str]) -> str:
    target, _, label = found.group(1).partition("|")
    if target[:1] in "@#!":
        return label or target
    return label or target.removeprefix("mailto:")
