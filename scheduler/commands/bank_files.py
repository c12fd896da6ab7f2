"""`app.py statement take` and `metrics`: a bank's file kept for a client, and the reconciliation it leads to."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from agents.reconciliation.taking import TakenFile
from books.refusal import Refusal
from bot import output
from bot.card import Card
from bot.cards.reconciliation import with_file
from scheduler.commands.bank_metrics import metrics
from scheduler.commands.people import as_member, client_named
from scheduler.commands.statements import content_of
from scheduler.office import Office


def act(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """Carries one verb out; raises Refusal for every no."""
    return metrics(office, arguments) if arguments.verb == "metrics" else take(office, arguments)


def take(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """Takes the file in a member's name; raises Refusal and then keeps nothing."""
    if not arguments.client or not arguments.as_member:
        raise Refusal(
            "Say for which client, and who hands it over.", next_step="Add --client and --as.", code="which_client"
        )
    member = as_member(office, arguments)
    client = client_named(office, arguments.client, member)
    file = Path(arguments.file)
    taken, found = office.banking.taken(
        member,
        client,
        file.name,
        content_of(file),
        f"{arguments.account} {arguments.period}".strip(),
        day_first=arguments.day_first,
        decimal_mark=arguments.decimal_mark,
    )
    content = {"file": _taken(taken), "reconciliation": output.skill_output(found)}
    return content, with_file(office.banking.draw(found), taken, client.id)


def _taken(taken: TakenFile) -> dict[str, Any]:
    return {
        "name": taken.name,
        "format": taken.reading.format,
        "new": taken.new,
        "statements": [
            {
                "account": account.code,
                "start": part.statement.start.isoformat(),
                "end": part.statement.end.isoformat(),
                "lines": len(part.statement.lines),
                "new": len(part.comparison.new) - len(part.comparison.doubtful),
                "known": len(part.comparison.known),
                "holds": tied.holds,
                "words": [tied.words, *part.comparison.words],
            }
            for account, part, tied in taken.parts
        ],
    }
