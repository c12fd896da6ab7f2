"""A batch's card: many proposals of one sort, each with its figure, and one decision on all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from approvals.batches import Batch
from approvals.kinds import describe, kind_of
from approvals.proposal import POSTED, REJECTED, Proposal
from books.period import Period
from bot.card import Button, Buttons, Card, Finding, Heading, Note, Part, Table, Text, Tone
from bot.shown import clip

EXCEPTIONS, LONGEST_WHY = 3, 200
"""How many exceptions a batch's card tells of, and in how many characters; their own cards have all of it."""
_SAID = {
    "proposed": "still to decide",
    "approved": "posting",
    "awaiting_person": "one step left",
    "posted": "done",
    "unknown": "being looked up",
    "failed": "not posted",
}


def batch_card(batch: Batch, *, client: str) -> Card:
    """The card as the batch stands now: its sum first, then exceptions, parts and buttons."""
    count, nouns = len(batch.proposals), _nouns(batch)
    heading = f"{_head(batch)}: {count} {nouns}, {batch.total} together"
    apart = {each.proposal.id for each in batch.apart}
    exceptions = [each for each in batch.apart if each.proposal.is_open]
    parts: list[Part] = [Heading(heading, _tone(batch)), Text(_where_it_stands(batch, client))]
    parts += [_exception(each.proposal, each.why) for each in exceptions[:EXCEPTIONS]]
    if more := len(exceptions) - EXCEPTIONS:
        parts += [Text(f"{more} more are decided on their own cards.", strong=True)] if more > 0 else []
    parts.append(_table(batch, apart))
    if batch.undoes:
        parts.append(Text("It takes back everything of one run that was posted."))
    if buttons := _buttons(batch, apart):
        parts.append(Buttons(buttons))
    ids = ", ".join(each.id[:10] for each in batch.proposals[:3])
    parts.append(
        Note(f"Batch {batch.id} · content {batch.digest[:12]} · each is its own proposal ({ids}…): /close show ID")
    )
    return Card(f"{client}: {heading}.", tuple(parts))


def _where_it_stands(batch: Batch, client: str) -> str:
    """Whose, of which month and, once something was decided, how many stand where."""
    whose = f"{client.rstrip('.')}, {Period.of(batch.period)}."
    if len(batch.open) == len(batch.proposals):
        return whose
    states = Counter(_SAID.get(each.status, each.status) for each in batch.proposals)
    return f"{whose} {', '.join(f'{number} {said}' for said, number in states.items())}."


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


def _table(batch: Batch, apart: set[str]) -> Table:
    """While a click would decide something: exactly that, each part whole. Afterwards every part with its state."""
    what, lines = _said_once(_lines(batch.proposals))
    numbered = list(enumerate(zip(batch.proposals, lines, strict=True), start=1))
    bound = [each for each in numbered if each[1][0].is_open and each[1][0].id not in apart]
    if bound:
        waiting = tuple((f"{number}. {words}", str(one.amount)) for number, (one, words) in bound)
        return Table((what, "Amount"), waiting, (1,))
    rows = tuple(
        (f"{number}. {words}", str(one.amount), "singly" if one.is_open else _SAID.get(one.status, one.status))
        for number, (one, words) in numbered
    )
    return Table((what, "Amount", "State"), rows, (1,))


def _said_once(lines: list[str]) -> tuple[str, list[str]]:
    """What all the lines begin with, up to a colon, as the column's name, and the lines without it."""
    common, colon, _ = lines[0].partition(": ")
    if not colon or len(lines) == 1 or not all(each.startswith(f"{common}: ") for each in lines):
        return "What", lines
    return common, [each.removeprefix(f"{common}: ") for each in lines]


def _lines(proposals: Sequence[Proposal]) -> list[str]:
    """One line for each that tells it from the others."""
    said = [describe(each) for each in proposals]
    for lines in ([each.line for each in said], [each.sentence for each in said], [each.title for each in said]):
        if len(set(lines)) == len(lines):
            return lines
    return [f"{each.title}: {each.sentence}" for each in said]


def _exception(proposal: Proposal, why: str) -> Finding:
    return Finding(
        describe(proposal).title,
        f"{clip(why, LONGEST_WHY)} Id {proposal.id[:10]}.",
        str(proposal.amount),
        "decide on its own card",
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
