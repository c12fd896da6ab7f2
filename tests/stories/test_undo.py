"""The partner approves a journal and takes it back: `reverse_journal` is a proposal of its own, decided by another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from approvals.executor import Executor
from approvals.kinds import describe
from approvals.proposal import POSTED
from approvals.queue import Queue
from books.clock import Clock
from books.firm import Client, save_firm
from bot.cards.proposal import proposal_card
from bot.plain import plain
from tests.approvals.practice import FIRM, ORGANISATION, QUICK, Xero, journal, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import start_sandbox


def test_a_journal_is_posted_and_taken_back(tmp_path: Path) -> None:
    """Wattle Nursery, October: 400.00 to Insurance and back, each approved by somebody who did not ask for it."""
    sandbox = start_sandbox(tmp_path, books=[write_books(tmp_path)], today="2026-11-05")
    try:
        with open_store("sqlite", tmp_path) as store:
            with store.transaction() as session:
                save_firm(
                    session, replace(FIRM, clients=(Client(id="wattle", name="Wattle", organisation=ORGANISATION),))
                )
            gateway = Xero(sandbox).gateway()
            queue, executor = Queue(store, Clock(), gateway), Executor(store, Clock(), gateway, timings=QUICK)
            first = queue.submit(ORGANISATION, journal(), preparer=FIRM.member("alice"), agent="prepayments")
            queue.decide(first.id, verdict="approve", digest=first.digest, member_id="priya", where="cli")
            assert executor.carry_out(first.id).status == POSTED
            undo = queue.undo(first.id, member=FIRM.member("priya"))
            assert undo.kind == "reverse_journal"
            card = plain(proposal_card(undo, describe(undo), client="Wattle", names={"priya": "Priya Sharma"}))
            assert f"Reversal of {first.mark}: Insurance, October share of INV-77" in card
            queue.decide(undo.id, verdict="approve", digest=undo.digest, member_id="quentin", where="cli")
            assert executor.carry_out(undo.id).status == POSTED
    finally:
        sandbox.stop()
