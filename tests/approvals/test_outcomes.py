"""What became of an agent's proposals: accepted, corrected, rejected, open, left; and the tiers of the bank's."""

from __future__ import annotations

from decimal import Decimal

from agents.reconciliation.metrics import measured
from approvals.proposal import Draft, Evidence, Proposal
from approvals.tiers import BANK
from approvals.track_record import TrackRecord, outcomes
from tests.approvals.practice import ORGANISATION, Practice, journal


def submitted(practice: Practice, draft: Draft, agent: str = BANK) -> Proposal:
    return practice.queue.submit(ORGANISATION, draft, preparer=practice.member("alice"), agent=agent)


def test_each_tier_has_what_people_made_of_it_and_other_agents_count_for_nothing(practice: Practice) -> None:
    """Sure: one accepted, one corrected, one open. Likely: one rejected. Coded: one withdrawn."""
    likely = Evidence(label="Bank line", detail="", unsure="It is likely, not certain")
    drafts = [journal(key=f"line:{n}") for n in "123"]
    accepted, corrected, _still_open = [submitted(practice, each) for each in drafts]
    doubted = submitted(practice, journal(key="line:4", evidence=(likely,)))
    coded = submitted(practice, journal(key="coding:5"))
    submitted(practice, journal(key="prepayment:6"), agent="prepayments")
    practice.decide(accepted)
    edited = practice.queue.amend(corrected.id, journal("410.00", key="line:2"), editor=practice.member("alice"))
    practice.decide(edited)
    practice.decide(doubted, verdict="reject", reason="It is another payer's.")
    practice.queue.withdraw(coded.id, who="alice", reason="asked the client")
    with practice.store.reading() as session:
        told = outcomes(session, ORGANISATION, BANK)
    found = {
        each.tier: (each.proposed, each.accepted, each.corrected, each.rejected, each.open, each.left)
        for each in measured(told)
    }
    assert found == {"sure": (3, 1, 1, 0, 1, 0), "likely": (1, 0, 0, 1, 0, 0), "coded": (1, 0, 0, 0, 0, 1)}
    precision = {each.tier: each.precision for each in measured(told)}
    assert precision == {"sure": Decimal("0.5000"), "likely": Decimal("0.0000"), "coded": None}


def test_the_interval_is_wilsons() -> None:
    """Nine of ten, worked out apart from the code with z = 1.6449: between 65.23 % and 97.74 %."""
    record = TrackRecord(10, 9)
    assert (record.lower_bound, record.upper_bound) == (Decimal("0.6523"), Decimal("0.9774"))
    nothing = TrackRecord(0, 0)
    assert (nothing.lower_bound, nothing.upper_bound) == (Decimal(0), Decimal(1))
