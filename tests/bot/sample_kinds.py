"""The card of every kind of proposal while it waits for a decision, each from the draft its own tests begin with."""

from __future__ import annotations

import json

import msgspec

from approvals.kinds import KINDS, describe, kind_of
from approvals.proposal import PROPOSED, Draft, Proposal
from bot.card import Card
from bot.cards.proposal import Around, proposal_card
from bot.casework import form_of
from tests.approvals.kinds.test_kinds import SAMPLES
from tests.bot.sample_batches import CLIENT, NAMES, NOW


def waiting(draft: Draft) -> Proposal:
    """A draft as the queue keeps it; its id, digest and mark are invented."""
    kind = kind_of(draft.kind)
    fields = {name: getattr(draft, name) for name in draft.__struct_fields__}
    fields["payload"] = json.loads(msgspec.json.encode(kind.tidy(kind.read(draft))))
    return Proposal(
        **fields,
        id="7a" * 16,
        digest="9c" * 32,
        mark="TO-7A7A7A7A7A",
        status=PROPOSED,
        preparer="alice",
        agent="reconciliation",
        created_at=NOW,
        expires_at=NOW.replace(day=8),
        firm_version="f" * 64,
    )


def card_of(name: str) -> Card:
    """One kind's card."""
    proposal = waiting(SAMPLES[name])
    around = Around(fields=form_of(proposal))
    return proposal_card(proposal, describe(proposal), client=CLIENT, names=NAMES, around=around)


KIND_CARDS = {f"kind_{kind.name}": card_of(kind.name) for kind in KINDS}
