"""Rules that look at more than the amount: restricted accounts and tracking, old periods. Through the real queue.

An approver may approve any journal of Wattle Nursery, but account 433 and the tracking option Region: North are
restricted to partners, and a period that ended more than one month before is too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from approvals.kinds.post_journal import JournalLine
from approvals.proposal import APPROVED, FAILED
from books.firm import ApprovalRule, Firm
from books.refusal import Refusal
from tests.approvals.practice import FIRM, Practice, journal

RULE = ApprovalRule(role="approver")


def firm_with(*, rule: ApprovalRule = RULE, restricted: dict[str, str] | None = None, **client_says: Any) -> Firm:
    client = msgspec.structs.replace(FIRM.clients[0], restricted=restricted or {}, **client_says)
    return replace(FIRM, clients=(client,), approvals={"post_journal": rule})


def refused(practice: Practice, **changes: Any) -> Refusal:
    with pytest.raises(Refusal) as no:
        practice.decide(practice.submit(journal(**changes)), "marcus")
    return no.value


def test_a_restricted_account_takes_a_partner(practice: Practice) -> None:
    practice.firm_becomes(firm_with(restricted={"account 433": "partner"}))
    refusal = refused(practice)
    assert refusal.code == "restricted"
    assert refusal.words == "What touches account 433 needs a partner for this client; you are an approver."
    assert practice.decide(practice.submit(), "priya").proposal.status == APPROVED


def test_a_restricted_tracking_option_takes_a_partner(practice: Practice) -> None:
    practice.firm_becomes(firm_with(restricted={"Region: North": "partner"}))
    lines = (
        JournalLine(account_code="433", account_name="Insurance", description="Share", amount=Decimal("400.00")),
        JournalLine(
            account_code="620",
            account_name="Prepayments",
            description="Share",
            amount=Decimal("-400.00"),
            tracking=(("Region", "North"),),
        ),
    )
    assert refused(practice, lines=lines).code == "restricted"
    assert practice.decide(practice.submit(journal(key="elsewhere")), "marcus").changed, "South is nobody's business"


def test_an_old_period_takes_a_partner(practice: Practice) -> None:
    """What is prepared now for a month that ended long before is looked at by a partner."""
    now = dt.datetime.now(dt.UTC)
    practice.firm_becomes(firm_with(rule=msgspec.structs.replace(RULE, months_back=1)))
    old: dict[str, Any] = {"period": "2025-03", "date": dt.date(2025, 3, 31), "key": "old"}
    refusal = refused(practice, **old)
    assert refusal.code == "old_period"
    assert refusal.words.startswith("March 2025 ended more than a month before this was prepared: it needs a partner")
    last = now.date().replace(day=1) - dt.timedelta(days=1)
    recent = journal(key="recent", period=f"{last:%Y-%m}", date=last)
    assert practice.decide(practice.submit(recent), "marcus").changed


def test_a_clients_own_rule_stands_in_place_of_the_firms(practice: Practice) -> None:
    """The firm lets approvers decide on any journal; for Wattle Nursery only up to 300.00."""
    practice.firm_becomes(firm_with(approvals={"post_journal": ApprovalRule(limit=Decimal(300))}))
    assert refused(practice).code == "above_limit"
    practice.firm_becomes(firm_with(approvals={"lock_period": ApprovalRule(limit=Decimal(300))}))
    proposal = practice.decide(practice.submit(), "marcus").proposal
    assert proposal.status == APPROVED
    practice.firm_becomes(firm_with(approvals={"post_journal": ApprovalRule(limit=Decimal(300))}))
    assert practice.executor().carry_out(proposal.id).status == FAILED, "an approval does not outlive its rule"


def test_a_restriction_that_came_after_the_approval_holds_before_the_send(practice: Practice) -> None:
    practice.firm_becomes(firm_with())
    proposal = practice.submit()
    practice.decide(proposal, "marcus")
    practice.firm_becomes(firm_with(restricted={"account 433": "partner"}))
    assert practice.executor().carry_out(proposal.id).status == FAILED
    assert practice.journals_with(proposal) == []
