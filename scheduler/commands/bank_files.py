"""`app.py statement take`, `columns`, `choose`, `metrics`: a bank's file, kept, and what people say of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from agents.findings import BankReconciliation
from agents.reconciliation.taking import TakenFile
from agents.skills import skill_named
from approvals.kinds import describe
from books.firm import Client, Member
from books.period import Period
from books.refusal import Refusal
from bot import output
from bot.card import Card
from bot.cards.plain_words import words_card
from bot.cards.reconciliation import with_file
from bot.intake import may_drop
from scheduler.commands.bank_metrics import metrics
from scheduler.commands.people import as_member, client_named
from scheduler.commands.statements import columns_content, columns_words, content_of, roles_said
from scheduler.office import Office
from xero_tools import bank


def act(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """Carries one verb out; raises Refusal for every no."""
    match arguments.verb:
        case "metrics":
            return metrics(office, arguments)
        case "columns":
            return columns(office, arguments)
        case "choose":
            return choose(office, arguments)
        case "fetch":
            return fetch(office, arguments)
        case _:
            return take(office, arguments)


def take(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """Takes the file in a member's name; raises Refusal and then keeps nothing."""
    member, client = _who_and_whose(office, arguments)
    may_drop(member)
    file = Path(arguments.file)
    taken, found = office.banking.taken(
        member,
        client,
        file.name,
        content_of(file),
        f"{arguments.account} {arguments.period}".strip(),
        day_first=arguments.day_first,
        decimal_mark=arguments.decimal_mark,
        roles=roles_said(arguments.column),
    )
    content = {"file": _taken(taken), "reconciliation": output.skill_output(found)}
    return content, with_file(office.banking.draw(found), taken, client.id)


def fetch(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """Takes what Xero's Finance API holds of the bank, where that is switched on for the client."""
    member, client = _who_and_whose(office, arguments)
    may_drop(member)
    taken, found = office.banking.fetched(member, client, _period(office, arguments, client))
    content = {"file": _taken(taken), "reconciliation": output.skill_output(found)}
    return content, with_file(office.banking.draw(found), taken, client.id)


def _who_and_whose(office: Office, arguments: argparse.Namespace) -> tuple[Member, Client]:
    if not arguments.client or not arguments.as_member:
        raise Refusal("Say for which client, and who does it.", next_step="Add --client and --as.", code="which_client")
    member = as_member(office, arguments)
    return member, client_named(office, arguments.client, member)


def columns(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """How the tables of the client's accounts are read, or a person's word that one is read rightly or wrongly."""
    member, client = _who_and_whose(office, arguments)
    shelf, memories = office.kept.shelf, office.kept.memories
    known = [each for each in bank.accounts(client.organisation, office.gateway)
             if not arguments.account or each.code == arguments.account]  # fmt: skip
    if arguments.confirm or arguments.wrong:
        read = [each for each in known if shelf.columns(client.organisation, each.id) is not None]
        if len(read) != 1:
            codes = ", ".join(each.code for each in read)
            raise Refusal(
                "Say of which account the columns are." if read else "No table of that account was taken.",
                next_step=f"Add --account with one of {codes}." if read else "Take the bank's file first.",
                code="which_account",
            )
        said = office.desk.columns(member, client, read[0].id, right=arguments.confirm)
    else:
        said = None
    read_as = {each.id: shelf.columns(client.organisation, each.id) for each in known}
    sure = {each.id: memories.are_columns_confirmed(client.id, each.id) for each in known}
    rows = [
        {
            "account": each.code,
            "name": each.name,
            "confirmed": sure[each.id],
            "columns": columns_content(read_as[each.id]),
        }
        for each in known
    ]
    words = [
        f"{each.code} {each.name}, {'confirmed' if sure[each.id] else 'to be confirmed'}: {columns_words(columns)}."
        for each in known
        if (columns := read_as[each.id]) is not None
    ]
    shown = words_card("How its tables are read", " ".join(words) or "No table was taken for it.")
    return {"client": client.id, "said": said.summary if said else "", "accounts": rows}, said or shown


def choose(office: Office, arguments: argparse.Namespace) -> tuple[Any, Card]:
    """The explanations that wait for a person's choice, or, with one chosen, what is proposed for its line."""
    member, client = _who_and_whose(office, arguments)
    period = _period(office, arguments, client)
    content = {"client": client.id, "period": period.code}
    if arguments.choice:
        proposals, observed = office.desk.choose(member, client, period, arguments.choice)
        more = observed.summary if observed is not None else ""
        titles = "; ".join(f"{describe(each).title} ({each.id})" for each in proposals) or "Nothing is proposed."
        listed = [output.proposal_output(each) for each in proposals]
        return content | {"proposals": listed, "observed": more}, words_card("Proposed", f"{titles} {more}".strip())
    found = skill_named("reconciliation").run(office.desk.scope(client, period), office.gateway)
    assert isinstance(found, BankReconciliation)
    about = {each.source: each for each in found.findings}
    rows = [
        {"choice": each.key, "line": about[each.line].title, "detail": about[each.line].detail, "label": each.label}
        for each in found.choices
        if each.line in about
    ]
    said = " ".join(f"{row['choice']}: {row['label']}. {row['line']}." for row in rows)
    return content | {"choices": rows}, words_card("To be chosen", said or "No line waits for a choice.")


def _period(office: Office, arguments: argparse.Namespace, client: Client) -> Period:
    """The month that is named, or the last one."""
    if arguments.period:
        return Period.of(arguments.period)
    return Period.containing(office.clock.today(client.timezone)).previous()


def _taken(taken: TakenFile) -> dict[str, Any]:
    return {
        "name": taken.name,
        "format": taken.reading.format,
        "new": taken.new,
        "remarks": list(taken.reading.remarks),
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
