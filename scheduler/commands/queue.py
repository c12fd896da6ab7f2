"""`app.py queue`: what waits, who may decide it, and everything that a person does with a proposal before and after."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

from approvals import remarks
from approvals.batches import Apart, Batch
from approvals.kinds import kind_of
from approvals.kinds.kind import PersonKind
from approvals.proposal import AWAITING_PERSON, POSTED, PROPOSED, STATUSES, Proposal
from books.firm import Member
from books.period import Period
from books.refusal import Refusal
from bot import output
from bot.card import Card
from bot.cards.batch import batch_card
from bot.cards.plain_words import words_card
from bot.cards.standings import standings_card
from scheduler.commands.people import as_member, client_named
from scheduler.office import Office

Said = tuple[Any, Card]
"""The same answer as JSON and as a card."""


def act(office: Office, arguments: argparse.Namespace) -> Said:
    """Carries one verb out; raises Refusal for every no."""
    match arguments.verb:
        case "list":
            return _list(office, arguments)
        case "batch":
            return _batch(office, arguments)
        case "batches":
            return _batches(office, arguments)
    arguments.id = office.proposal_named(arguments.id)
    if arguments.verb == "show" and arguments.file:
        return _saved(office.queue.get(arguments.id), Path(arguments.file))
    if arguments.verb == "show":
        return _shown(office, office.queue.get(arguments.id))
    if arguments.verb == "who":
        standings = office.queue.who_may_decide(arguments.id)
        listed = [dataclasses.asdict(each) for each in standings]
        return {"proposal": arguments.id, "members": listed}, standings_card(standings)
    return _by_member(office, arguments, as_member(office, arguments))


def _by_member(office: Office, arguments: argparse.Namespace, member: Member) -> Said:
    proposal_id, store, clock = arguments.id, office.store, office.clock
    office.desk.casework.seen(proposal_id, member)
    match arguments.verb:
        case "approve" | "reject":
            typed = getattr(arguments, "typed", None) or ""
            office.desk.casework.decide_here(member, proposal_id, arguments.verb, arguments.reason or "", typed=typed)
            return _shown(office, office.carried_out(proposal_id))
        case "withdraw":
            return _shown(office, office.desk.casework.withdraw(member, proposal_id, arguments.reason, where="cli"))
        case "edit":
            values = dict(_assigned(each) for each in arguments.set)
            return _shown(office, office.desk.casework.edit(member, proposal_id, values))
        case "undo":
            return _shown(office, office.desk.casework.undo(member, proposal_id))
        case "ask" | "comment":
            sort = remarks.QUESTION if arguments.verb == "ask" else remarks.COMMENT
            words = " ".join(arguments.words)
            remarks.remark(store, clock, proposal_id, member_id=member.id, sort=sort, text=words, where="cli")
            office.courier.refresh(proposal_id)
            return _shown(office, office.queue.get(proposal_id))
        case _:
            until = remarks.snooze(store, clock, proposal_id, member_id=member.id, hours=arguments.hours)
            words = f"You see it again from {until:%Y-%m-%d %H:%M} UTC; everybody else still sees it."
            return {"proposal": proposal_id, "until": until.isoformat()}, words_card("Put off", words)


def _shown(office: Office, proposal: Proposal) -> Said:
    form = kind_of(proposal.kind).form(kind_of(proposal.kind).read(proposal))
    fields = {each.name: each.value for each in form} if proposal.is_open else {}
    said = [dataclasses.asdict(each) | {"at": each.at.isoformat()} for each in remarks.of(office.store, proposal.id)]
    return output.proposal_output(proposal) | {"form": fields, "remarks": said}, office.draw(proposal)


def _saved(proposal: Proposal, path: Path) -> Said:
    """Writes the file that a person gives to Xero by hand; only what was approved is given away."""
    kind = kind_of(proposal.kind)
    file = kind.file(proposal) if isinstance(kind, PersonKind) else None
    if file is None:
        raise Refusal(f"A {kind.noun} comes with no file.", next_step="Leave out --file.", code="no_file")
    if proposal.status not in (AWAITING_PERSON, POSTED):
        raise Refusal("Nothing is handed out before the approval.", next_step="Approve it first.", code="not_approved")
    if path.exists():
        raise Refusal(f"{path} is there already.", next_step="Name another file.", code="file_exists")
    path.write_bytes(file.content)
    return {"proposal": proposal.id, "file": str(path)}, words_card("Saved", f"{path}: give it to Xero as it is.")


def _list(office: Office, arguments: argparse.Namespace) -> Said:
    proposals = filtered(office, arguments)
    names = {each.id: each.name for each in office.directory.firm().clients}
    return output.queue_output(proposals, names)


def filtered(office: Office, arguments: argparse.Namespace) -> list[Proposal]:
    """What stands in the queue and passes every filter that was given."""
    firm = office.directory.firm()
    clients = (client_named(office, arguments.client, None),) if arguments.client else firm.clients
    statuses = STATUSES if getattr(arguments, "all", False) else (PROPOSED,)
    period = Period.of(arguments.period).code if arguments.period else None
    found = office.queue.listing(
        [each.organisation for each in clients], statuses=statuses, period=period, kind=arguments.kind
    )
    if arguments.over is not None:
        found = [each for each in found if abs(each.amount).amount > arguments.over]
    if arguments.older_hours is not None:
        line = office.clock.now() - dt.timedelta(hours=arguments.older_hours)
        found = [each for each in found if each.created_at <= line]
    if arguments.mine:
        member = firm.member(arguments.mine)
        found = remarks.awake(office.store, office.clock, member, found)
        found = [each for each in found if _may(office, each, member)]
    return found


def _may(office: Office, proposal: Proposal, member: Member) -> bool:
    return any(each.may and each.member_id == member.id for each in office.queue.who_may_decide(proposal.id))


def _batches(office: Office, arguments: argparse.Namespace) -> Said:
    batches, apart = office.batches.gather(filtered(office, arguments))
    return _told(office, batches, apart)


def _batch(office: Office, arguments: argparse.Namespace) -> Said:
    if arguments.what == "show":
        return _told(office, (office.batches.get(arguments.id),), ())
    member = as_member(office, arguments)
    batch = office.batches.get(arguments.id)
    if not member.may_see(batch.client):
        raise Refusal("There is no such batch.", next_step="Ask for your queue.", code="unknown_batch")
    if arguments.what == "undo":
        return _told(office, *office.batches.undo(arguments.id, member=member))
    batch, decided = office.batches.decide(
        batch.id,
        verdict=arguments.what,
        digest=batch.digest,
        member_id=member.id,
        reason=arguments.reason or "",
        where="cli",
    )
    for each in decided:
        office.desk.casework.learnt(each)
        office.carried_out(each.id)
    return _told(office, (office.batches.get(batch.id),), ())


def _told(office: Office, batches: tuple[Batch, ...], apart: tuple[Apart, ...]) -> Said:
    names = {each.id: each.name for each in office.directory.firm().clients}
    content = {
        "batches": [output.batch_output(each) for each in batches],
        "apart": [{"id": each.proposal.id, "why": each.why} for each in apart],
    }
    if len(batches) == 1:
        return content, batch_card(batches[0], client=names.get(batches[0].client, ""))
    lines = [f"{each.id}: {len(each.proposals)} of {names.get(each.client, each.client)}" for each in batches]
    return content, words_card(f"{len(batches)} batches", "\n".join(lines) or "Nothing is alike.")


def _assigned(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise Refusal(f"“{text}” sets nothing.", next_step='Write --set "line 1=410.00".', code="not_typed")
    return name.strip(), value.strip()
