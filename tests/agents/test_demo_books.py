"""The demo books: every planted problem that the close checks cover is found, with its figure, and nothing else is."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from agents.close.readiness import close_readiness
from agents.findings import CloseStatus, Finding, Prepared, VarianceReport
from agents.skills import skill_named
from sandbox.demo.planted import HARMLESS, PLANTED
from sandbox.demo.planting import Planted
from tests.agents.conftest import Demo

CLIENTS = ("bondi-coffee", "kauri-export", "thames-studio")
IN_EXPENSE = "annual_bill_in_expense"


@pytest.fixture(scope="module")
def statuses(demo: Demo) -> dict[str, CloseStatus]:
    return {client: close_readiness(demo.scope(client), demo.gateway) for client in CLIENTS}


def _covered(planted: Planted) -> str | None:
    return "prepaid_expenses" if planted.kind == IN_EXPENSE else planted.check


def _pieces(finding: Finding) -> list[tuple[str, Decimal]]:
    """What a finding reports, singly: its documents, or itself."""
    if finding.documents:
        return [(f"{each.source} {each.label}", abs(each.amount.amount)) for each in finding.documents]
    amount = abs(finding.amount.amount) if finding.amount else Decimal(0)
    return [(f"{finding.source} {finding.number} {finding.title}", amount)]


@pytest.mark.parametrize("client", CLIENTS)
def test_every_planted_problem_is_found_and_nothing_else(client: str, statuses: dict[str, CloseStatus]) -> None:
    planted = [each for each in PLANTED if each.client == client and _covered(each)]
    found = Counter(
        (check.code, amount) for check in statuses[client].checks for f in check.findings for _, amount in _pieces(f)
    )
    expected = Counter(
        (_covered(each), abs(each.against or each.amount if each.kind == IN_EXPENSE else each.amount))
        for each in planted
    )
    assert found == expected


@pytest.mark.parametrize("client", CLIENTS)
def test_each_is_named_so_that_a_person_can_find_it(client: str, statuses: dict[str, CloseStatus]) -> None:
    said = [text for f in statuses[client].blockers for text, _ in _pieces(f)]
    for each in (each for each in PLANTED if each.client == client and each.check not in (None, "lock_date")):
        name = each.number.split(" ", 1)[-1] if each.check == "suspense_clearing" else each.document or each.number
        assert any(name in text for text in said), each


@pytest.mark.parametrize("client", CLIENTS)
def test_the_look_alikes_are_left_alone(client: str, statuses: dict[str, CloseStatus]) -> None:
    said = " | ".join(text for f in statuses[client].blockers + statuses[client].notices for text, _ in _pieces(f))
    for each in (each for each in HARMLESS if each.client == client and each.check):
        assert (each.document or each.number) not in said, each


@pytest.mark.parametrize("client", CLIENTS)
def test_every_blocker_says_who_acts_and_where(client: str, statuses: dict[str, CloseStatus]) -> None:
    for finding in statuses[client].blockers:
        assert finding.who in ("preparer", "approver", "partner", "client")
        assert finding.link.startswith("http://127.0.0.1:")
        assert all(each.link for each in finding.documents)


@pytest.mark.parametrize("client", CLIENTS)
def test_the_prepayment_account_ties_out(client: str, statuses: dict[str, CloseStatus]) -> None:
    check = next(each for each in statuses[client].checks if each.code == "prepayments")
    difference = next(each.amount for each in check.figures if each.name.endswith("difference"))
    missing = sum((f.amount.amount for f in check.findings if f.amount), Decimal(0))
    assert difference.amount == missing


@pytest.mark.parametrize("client", CLIENTS)
def test_what_the_check_finds_is_what_the_skill_drafts(client: str, demo: Demo) -> None:
    prepared = skill_named("prepayments").run(demo.scope(client), demo.gateway)
    assert isinstance(prepared, Prepared)
    planted = {each.amount for each in PLANTED if each.client == client and each.check == "prepayments"}
    assert {draft.amount.amount for draft in prepared.drafts} == planted
    assert prepared.findings == ()


def test_the_planted_variances_head_the_report(demo: Demo) -> None:
    report = skill_named("budget_variance").run(demo.scope("thames-studio"), demo.gateway)
    assert isinstance(report, VarianceReport)
    actual = {line.account_code: (line.actual.amount, line.budget.amount) for line in report.lines}
    for each in PLANTED:
        if each.kind in ("over_budget", "under_budget"):
            assert actual[each.number.split()[0]] == (each.amount, each.against)
    contractors = next(line for line in report.lines if line.account_code == "321")
    assert "NW-019" in contractors.why
    assert "JF-2026-7" in contractors.why
