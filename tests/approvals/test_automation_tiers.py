"""What is found for the bank earns automation tier by tier: a coded line does not ride on what exact matches earned.

The firm lets journals post without a person once 20 decisions in a row show, with 95 % confidence, that at least 85 %
are taken as they stand. People took twenty of the bank's certain matches; they are proposals whose key names a line.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from approvals import register
from approvals.proposal import APPROVED, POSTED, PROPOSED, Draft, Evidence, Proposal
from approvals.register import ProposalRow
from approvals.tiers import BANK, TIER, tier_of
from tests.approvals.practice import ORGANISATION, Practice, journal
from tests.approvals.test_automation import automatic, firm_in, swept

DOUBT = Evidence(label="Bank line", detail="20 October, 412.36", unsure="It is likely, not certain")
TALK = Evidence(label="Bank line", detail='The payer writes: "unsure":"yes", and a \\ and {"unsure":"no"}')


def told(practice: Practice, key: str, amount: str = "4.00", agent: str = BANK, **changes: Any) -> Proposal:
    """The bank's matching, or another agent, finds a piece of work."""
    return practice.queue.submit(ORGANISATION, journal(amount, key=key, **changes), preparer=None, agent=agent)


def took(practice: Practice, key: str, count: int) -> None:
    """The rows that as many approvals by Marcus leave behind."""
    first = told(practice, key)
    for number in range(count):
        with practice.store.transaction() as session:
            at = practice.clock.now()
            code = f"{key.encode().hex()[:6]}{number:026x}"
            old = msgspec.structs.replace(first, id=code, key=f"{key}:{number}", mark=f"TO-{code}")
            kept = register.insert(session, old, now=at)
            moved = register.move(session, kept, APPROVED, who="marcus", now=at, decided_by="marcus", decided_at=at)
            assert moved is not None
            register.move(session, moved, POSTED, who="executor", now=at)
        practice.clock.forward(seconds=1)
    practice.queue.withdraw(first.id, who=BANK, reason="It served its purpose.")


@pytest.fixture
def proven(practice: Practice) -> Practice:
    """Twenty certain matches of the bank's lines were taken as they stood."""
    practice.firm_becomes(firm_in("propose"))
    took(practice, "line:old", 20)
    practice.clock.forward(hours=25)
    practice.firm_becomes(firm_in("automate"))
    return practice


def how_it_stands(practice: Practice) -> dict[str, tuple[str, int]]:
    """For each tier why it does not post by itself, and how many decisions its record has."""
    standings = automatic(practice).standings(firm_in("automate").clients)
    return {each.tier: (each.why_not, each.record.decided) for each in standings}


def test_a_certain_match_posts_and_a_coded_line_of_the_same_kind_waits_for_a_person(proven: Practice) -> None:
    match, coded = told(proven, "line:new"), told(proven, "coding:new")
    other = told(proven, "prepayment:new", agent="prepayments")
    assert swept(proven) == (match.id,)
    assert [proven.queue.get(each.id).status for each in (coded, other)] == [PROPOSED, PROPOSED]


def test_each_tier_stands_by_itself_and_what_is_only_likely_never_posts(proven: Practice) -> None:
    took(proven, "coding:old", 3)
    told(proven, "line:doubted", evidence=(DOUBT,))
    assert how_it_stands(proven) == {
        "sure": ("", 20),
        "likely": ("It is never certain, so a person looks at each.", 0),
        "coded": (
            "It is not earned yet: 3 of the last 3 taken as they stood, at least 52.58 % (the bar is 85 % over 20).",
            3,
        ),
    }


def test_people_may_reject_likely_ones_as_often_as_they_please(proven: Practice) -> None:
    """Ten of thirty are rejected: too many for the kind, and none of them of the tier that posts by itself."""
    posted = told(proven, "line:new")
    assert swept(proven) == (posted.id,)
    for number in range(10):
        doubted = told(proven, f"line:doubted:{number}", evidence=(DOUBT,))
        proven.decide(doubted, "marcus", "reject", reason="Another payer's")
    assert automatic(proven).sweep().falls == ()
    assert how_it_stands(proven)["sure"] == ("", 20)


def test_a_rejection_of_what_posts_by_itself_takes_it_away_and_names_the_tier(proven: Practice) -> None:
    posted = told(proven, "line:new")
    assert swept(proven) == (posted.id,)
    asked = practice_asks(proven, journal("4.00", key="line:asked"))
    proven.decide(asked, "marcus", "reject", reason="Another payer's")
    (fall,) = automatic(proven).sweep().falls
    assert fall.why.startswith("its record as sure fell: 19 of the last 20 taken as they stood, at least 80.4 %")


def practice_asks(practice: Practice, draft: Draft) -> Proposal:
    """A person proposes what the bank's matching found; so no rule approves it before somebody decides."""
    return practice.queue.submit(ORGANISATION, draft, preparer=practice.member("alice"), agent=BANK)


@pytest.mark.parametrize(
    ("key", "agent", "evidence", "tier"),
    [
        ("line:1", BANK, (), "sure"),
        ("line:1:rest", BANK, (TALK,), "sure"),
        ("line:1", BANK, (TALK, DOUBT), "likely"),
        ("coding:1", BANK, (DOUBT,), "coded"),
        ("short:1", BANK, (DOUBT,), "short"),
        ("shortly-credit:1", BANK, (), "short"),
        ("confirm:1:2026-10:2", BANK, (), "confirmed"),
        ("confirmation:1", BANK, (), "sure"),
        ("CODING:1", BANK, (), "sure"),
        ("coding:1", "prepayments", (DOUBT,), ""),
    ],
)
def test_the_database_reads_the_tier_as_the_code_does(
    practice: Practice, key: str, agent: str, evidence: tuple[Evidence, ...], tier: str
) -> None:
    """A payer may write anything: words that look like a field are no doubt of ours."""
    proposal = told(practice, key, agent=agent, evidence=evidence)
    with practice.store.reading() as session:
        read = session.scalars(select(TIER).where(ProposalRow.id == proposal.id)).one()
    assert (tier_of(proposal), read) == (tier, tier)
