"""A budget, from the card to Xero's import page and back as figures that were read."""

from __future__ import annotations

from pathlib import Path

from approvals.kinds import describe
from approvals.kinds.publish_budget import KIND
from approvals.proposal import AWAITING_PERSON, POSTED
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.kinds.samples_budget import NOVEMBER, planning, standing, upload
from tests.approvals.practice import Practice, Xero, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import start_sandbox
from tests.support.xero_wire import Wire


def test_a_budget_is_approved_imported_and_proved(tmp_path: Path) -> None:
    """`publish_budget`: 95.00 of insurance for November, which no API writes; Priya approves, Alice imports."""
    sandbox = start_sandbox(tmp_path, books=[write_books(tmp_path)], today="2026-11-05")
    with open_store("sqlite", tmp_path) as store:
        practice = Practice.open(store, Xero(sandbox))
        proposal = practice.submit(planning(("433", "Insurance", "0.00", "95.00")))
        words = plain(proposal_card(proposal, describe(proposal), client="Wattle", names={}))
        assert proposal.kind == "publish_budget"
        assert "A$0.00 → A$95.00" in words
        waiting = practice.executor().carry_out(practice.decide(proposal).proposal.id)
        assert (waiting.status, "/Budgets/Import.aspx" in waiting.receipt["link"]) == (AWAITING_PERSON, True)
        assert "1 figures were imported." in upload(sandbox.url, KIND.file(waiting).content)
        assert practice.executor().check_awaiting(waiting.id).status == POSTED
        assert standing(Wire(sandbox.url, waiting.organisation), "433", NOVEMBER) == "95.00"
    sandbox.stop()
