"""The queue as cards: what waits for a decision, what the reader may approve first; batches, and reviews owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from approvals.batches import Batch
from approvals.kinds import kind_of
from approvals.proposal import Proposal
from books.period import Period, spoken
from bot.card import Card, Finding, Heading, Note, Part, Text

SHOWN = 20
NOBODY: frozenset[str] = frozenset()


def queue_card(
    proposals: Sequence[Proposal],
    *,
    titles: Mapping[str, str],
    clients: Mapping[str, str],
    batches: Sequence[Batch] = (),
    mine: AbstractSet[str] = NOBODY,
) -> Card:
    """The open proposals; `titles` says by id what each would do, `clients` names by client id.

    What is in one of the `batches` stands in one line with its batch; what the reader may approve (`mine`) comes first.
    """
    if not proposals:
        words = "Nothing waits for a decision."
        return Card(words, (Heading(words, "good"), Text("New proposals appear in each client's channel.")))
    count = len(proposals)
    words = f"{count} {'proposal waits' if count == 1 else 'proposals wait'} for a decision"
    pulled_out = {each.proposal.id for batch in batches for each in batch.apart}
    together = {part.id for batch in batches for part in batch.open} - pulled_out
    alone = sorted((each for each in proposals if each.id not in together), key=lambda each: each.id not in mine)
    parts: list[Part] = [Heading(words)]
    parts += [Text(f"{len(mine)} of them {'is' if len(mine) == 1 else 'are'} yours to approve.")] if mine else []
    parts += [_batch(each, clients, mine) for each in batches]
    parts += [
        _waiting(each, titles[each.id], clients.get(each.client, each.client), is_mine=each.id in mine)
        for each in alone[: max(SHOWN - len(batches), 1)]
    ]
    hidden = len(alone) - max(SHOWN - len(batches), 1)
    more = f" {hidden} more are not shown: name a client, a month or an amount." if hidden > 0 else ""
    parts.append(Note(f"Decide on the card in the client's channel, or ask for it here: show ID.{more}"))
    return Card(words, tuple(parts))


def batches_card(batches: Sequence[Batch], clients: Mapping[str, str]) -> Card:
    """The batches that wait, each in one line."""
    if not batches:
        words = "No batch waits for a decision"
        return Card(words, (Heading(words, "good"), Text("What is alike is gathered once five of a sort wait.")))
    words = f"{len(batches)} {'batch waits' if len(batches) == 1 else 'batches wait'} for a decision"
    lines = [_batch(each, clients, NOBODY) for each in batches[:SHOWN]]
    return Card(words, (Heading(words), *lines, Note("Its card stands in the client's channel, or here: show ID.")))


def reviews_card(owed: Sequence[Proposal], *, titles: Mapping[str, str], clients: Mapping[str, str]) -> Card:
    """What was posted without a person and waits for somebody to say whether it was right."""
    if not owed:
        words = "No review is owed"
        return Card(words, (Heading(words, "good"), Text("A share of what is posted without a person is reviewed.")))
    words = f"{len(owed)} automatic {'posting waits' if len(owed) == 1 else 'postings wait'} for a review"
    lines = [
        Finding(
            titles[each.id],
            f"{clients.get(each.client, each.client)}. Id {each.id[:10]}",
            str(each.amount),
            tone="neutral",
        )
        for each in owed[:SHOWN]
    ]
    foot = Note("Say it here: review ID right — or: review ID wrong: why. A wrong one takes automation away at once.")
    return Card(words, (Heading(words, "warning"), *lines, foot))


def _batch(batch: Batch, clients: Mapping[str, str], mine: AbstractSet[str]) -> Finding:
    count, noun = len(batch.open) - sum(each.proposal.is_open for each in batch.apart), kind_of(batch.kind).noun
    where = f"{clients.get(batch.client, batch.client)}, {Period.of(batch.period)}"
    who = "you, with one click" if mine & {each.id for each in batch.open} else ""
    what = f"{count} {noun}{'' if count == 1 else 's'} in one batch"
    return Finding(what, f"{where}. Id {batch.id}", str(batch.total), who, tone="neutral")


def _waiting(proposal: Proposal, title: str, client: str, *, is_mine: bool) -> Finding:
    period, until = Period.of(proposal.period), spoken(proposal.expires_at.date())
    figure = str(proposal.amount) if proposal.amount else ""
    detail = f"{client}, {period}. Decide by {until}. Id {proposal.id}"
    return Finding(title, detail, figure, "you" if is_mine else "", tone="neutral")
