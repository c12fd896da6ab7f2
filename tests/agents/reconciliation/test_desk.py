"""What the desk keeps and learns: each line once however often it is given, and only what a person said by deciding.

The lines are those of a bank's October; the shelf is a real database, its pieces sealed.
"""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from agents.reconciliation.kept import Kept
from agents.reconciliation.learning import learn, was_rejected
from agents.reconciliation.remembered import Memories
from agents.reconciliation.shelf import Shelf
from agents.reconciliation.statements.finishing import identified
from approvals.kinds.receive_or_spend_money import MoneyLine, ReceiveOrSpendMoney
from approvals.proposal import APPROVED, REJECTED, Draft, Proposal
from books.firm import AUTOMATION
from books.money import Money
from books.records import Statement, StatementLine
from books.store import Store
from tests.support.databases import stores as stores
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

NOW = dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC)
ORGANISATION, ACCOUNT = "wattle-books", "bank-090"


def line(day: int, amount: str, payer: str, reference: str = "") -> StatementLine:
    return StatementLine(
        id="", date=dt.date(2026, 10, day), amount=Money.of(amount, "AUD"), payer=payer, reference=reference
    )


def statement(*lines: StatementLine, start: int = 1, end: int = 31) -> Statement:
    total = Money.total((each.amount for each in lines), "AUD")
    found = Statement(
        account="062-184 1044",
        currency="AUD",
        start=dt.date(2026, 10, start),
        end=dt.date(2026, 10, end),
        opening=Money.of("100.00", "AUD"),
        closing=Money.of("100.00", "AUD") + total,
        lines=lines,
    )
    return identified(found)


ACME, TWIN, SHOP = line(5, "55.00", "ACME PTY LTD", "INV-7"), line(6, "9.00", "Kiosk"), line(20, "-12.50", "Shop")


@pytest.fixture
def kept(stores: Store, tmp_path: Path) -> Kept:
    return Kept(Shelf(stores, Vault(KeyFile(tmp_path, ""))), Memories(stores))


def take(kept: Kept, given: Statement) -> int:
    taken = kept.shelf.take(ORGANISATION, ACCOUNT, given, member="alice", now=NOW)
    return len(taken.comparison.new)


def test_the_same_file_twice_and_an_overlapping_one_leave_each_line_once(kept: Kept) -> None:
    """Two equal lines of one day are two lines; the same days in another file are the same lines."""
    assert take(kept, statement(ACME, TWIN, TWIN)) == 3
    assert take(kept, statement(ACME, TWIN, TWIN)) == 0
    assert take(kept, statement(TWIN, TWIN, SHOP, start=6)) == 1
    assert [each.payer for each in kept.shelf.lines(ORGANISATION, ACCOUNT)] == [
        "ACME PTY LTD",
        "Kiosk",
        "Kiosk",
        "Shop",
    ]
    assert kept.shelf.lines("somebody-else", ACCOUNT) == ()


def test_two_members_at_once_leave_each_line_once(kept: Kept) -> None:
    given = statement(ACME, TWIN, SHOP)
    start, new = threading.Barrier(4), []

    def hand_over() -> None:
        start.wait()
        new.append(take(kept, given))

    threads = [threading.Thread(target=hand_over) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(new) == [0, 0, 0, 3]
    assert len(kept.shelf.lines(ORGANISATION, ACCOUNT)) == 3


def test_nothing_of_a_line_can_be_read_in_the_database(kept: Kept, stores: Store) -> None:
    take(kept, statement(ACME))
    with stores.reading() as session:
        rows = session.execute(text("SELECT * FROM bank_statement_lines")).all()
    assert rows
    assert b"ACME" not in b"".join(bytes(each) for row in rows for each in row if isinstance(each, bytes | memoryview))
    assert "ACME" not in " ".join(str(each) for row in rows for each in row)


def test_lines_are_let_go_of_once_their_period_is_locked(kept: Kept) -> None:
    take(kept, statement(ACME, TWIN, SHOP))
    waiting = [each.id for each in kept.shelf.lines(ORGANISATION, ACCOUNT) if each.payer == "Shop"]
    assert kept.shelf.forget(ORGANISATION, ACCOUNT, until=dt.date(2026, 10, 31), besides=waiting) == 2
    assert [each.payer for each in kept.shelf.lines(ORGANISATION, ACCOUNT)] == ["Shop"]


def decided(kept: Kept, status: str, *, by: str = "priya", kind: str = "apply_payment", **payload: Any) -> Proposal:
    """A decision on the proposal for Acme's line."""
    take(kept, statement(ACME))
    (own,) = kept.shelf.lines(ORGANISATION, ACCOUNT)
    content = {"bank_account_id": ACCOUNT, "contact_id": "acme", "documents": [{"invoice_id": "inv-7"}], **payload}
    return Proposal(
        id="1" * 32, kind=kind, organisation=ORGANISATION, client="wattle", period="2026-10", payload=content,
        because="", amount=Money.of("55.00", "AUD"), key=f"line:{own.id}", evidence=(), digest="d" * 64, mark="TO-1",
        preparer="alice", agent="reconciliation", status=status, created_at=NOW, expires_at=NOW, decided_by=by,
    )  # fmt: skip


def test_an_approval_confirms_the_payers_name_and_a_rejection_the_pair(kept: Kept) -> None:
    learn(kept, decided(kept, APPROVED), at=NOW)
    memory = kept.memories.of("wattle")
    assert [(each.payer, each.contact_id, each.confirmed_by) for each in memory.aliases] == [
        ("ACME PTY LTD", "acme", "priya")
    ]
    assert memory.rejected == ()
    rejected = decided(kept, REJECTED)
    learn(kept, rejected, at=NOW)
    pairs = kept.memories.of("wattle").rejected_pairs()
    assert pairs == {(rejected.key.removeprefix("line:"), "inv-7")}
    assert kept.memories.of("another-client").aliases == ()


def test_a_coding_that_a_person_approved_is_remembered_and_a_newer_one_replaces_it(kept: Kept) -> None:
    for account in ("404", "453"):
        coded = decided(kept, APPROVED, kind="receive_or_spend_money", sort="SPEND", lines=[{"account_code": account}])
        learn(kept, msgspec.structs.replace(coded, key=coded.key.replace("line:", "coding:")), at=NOW)
    assert [each.account_code for each in kept.memories.of("wattle").codings] == ["453"]


def test_a_short_payment_that_a_person_approved_confirms_the_payer(kept: Kept) -> None:
    approved = decided(kept, APPROVED)
    learn(kept, msgspec.structs.replace(approved, key=approved.key.replace("line:", "short-payment:")), at=NOW)
    assert [each.contact_id for each in kept.memories.of("wattle").aliases] == ["acme"]


def test_a_rejected_way_to_enter_a_line_does_not_come_back_and_another_way_may(kept: Kept) -> None:
    """Priya says no to coding Acme's line to 404; to 453 it may still be coded, and another line to 404 as well."""
    no = decided(kept, REJECTED, kind="receive_or_spend_money", sort="SPEND", lines=[{"account_code": "404"}])
    learn(kept, msgspec.structs.replace(no, key=no.key.replace("line:", "coding:")), at=NOW)
    pairs = kept.memories.of("wattle").rejected_pairs()
    (line,) = kept.shelf.lines(ORGANISATION, ACCOUNT)
    assert was_rejected(pairs, line, coded_to("404"))
    assert not was_rejected(pairs, line, coded_to("453"))
    assert not was_rejected(pairs, msgspec.structs.replace(line, id="another"), coded_to("404"))


def coded_to(account: str) -> Draft:
    """Acme's line as money spent on an account."""
    own = MoneyLine(account_code=account, account_name="Bank fees", description="", amount=Decimal(55))
    payload = ReceiveOrSpendMoney(
        sort="SPEND", contact="Acme", contact_id="acme", bank_account="Cheque", bank_account_code="090",
        bank_account_id=ACCOUNT, date=dt.date(2026, 10, 5), reference="", currency="AUD", total=Decimal(55),
        lines=(own,), line_amounts="NoTax",
    )  # fmt: skip
    return Draft(
        kind="receive_or_spend_money", organisation=ORGANISATION, client="wattle", period="2026-10", payload=payload,
        because="", amount=Money.of("55.00", "AUD"), key="coding:1",
    )  # fmt: skip


def test_what_the_firms_rule_approved_teaches_nothing(kept: Kept) -> None:
    learn(kept, decided(kept, APPROVED, by=AUTOMATION), at=NOW)
    assert kept.memories.of("wattle").aliases == ()
