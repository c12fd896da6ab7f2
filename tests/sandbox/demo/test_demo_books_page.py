"""docs/demo-books.md says exactly what the typed list says."""

from __future__ import annotations

from pathlib import Path

from sandbox.demo.planted import HARMLESS, PLANTED
from sandbox.demo.planting import Planted

PAGE = Path(__file__).parents[3] / "docs" / "demo-books.md"


def row(fact: Planted) -> list[str]:
    """One fact as a row of the page's tables."""
    against = f"{fact.against:,.2f}" if fact.against is not None else ""
    cells = (fact.id, fact.check or "later", fact.kind, fact.number or "–", str(fact.on or ""))
    return [*cells, f"{fact.currency} {fact.amount:,.2f}", against, fact.note]


def test_the_page_and_the_list_hold_the_same_facts() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    tables = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    written = {cells[0]: cells for cells in tables if len(cells) == 8 and cells[0] not in ("id", "---")}
    assert written == {fact.id: row(fact) for fact in (*PLANTED, *HARMLESS)}


def test_ids_are_used_once_and_each_client_has_enough_to_find() -> None:
    facts = [*PLANTED, *HARMLESS]
    assert len({fact.id for fact in facts}) == len(facts)
    for client in {fact.client for fact in facts}:
        assert sum(fact.client == client for fact in PLANTED) >= 8
        assert len({fact.kind for fact in HARMLESS if fact.client == client}) >= 5


def test_the_checks_of_close_readiness_all_have_something_to_find() -> None:
    assert {fact.check for fact in PLANTED if fact.check} == {
        "bank_reconciled", "drafts_and_approvals", "draft_journals", "suspense_clearing", "prepayments", "lock_date",
    }  # fmt: skip
