"""Bound and fresh: an approval is void when a document that it was built on changed, and the difference is shown.

The source here is a manual journal of 4,800.00 in Xero that somebody voids.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest

from approvals import audit
from approvals.proposal import APPROVED, FAILED, POSTED, WITHDRAWN, Draft, Evidence, Proposal
from books.money import Money
from books.records import JournalLine, ManualJournal
from books.refusal import Refusal
from tests.approvals.practice import ORGANISATION, Practice, journal
from xero_tools import journals, organisations
from xero_tools.writes import Pen, manual_journal_body


@pytest.fixture
def premium(practice: Practice) -> ManualJournal:
    """The premium, booked by hand."""
    lines = [
        JournalLine(account_code=code, description="Premium", amount=Money(Decimal(amount), "AUD"), tax_type="NONE")
        for code, amount in (("620", "4800.00"), ("433", "-4800.00"))
    ]
    body = manual_journal_body(narration="Premium", date=dt.date(2026, 10, 1), lines=lines)
    key = f"premium-{practice.clock.now().isoformat()}"
    receipt = Pen(practice.gateway).post_manual_journal(ORGANISATION, body, key=key)
    return journals.get(ORGANISATION, practice.gateway, receipt.id)


def share_of(practice: Practice, premium: ManualJournal, **changes: str) -> Draft:
    """October's share, with the premium as its source."""
    organisation = organisations.get(ORGANISATION, practice.gateway)
    version = premium.updated_at.isoformat() if premium.updated_at else ""
    source = Evidence(
        label="Premium",
        detail="4,800.00",
        link=practice.gateway.links.journal(organisation, premium.id),
        source=premium.id,
        version=changes.get("version", version),
    )
    return journal(evidence=(source,))


def void(practice: Practice, premium: ManualJournal) -> None:
    Pen(practice.gateway).void_manual_journal(ORGANISATION, premium.id, key=f"void-{premium.id}")


def test_what_did_not_change_is_posted(practice: Practice, premium: ManualJournal) -> None:
    """Read at the submission, at the click and before the posting."""
    proposal = practice.approved(share_of(practice, premium))
    assert practice.executor().carry_out(proposal.id).status == POSTED


def test_a_click_on_what_changed_voids_it_and_shows_the_difference(practice: Practice, premium: ManualJournal) -> None:
    """Voided between the card and the click; whoever prepares again is told."""
    told: list[Proposal] = []
    practice.queue.on_void = told.append
    proposal = practice.submit(share_of(practice, premium))
    void(practice, premium)
    decision = practice.decide(proposal)
    assert (decision.changed, decision.proposal.status) == (False, WITHDRAWN)
    assert "Premium: status POSTED → VOIDED" in decision.words
    assert [each.id for each in told] == [proposal.id]
    assert audit.story(practice.store, proposal.id)[-1].reason.endswith("Premium: status POSTED → VOIDED")
    assert not practice.decide(proposal).changed
    assert len(told) == 1


def test_a_rejection_does_not_read_the_sources(practice: Practice, premium: ManualJournal) -> None:
    """It changes no books."""
    proposal = practice.submit(share_of(practice, premium))
    void(practice, premium)
    assert practice.decide(proposal, verdict="reject", reason="Voided in Xero").changed


def test_what_changed_after_the_click_is_not_posted(practice: Practice, premium: ManualJournal) -> None:
    """Read again before the request leaves."""
    proposal = practice.approved(share_of(practice, premium))
    before = len(practice.xero.writes())
    void(practice, premium)
    failed = practice.executor().carry_out(proposal.id)
    assert failed.status == FAILED
    assert "Premium: status POSTED → VOIDED" in failed.problem
    assert len(practice.xero.writes()) == before


def test_xero_away_posts_nothing_and_tries_again(practice: Practice, premium: ManualJournal) -> None:
    """A source that cannot be read is not a source that did not change."""
    proposal = practice.approved(share_of(practice, premium))
    before = len(practice.xero.writes())
    practice.xero.fault("status", method="GET", status=503, times=50)
    waiting = practice.executor().carry_out(proposal.id)
    assert (waiting.status, len(practice.xero.writes())) == (APPROVED, before)


def test_a_draft_older_than_its_source_is_refused(practice: Practice, premium: ManualJournal) -> None:
    """It was changed while the agent was preparing."""
    with pytest.raises(Refusal) as refused:
        practice.submit(share_of(practice, premium, version="2026-10-01T00:00:00+00:00"))
    assert refused.value.code == "source_changed"


def test_the_digest_covers_the_source_and_its_version(practice: Practice, premium: ManualJournal) -> None:
    """The same figures from another version are other content."""
    first = practice.submit(share_of(practice, premium))
    assert first.evidence[0].version
    older = msgspec.structs.replace(first.evidence[0], version="")
    assert practice.submit(journal(evidence=(older,))).digest != first.digest
