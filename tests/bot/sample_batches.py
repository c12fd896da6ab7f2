"""Proposals, a batch and standings of automation as the database has them, for the cards that are drawn of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from approvals.automation import AUTOMATE, OBSERVE, Standing
from approvals.batches import Apart, Batch
from approvals.breaker import Fall
from approvals.effects import Effect
from approvals.kinds import describe, kind_of
from approvals.proposal import PROPOSED, Proposal
from approvals.remarks import COMMENT, QUESTION, Remark
from approvals.track_record import TrackRecord
from books.firm import Automation
from books.money import Money
from bot.card import Card, Field
from bot.cards.batch import batch_card
from bot.cards.proposal import Around, proposal_card
from bot.cards.rollout import fallen_card, rollout_card
from tests.approvals.practice import journal

NOW = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)
NAMES = {"priya": "Priya Sharma", "marcus": "Marcus Webb", "alice": "Alice Nguyen"}
CLIENT = "Wattle Nursery Pty Ltd"


def proposal(number: int, amount: str, narration: str, status: str = PROPOSED) -> Proposal:
    """A journal that stands in the queue."""
    draft = journal(amount, key=f"work:{number}", narration=narration)
    kind = kind_of(draft.kind)
    fields = {name: getattr(draft, name) for name in draft.__struct_fields__}
    fields["payload"] = json.loads(msgspec.json.encode(kind.tidy(kind.read(draft))))
    return Proposal(
        **fields,
        id=f"{number:032x}",
        digest=f"{number:064x}",
        mark=f"TO-{number:010d}",
        status=status,
        preparer="",
        agent="prepayments",
        created_at=NOW,
        expires_at=NOW + dt.timedelta(days=3),
        firm_version="f" * 64,
    )


def batch(proposals: Sequence[Proposal], apart: tuple[Apart, ...] = ()) -> Batch:
    """These proposals as one batch."""
    shown = {each.id: each.digest for each in proposals}
    first = proposals[0]
    return Batch(
        "batch-" + "4f" * 16, first.organisation, first.client, first.kind, first.period, "d" * 64,
        tuple(proposals), apart, shown,
    )  # fmt: skip


def of_23() -> Batch:
    """23 journals of one run, two of which were pulled out."""
    suppliers = ("Harbour Insurance", "Southern Cover", "Licence Desk", "Rates Office")
    parts = [
        proposal(n, f"{120 + n * 37}.40", f"{suppliers[n % 4]}, October share of INV-{700 + n}") for n in range(1, 24)
    ]
    apart = (
        Apart(parts[21], "INV-721 changed in Xero since this was prepared: total A$4,800.00 → A$5,200.00."),
        Apart(parts[22], "It takes a partner."),
    )
    return batch(parts, apart)


def _single() -> Card:
    one = proposal(1, "400.00", "Insurance, October share of INV-77")
    remarks = (
        Remark("marcus", QUESTION, "Which policy is this?", NOW),
        Remark("alice", COMMENT, "The one of July; the schedule is attached to INV-77.", NOW),
    )
    fields = (Field("date", "Date", "2026-10-31"), Field("line 1", "433 Insurance", "400.00"))
    october = dt.date(2026, 10, 31)
    effects = (
        Effect("433 Insurance", october, Money.of("800.00", "AUD"), Money.of("1200.00", "AUD")),
        Effect("620 Prepayments", october, Money.of("4000.00", "AUD"), Money.of("3600.00", "AUD")),
    )
    around = Around(remarks, effects, fields, is_typed=True)
    return proposal_card(one, describe(one), client=CLIENT, names=NAMES, around=around)


def _standings() -> tuple[Standing, ...]:
    bar = Automation(below=Decimal(500))
    return (
        Standing("wattle", "post_journal", AUTOMATE, TrackRecord(decided=100, right=99), bar, ""),
        Standing("bondi", "post_journal", AUTOMATE, TrackRecord(decided=100, right=91), bar,
                 "Automation was taken away: 2 of the last 50 have an unknown outcome.", NOW),
        Standing("bondi", "apply_payment", OBSERVE, TrackRecord(decided=0, right=0), bar, "Its phase is not automate.",
                 tier="sure"),
        *(Standing("bondi", "receive_or_spend_money", AUTOMATE, TrackRecord(decided=40, right=right), bar,
                   "Automation was taken away: an automatic posting was taken back (9f2c01aa).", NOW, tier)
          for tier, right in (("sure", 40), ("coded", 31))),
    )  # fmt: skip


CLIENTS = {"wattle": CLIENT, "bondi": "Bondi Coffee Roasters Pty Ltd"}
DRAWN = {
    "journal": _single(),
    "batch": batch_card(of_23(), client=CLIENT),
    "rollout": rollout_card(_standings(), CLIENTS),
    "fallen": fallen_card(Fall("o", "post_journal", "2 of the last 50 have an unknown outcome"), CLIENTS["bondi"]),
}
