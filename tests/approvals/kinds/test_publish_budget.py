"""A budget goes into Xero by a person's hand, and counts as published once every figure was read back."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from approvals.kinds.publish_budget import sheet
from approvals.proposal import AWAITING_PERSON, POSTED, Proposal
from approvals.queue import Queue
from books.refusal import Refusal
from scheduler.commands.queue import act
from scheduler.office import Office
from tests.approvals.kinds.samples_budget import NOVEMBER, planning, standing, upload
from tests.approvals.kinds.till import Till, approved
from tests.approvals.practice import Practice

DECEMBER = "2026-12"


@dataclass
class Counter:
    """What `queue show --file` needs of the office."""

    queue: Queue

    def proposal_named(self, name: str) -> str:
        """The id as it is."""
        return name


def plan(till: Till, insurance: str, fees: str) -> Any:
    """November's figures over whatever stands in Xero now."""
    return planning(
        ("433", "Insurance", standing(till.wire, "433", NOVEMBER), insurance),
        ("404", "Bank Fees", standing(till.wire, "404", NOVEMBER), fees),
    )


def saved(practice: Practice, proposal: Proposal, path: Path) -> bytes:
    """The sheet, as `app.py queue show ID --file` writes it."""
    asked = argparse.Namespace(verb="show", id=proposal.id, file=str(path))
    act(cast(Office, Counter(practice.queue)), asked)
    return path.read_bytes()


def test_it_is_posted_when_every_figure_stands_in_xero(practice: Practice, till: Till, tmp_path: Path) -> None:
    """One figure arrives: the card names the one that did not. Then both, and the budget is published."""
    proposal = practice.executor().carry_out(approved(practice, plan(till, "101.50", "7.25")).id)
    assert (proposal.status, "queue show" in proposal.receipt["instruction"]) == (AWAITING_PERSON, True)
    assert practice.executor().check_awaiting(proposal.id).problem == ""
    url = practice.xero.sandbox.url
    assert "1 figures were imported." in upload(url, b"Account,Nov-2026\nInsurance (433),101.50\n")
    halfway = practice.executor().check_awaiting(proposal.id)
    assert halfway.status == AWAITING_PERSON
    assert "1 of 2 figures are not in Xero as approved: Bank Fees in Nov-2026" in halfway.problem
    assert "2 figures were imported." in upload(url, saved(practice, proposal, tmp_path / "budget.csv"))
    ended = practice.executor().check_awaiting(proposal.id)
    assert (ended.status, ended.problem) == (POSTED, "")
    assert "2 of 2 figures read back" in ended.receipt["words"]


def test_the_old_figures_take_it_back(practice: Practice, till: Till, tmp_path: Path) -> None:
    before = standing(till.wire, "433", NOVEMBER)
    proposal = practice.executor().carry_out(approved(practice, plan(till, "222.00", "8.00")).id)
    upload(practice.xero.sandbox.url, saved(practice, proposal, tmp_path / "one.csv"))
    assert practice.executor().check_awaiting(proposal.id).status == POSTED
    undo = practice.decide(practice.queue.undo(proposal.id, member=practice.member("alice"))).proposal
    undo = practice.executor().carry_out(undo.id)
    upload(practice.xero.sandbox.url, saved(practice, undo, tmp_path / "two.csv"))
    assert practice.executor().check_awaiting(undo.id).status == POSTED
    assert standing(till.wire, "433", NOVEMBER) == before


def test_the_sheet_is_exact_and_no_spreadsheet_runs_it() -> None:
    """Blank where nothing is said, a negative figure as a figure, a name that looks like a formula disarmed."""
    draft = planning(("200", '=HYPERLINK("http://evil")', "0", "-5.00"), ("433", "Insurance, shop", "0", "1200.50"))
    payload = draft.payload
    assert sheet(payload) == (  # type: ignore[arg-type]
        b'Account,Nov-2026\r\n"\'=HYPERLINK(""http://evil"") (200)",-5.00\r\n"Insurance, shop (433)",1200.50\r\n'
    )
    for sign in "+-@":
        text = sheet(planning(("200", f"{sign}1", "0", "1.00")).payload).decode()  # type: ignore[arg-type]
        assert text.splitlines()[1].startswith(f"'{sign}1")
    some = planning(("200", "Sales", "0", "1.00", "0", "2.00"), months=(NOVEMBER, DECEMBER)).payload
    assert sheet(some).splitlines()[0] == b"Account,Nov-2026,Dec-2026"  # type: ignore[arg-type]


def test_a_budget_that_cannot_be_published(practice: Practice, till: Till) -> None:
    ten = Decimal(10)
    now = standing(till.wire, "433", NOVEMBER)
    months = (*(f"2027-{month:02}" for month in range(1, 13)), "2028-01")
    for draft, code in (
        (planning(("433", "Insurance", now, now)), "nothing_changed"),
        (planning(("433", "Insurance", str(Decimal(now) + ten), "1.00")), "source_changed"),
        (planning(("433", "Insurances", now, "1.00")), "unknown_account"),
        (planning(("999", "Nobody", "0", "1.00")), "unknown_account"),
        (planning(("433", "Insurance", now, "1.00"), ("433", "Insurance", now, "2.00")), "named_twice"),
        (planning(("433", "Insurance", now, "1.005")), "too_fine"),
        (planning(("433", "Insurance", *("0", "1.00") * 13), months=months), "too_much"),
    ):
        with pytest.raises(Refusal) as refused:
            practice.submit(draft)
        assert refused.value.code == code


def test_nothing_is_handed_out_before_the_approval(practice: Practice, till: Till, tmp_path: Path) -> None:
    """And nothing is written over, and other kinds come with no file."""
    proposal = practice.submit(plan(till, "11.00", "12.00"))
    with pytest.raises(Refusal, match="before the approval"):
        saved(practice, proposal, tmp_path / "early.csv")
    proposal = practice.executor().carry_out(practice.decide(proposal).proposal.id)
    saved(practice, proposal, tmp_path / "once.csv")
    with pytest.raises(Refusal, match="is there already"):
        saved(practice, proposal, tmp_path / "once.csv")
    with pytest.raises(Refusal, match="comes with no file"):
        saved(practice, practice.submit(), tmp_path / "journal.csv")
