"""Every check of CHECKS earns its place: over the demo's three clients each one finds what was planted for it."""

from __future__ import annotations

from agents.close.checks import CHECKS
from agents.close.readiness import close_readiness
from tests.agents.conftest import Demo

EVERYWHERE = {"bondi-coffee", "kauri-export", "thames-studio"}
PLANTED = {
    "bank_reconciled": EVERYWHERE,
    "drafts_and_approvals": EVERYWHERE,
    "draft_journals": EVERYWHERE,
    "suspense_clearing": EVERYWHERE,
    "prepayments": EVERYWHERE,
    "prepaid_expenses": EVERYWHERE,
    "lock_date": {"kauri-export"},
}
"""Where docs/demo-books.md says that a check's problem was planted."""


def test_each_check_answers_everywhere_and_finds_what_was_planted_for_it(demo: Demo) -> None:
    found: dict[str, set[str]] = {check.code: set() for check in CHECKS}
    for client in demo.clients:
        status = close_readiness(demo.scope(client.id), demo.gateway)
        assert [answer.code for answer in status.checks] == [check.code for check in CHECKS]
        for answer in status.checks:
            assert not answer.could_not, answer.could_not
            assert {finding.code for finding in answer.findings} <= {answer.code}
            if answer.findings:
                found[answer.code].add(client.id)
    assert found == PLANTED
