"""A batch's card: many proposals of one sort, each with its figure, and one decision on all of them."""

from __future__ import annotations

from collections import Counter

from approvals.batches import Batch
from approvals.kinds import describe, kind_of
from approvals.proposal import POSTED, REJECTED, Proposal
from books.period import Period
from bot.card import Button, Buttons, Card, Facts, Finding, Heading, Note, Part, Table, Text, Tone

_SAID = {
    "proposed": "waits",
    "approved": "being posted",
    "awaiting_person": "one step left",
    "posted": "done",
    "unknown": "being looked up",
    "failed": "not posted",
}


def batch_card(batch: Batch, *, client: str) -> Card:
    """The card as the batch stands now: its sum first, then exceptions, parts and buttons."""
    count, nouns = len(batch.proposals), _nouns(batch)
    heading = f"{_head(batch)}: {count} {nouns}, {batch.total} together"
    states = Counter(_SAID.get(each.status, each.status) for each in batch.proposals)
    facts = (
        ("Client", client),
        ("Period", str(Period.of(batch.period))),
        ("Together", str(batch.total)),
        ("Stand", ", ".join(f"{number} {said}" for said, number in states.items())),
    )
    apart = {each.proposal.id for each in batch.apart}
    rows = tuple(_row(number, each, each.id in apart) for number, each in enumerate(batch.proposals, start=1))
    parts: list[Part] = [Heading(heading, _tone(batch)), Facts(facts)]
    parts += [_exception(each.proposal, each.why) for each in batch.apart if each.proposal.is_open]
    parts.append(Table(("#", "What", "Amount", "State"), rows, (2,)))
    if batch.undoes:
        parts.append(Text("It takes back everything of one run that was posted."))
    if buttons := _buttons(batch, apart):
        parts.append(Buttons(buttons))
    ids = ", ".join(each.id[:10] for each in batch.proposals[:3])
    parts.append(
        Note(f"Batch {batch.id} · content {batch.digest[:12]} · each is its own proposal ({ids}…): /close show ID")
    )
    return Card(f"{client}: {heading}.", tuple(parts))


def _nouns(batch: Batch) -> str:
    noun = kind_of(batch.kind).noun
    return noun if len(batch.proposals) == 1 else f"{noun}s"


def _head(batch: Batch) -> str:
    if batch.open:
        return "To approve"
    statuses = {each.status for each in batch.proposals}
    if statuses == {POSTED}:
        return "Done"
    return "Rejected" if statuses == {REJECTED} else "Decided"


def _tone(batch: Batch) -> Tone:
    if all(each.status == POSTED for each in batch.proposals):
        return "good"
    return "warning" if batch.apart else "neutral"


def _row(number: int, proposal: Proposal, is_apart: bool) -> tuple[str, ...]:
    said = _SAID.get(proposal.status, proposal.status)
    return (
        str(number),
        describe(proposal).sentence,
        str(proposal.amount),
        "singly" if is_apart and proposal.is_open else said,
    )


def _exception(proposal: Proposal, why: str) -> Finding:
    return Finding(
        describe(proposal).title, f"{why} Id {proposal.id[:10]}.", str(proposal.amount), "decide on its own card"
    )


def _buttons(batch: Batch, apart: set[str]) -> tuple[Button, ...]:
    waiting = [each for each in batch.open if each.id not in apart]
    if waiting:
        return (
            Button(f"Approve all {len(waiting)}", "approve_batch", batch.id, batch.digest, style="primary"),
            Button(
                "Reject all…", "reject_batch", batch.id, batch.digest, style="danger", asks="Why are they rejected?"
            ),
        )
    if any(each.status == POSTED for each in batch.proposals) and not batch.undoes:
        question = "Propose to take back everything of this run that was posted?"
        return (Button("Undo this run…", "undo_batch", batch.id, batch.digest, confirm=question),)
    return ()
