"""What a proposal's card says first once its approval was void: which documents changed, and how, one line each."""

from __future__ import annotations

import msgspec

from approvals.kinds import describe
from approvals.proposal import WITHDRAWN, Evidence, Proposal
from bot.card import Facts, Finding, Text
from bot.cards.proposal import proposal_card
from tests.bot.sample_batches import NAMES, proposal

BILL = "Bill HS-7781 from Marine; Mutual: Underwriters"
WHY = "what it was built on changed since it was prepared: "


def void(reason: str, *evidence: Evidence) -> Proposal:
    bill = Evidence(label=BILL, detail="1 Oct 2026", source="Invoices/1")
    return msgspec.structs.replace(
        proposal(1, "55000.00", "Honey stock insurance"), status=WITHDRAWN, reason=reason, evidence=(bill, *evidence)
    )


def parts_after_the_heading(shown: Proposal) -> list[object]:
    return list(proposal_card(shown, describe(shown), client="Kauri Export Ltd", names=NAMES).parts[1:])


def test_each_document_that_changed_is_named_once_with_its_differences_below() -> None:
    said, changed, *_ = parts_after_the_heading(
        void(f"{WHY}{BILL}: total NZ$330,000.00 -> NZ$345,000.00; {BILL}: line 1 a; b -> a; c")
    )
    assert isinstance(said, Text)
    assert said.text.startswith("What it was built on changed since it was prepared. Nothing was posted;")
    assert changed == Finding(BILL, "Total NZ$330,000.00 → NZ$345,000.00\nLine 1 a; b → a; c")


def test_two_documents_are_two_findings() -> None:
    other = Evidence(label="INV-77", detail="12 Oct 2026", source="Invoices/2")
    reason = f"{WHY}INV-77: due A$5.00 -> A$0.00; {BILL}: Xero does not have it any more"
    _, first, second, *_ = parts_after_the_heading(void(reason, other))
    assert (first, second) == (
        Finding("INV-77", "Due A$5.00 → A$0.00"),
        Finding(BILL, "Xero does not have it any more"),
    )


def test_a_person_who_withdraws_is_quoted() -> None:
    said, *_ = parts_after_the_heading(void("the policy was cancelled: see the broker's letter"))
    assert said == Text("Withdrawn: the policy was cancelled: see the broker's letter", strong=True)


def test_evidence_that_is_only_a_figure_stands_as_one_in_its_place() -> None:
    figures = [Evidence(label="Amortised before", detail="A$0.00"), Evidence(label="Remains", detail="A$275,000.00")]
    parts = parts_after_the_heading(void("gone", *figures, Evidence(label="Rule", detail="r" * 200)))
    assert Facts((("Amortised before", "A$0.00"), ("Remains", "A$275,000.00"))) in parts
    assert Finding("Rule", "r" * 200, tone="neutral") in parts
