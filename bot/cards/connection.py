"""The card that tells an administrator that clients have lost their connection to Xero."""

from __future__ import annotations

from collections.abc import Sequence

from bot.card import Card, Heading, Link, Note, Part, Text

_SHOWN = 10


def connection_ended_card(names: Sequence[str], link: str) -> Card:
    """Which clients cannot be read any more; `link` is an administrator's own, or empty where others read it."""
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    parts: list[Part] = [
        Heading("The connection to Xero has ended", "bad"),
        Text(f"Tieout can neither read nor write the books of {shown} until an administrator connects them again."),
    ]
    if link:
        own = "The link is yours alone, good for one day and one consent. Choose the same clients on Xero's page."
        parts += [Link("Connect to Xero again", link), Note(own)]
    else:
        parts.append(Note("Administrators get their own link with `app.py connect xero`."))
    return Card(f"{shown}: no longer connected to Xero", tuple(parts))
