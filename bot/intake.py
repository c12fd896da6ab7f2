"""Where dropped files come in: who may hand one over, which client it is for, and who takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from agents.naming import chosen, named_in
from books.firm import Client, Member
from books.refusal import Refusal
from bot.card import Card
from bot.directory import Directory
from bot.surface import Answered, Dropped

TakeStatement = Callable[[Member | None, Client, str, bytes, str], Card]
"""Takes a bank's file: by whom (None: a watched folder), for which client, its name, its bytes, what was said with it.

Answers with a card; raises Refusal for every no.
"""
_FOR = re.compile(r"\bfor\s+(?:the\s+)?", re.IGNORECASE)
MAY_DROP = ("preparer", "approver", "partner")


class Intake:
    """The desk's tray. Blocks; called from worker threads."""

    def __init__(self, directory: Directory, take_statement: TakeStatement) -> None:
        self._directory = directory
        self._take = take_statement

    def admit(self, dropped: Dropped) -> tuple[Member, Client]:
        """Who hands the file over, and for which client; raises Refusal."""
        member = self._directory.member(dropped.speaker)
        may_drop(member)
        return member, self._client(member, dropped)

    def receive(self, dropped: Dropped) -> Answered:
        """Takes the file; the answer is private where the channel is not about that client. Raises Refusal."""
        member, client = self.admit(dropped)
        card = self._take(member, client, dropped.name, dropped.content, dropped.text)
        here = self._directory.client_of_channel(dropped.speaker.platform, dropped.channel)
        return Answered(card, private=not dropped.is_direct and here != client)

    def _client(self, member: Member, dropped: Dropped) -> Client:
        """The client named in the words, else the channel's; raises Refusal.

        With a file people name banks and exports too: in a client's channel another client counts only after “for”.
        """
        visible = self._directory.visible_clients(member)
        of_channel = self._directory.client_of_channel(dropped.speaker.platform, dropped.channel)
        here = of_channel if of_channel in visible else None
        meant = _FOR.split(dropped.text)[-1] if _FOR.search(dropped.text) else ""
        named = named_in(meant, visible)
        if named.clients or (named.stranger and meant.startswith(named.stranger)):
            return chosen(named, clients=visible, channel_client=here)
        said = named_in(dropped.text, visible)
        if here is None and said.clients:
            return chosen(said, clients=visible, channel_client=None)
        if here is None:
            raise _which_client(visible)
        if said.clients and here not in said.clients:
            raise _which_of(here, said.clients)
        return here


def may_drop(member: Member) -> None:
    """Refuses members whose role hands over no bank statements."""
    if member.role not in MAY_DROP:
        raise Refusal(
            f"Your role ({member.role}) does not hand over bank statements.",
            next_step="Ask a preparer, an approver or a partner to drop the file.",
            code="may_not_drop",
        )


def _which_client(visible: Sequence[Client]) -> Refusal:
    example = visible[0].name.split()[0] if visible else "Bondi"
    return Refusal(
        "I cannot tell which client this file is for.",
        next_step=f"Say which client it is for, e.g. “{example}” with the file.",
        code="which_client",
    )


def _which_of(here: Client, named: Sequence[Client]) -> Refusal:
    return Refusal(
        f"This is the channel of {here.name}, but the words could mean {' or '.join(each.name for each in named)}.",
        next_step="Drop it again with “for” and the client's name.",
        code="ambiguous_client",
    )
