"""Who gives a command and which client it is about, for the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from books.refusal import Refusal

if TYPE_CHECKING:
    from books.firm import Client, Member
    from bot.directory import Directory
    from scheduler.office import Office


def as_member(office: Office, arguments: argparse.Namespace) -> Member:
    """The member that `--as` names: by word in the sandbox, by a code from chat everywhere else."""
    return member_named(office.directory, arguments, in_sandbox=office.settings.xero_is_sandbox)


def member_named(directory: Directory, arguments: argparse.Namespace, *, in_sandbox: bool) -> Member:
    """The same, for a command that needs no open office."""
    member = directory.firm().member(arguments.as_member)
    if in_sandbox:
        return member
    if not getattr(arguments, "code", None):
        raise Refusal(
            "Against real books `--as` alone proves nothing.",
            next_step="Send Tieout “code” in a direct message, then add --code and the code.",
            code="code_needed",
        )
    directory.use_code(member, arguments.code)
    return member


def client_named(office: Office, words: str, member: Member | None) -> Client:
    """The client that words name, among those the member may see (None: all); raises Refusal when there is none."""
    firm = office.directory.firm()
    visible = office.directory.visible_clients(member) if member else firm.clients
    exact = [each for each in visible if words in (each.id, each.organisation, each.name)]
    return exact[0] if exact else office.assistant.client_in(words, clients=visible, channel_client=None)
