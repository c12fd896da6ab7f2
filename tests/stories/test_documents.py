"""Documents, from the card to the books: each kind decided by somebody who did not prepare it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from approvals.kinds import describe
from approvals.proposal import POSTED, Draft
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.kinds.samples_documents import approving
from tests.approvals.kinds.till import Till, done
from tests.approvals.practice import Practice, Xero, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import start_sandbox


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """Wattle Nursery, October 2026, on a fresh sandbox."""
    home = tmp_path_factory.mktemp("wattle")
    sandbox = start_sandbox(home, books=[write_books(home)], today="2026-11-05")
    with open_store("sqlite", home) as store:
        yield Practice.open(store, Xero(sandbox))
    sandbox.stop()


@pytest.fixture
def till(practice: Practice) -> Till:
    """The nursery's till."""
    return Till(practice)


def card(practice: Practice, draft: Draft) -> str:
    """What the approver reads."""
    proposal = practice.submit(draft)
    return plain(proposal_card(proposal, describe(proposal), client="Wattle", names={}))


def test_a_draft_bill_is_approved(practice: Practice, till: Till) -> None:
    """`approve_draft_document`: the bill that somebody drafted counts exactly as the card showed it."""
    bill = till.invoice("500.00", kind="ACCPAY", Status="DRAFT")
    draft = approving(bill)
    assert draft.kind == "approve_draft_document"
    assert "DRAFT now, AUTHORISED after" in card(practice, draft)
    assert done(practice, draft).status == POSTED
    assert till.one("Invoices", bill["InvoiceID"])["Status"] == "AUTHORISED"
