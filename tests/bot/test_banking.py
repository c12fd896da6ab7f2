"""What a client's files cost of Xero's sixty calls a minute: one look at the books for all that come together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.reconciliation.kept import Kept
from agents.reconciliation.learning import learn
from agents.reconciliation.reconcile import reconciliation
from agents.reconciliation.remembered import Memories
from agents.reconciliation.shelf import Shelf
from agents.scope import Scope
from approvals.proposal import REJECTED, Draft, Proposal, content_of
from books.clock import Clock
from books.firm import Member, read_firm_file
from books.period import Period
from books.refusal import Refusal
from books.store import Store
from bot.banking import TOGETHER, Banking
from bot.card import Button, Buttons
from bot.cards.reconciliation import reconciliation_card
from sandbox.demo import books
from sandbox.demo_books import DEMO_TODAY
from sandbox.statements.feed import bank_accounts, feed_of
from sandbox.statements.formats import as_csv, as_ofx
from tests.agents.small_books import gateway_to
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

DEMO_FIRM = Path(__file__).resolve().parents[2] / "sandbox" / "demo" / "firm.yml"
BONDI = read_firm_file(DEMO_FIRM).clients[0]
ONE_LOOK = 10 + 4
"""Accounts, bank transactions and payments by what is reconciled, batches, the organisation, its trial balance, open
documents, and the history for what no document explains; for the half of INV-1918 that invoice, the credit notes, what
they were set against, and the tax rates."""


class Hands(Clock):
    """A clock that a test moves by hand."""

    at = dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC)

    def today(self, timezone: str = "UTC") -> dt.date:
        return DEMO_TODAY

    def now(self) -> dt.datetime:
        return self.at


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    running = start_sandbox(tmp_path / "sandbox", books=None, today=DEMO_TODAY.isoformat())
    yield running
    running.stop()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    store = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    store.create_tables()
    return Kept(Shelf(store, Vault(KeyFile(tmp_path))), Memories(store))


def member() -> Member:
    return read_firm_file(DEMO_FIRM).member("alice")


def exported() -> list[bytes]:
    """October of Bondi's accounts as tables: 090, 091 and the credit card."""
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[0])
    return [as_csv(feed_of(shelf, account, "2026-10")) for account in bank_accounts(shelf)]


def test_the_files_of_three_accounts_cost_one_look_and_a_later_one_another(sandbox: RunningSandbox, kept: Kept) -> None:
    clock, gateway, files = Hands(), gateway_to(sandbox), exported()
    banking = Banking(clock, gateway, kept, reconciliation_card)
    for content in files:
        _, found = banking.taken(None, BONDI, "october.csv", content, "October")
    assert gateway.usage(BONDI.organisation).calls == ONE_LOOK
    assert [each.holds for each in found.accounts] == [True, True, True]
    asked = gateway_to(sandbox)
    reconciliation(Scope(BONDI, Period.of("2026-10"), DEMO_TODAY, kept), asked)
    assert asked.usage(BONDI.organisation).calls <= ONE_LOOK, "and so does a question"
    clock.at += TOGETHER
    banking.taken(None, BONDI, "october.csv", files[0], "October")
    assert gateway.usage(BONDI.organisation).calls == 2 * ONE_LOOK


def test_columns_are_shown_until_a_person_confirms_them_and_taken_back_where_they_are_wrong(
    sandbox: RunningSandbox, kept: Kept
) -> None:
    """Shown once for each account: not of OFX, which names its fields itself, and not after a person's yes."""
    banking, (cheque, savings, _) = Banking(Hands(), gateway_to(sandbox), kept, reconciliation_card), exported()
    alice = member()

    def asked(content: bytes) -> list[Button]:
        card = banking.take(alice, BONDI, "october.csv", content, "October")
        rows = [part.buttons for part in card.parts if isinstance(part, Buttons)]
        return [each for row in rows for each in row if each.act.startswith("columns")]

    right, wrong = asked(cheque)
    assert (right.act, wrong.act) == ("columns_right", "columns_wrong")
    account = right.subject.split("|")[1]
    banking.columns(alice, BONDI, account, right=True)
    assert asked(cheque) == []
    _, wrong = asked(savings)
    account = wrong.subject.split("|")[1]
    assert len(kept.shelf.lines(BONDI.organisation, account)) == 1
    assert "1 line taken out" in banking.columns(alice, BONDI, account, right=False).summary
    assert kept.shelf.lines(BONDI.organisation, account) == ()
    assert kept.shelf.columns(BONDI.organisation, account) is None
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[0])
    assert asked(as_ofx(feed_of(shelf, bank_accounts(shelf)[1], "2026-10"))) == []


def test_a_second_statement_keeps_the_first_from_being_taken_back(sandbox: RunningSandbox, kept: Kept) -> None:
    """Whose lines came with which of two files is no longer known, so none are thrown away; a second press is calm."""
    banking, alice = Banking(Hands(), gateway_to(sandbox), kept, reconciliation_card), member()
    shelf: dict[str, Any] = dict(books(DEMO_TODAY)[0])
    savings = bank_accounts(shelf)[1]
    taken, _ = banking.taken(alice, BONDI, "october.csv", as_csv(feed_of(shelf, savings, "2026-10")), "October")
    account = taken.parts[0][0].id
    banking.taken(alice, BONDI, "september.csv", as_csv(feed_of(shelf, savings, "2026-09")), "September")
    with pytest.raises(Refusal, match="More than this one statement") as refused:
        banking.columns(alice, BONDI, account, right=False)
    assert refused.value.code == "not_the_only_one"
    assert len(kept.shelf.spans(BONDI.organisation, account)) == 2
    cheque = banking.taken(alice, BONDI, "cheque.csv", exported()[0], "October")[0].parts[0][0].id
    assert "0 lines" not in banking.columns(alice, BONDI, cheque, right=False).summary
    assert "0 lines taken out" in banking.columns(alice, BONDI, cheque, right=False).summary


def test_a_table_that_ends_early_covers_the_month_that_a_person_names(sandbox: RunningSandbox, kept: Kept) -> None:
    """The credit card's last line is of 23 October, and a table does not say that nothing came after it."""
    banking, card = Banking(Hands(), gateway_to(sandbox), kept, reconciliation_card), exported()[2]
    _, found = banking.taken(None, BONDI, "card.csv", card, "")
    assert "name the month with it" in " ".join(each.detail for each in found.findings)
    _, found = banking.taken(None, BONDI, "card.csv", card, "here is September")
    assert not found.accounts[2].holds, "not all of its lines lie in that month"
    _, found = banking.taken(None, BONDI, "card.csv", card, "here is October")
    assert found.accounts[2].holds


@pytest.mark.parametrize("place", range(3), ids=["bondi", "kauri: a discount", "thames: a fee"])
def test_what_a_person_rejected_is_not_drafted_again(sandbox: RunningSandbox, kept: Kept, place: int) -> None:
    """October's matches and what settles the short payments are drafted, and Priya says no to all of it."""
    client, shelf = read_firm_file(DEMO_FIRM).clients[place], dict[str, Any](books(DEMO_TODAY)[place])
    banking = Banking(Hands(), gateway_to(sandbox), kept, reconciliation_card)
    for account in bank_accounts(shelf):
        feed = as_ofx(feed_of(shelf, account, "2026-10"))
        _, found = banking.taken(None, client, "october.ofx", feed, "October")
    assert len(found.drafts) > 3
    for each in found.drafts:
        learn(kept, rejected(each), at=Hands.at)
    scope = Scope(client, Period.of("2026-10"), DEMO_TODAY, kept)
    again = reconciliation(scope, gateway_to(sandbox)).drafts
    assert not [each for each in again if (each.key, each.payload) in [(one.key, one.payload) for one in found.drafts]]


def rejected(draft: Draft) -> Proposal:
    """The draft as a proposal that Priya rejected."""
    return Proposal(
        id="1" * 32, digest="d" * 64, mark="TO-1", preparer="alice", agent="reconciliation", status=REJECTED,
        created_at=Hands.at, expires_at=Hands.at, decided_by="priya", key=draft.key,
        **{**content_of(draft), "amount": draft.amount, "evidence": draft.evidence},
    )  # fmt: skip
