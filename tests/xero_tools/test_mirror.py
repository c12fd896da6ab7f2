"""The mirror against the sandbox's Xero: the same answers for fewer calls, sealed, and thrown away in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, update

from books.clock import Clock
from books.store import Store
from tests.sandbox.xero.paper_lantern import ORGANISATION, document_id
from tests.support.databases import DATABASES, open_store
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools import accounts, bank, contacts, invoices, journals, organisations
from xero_tools.gateway import Gateway
from xero_tools.mirror import OVERLAP, Mirror
from xero_tools.mirror_kinds import KINDS
from xero_tools.mirror_shelves import CopyRow, ShelfRow
from xero_tools.vault import Vault
from xero_tools.vault_keys import KeyFile

BONDI, KAURI, THAMES = (f"0b0d1c0f-0000-4000-8000-00000000a00{number}" for number in (1, 2, 3))
END = dt.date(2026, 10, 31)
START = dt.date(2025, 11, 1)
QUESTIONS: dict[str, Callable[[str, Gateway], object]] = {
    "drafts": lambda o, g: invoices.with_status(o, g, statuses=("DRAFT", "SUBMITTED"), until=END),
    "bills": lambda o, g: invoices.with_status(o, g, statuses=("AUTHORISED", "PAID"), since=START, kind="ACCPAY"),
    "unreconciled": lambda o, g: bank.transactions(o, g, until=END, reconciled=False),
    "reconciled": lambda o, g: bank.transactions(o, g, since=START, reconciled=True),
    "payments": lambda o, g: bank.payments(o, g, until=END, reconciled=False),
    "posted": lambda o, g: journals.manual(o, g, since=START, statuses=("POSTED",)),
    "journals": lambda o, g: journals.manual(o, g),
    "chart": lambda o, g: accounts.chart(o, g),
    "contacts": lambda o, g: contacts.every(o, g),
    "archived too": lambda o, g: contacts.every(o, g, include_archived=True),
    "changed": lambda o, g: journals.manual(o, g, modified_since=dt.datetime(2026, 10, 1, tzinfo=dt.UTC)),
    "organisation": lambda o, g: (organisations.get(o, g),),
}


@dataclass
class Books:
    """Paper Lantern's books, their mirror, and the calls that Xero has counted."""

    sandbox: RunningSandbox
    store: Store
    home: Path

    @property
    def plain(self) -> Gateway:
        return gateway_to(self.sandbox.url)

    def mirror(self, key: str = "") -> Mirror:
        """A mirror as after a start of the program."""
        return Mirror(self.store, self.plain, Vault(KeyFile(self.home, key)), Clock())

    def calls(self) -> list[str]:
        """The paths asked for since the last look."""
        paths = [row["path"] for row in self.sandbox.simulator.log]
        self.sandbox.simulator.log.clear()
        return paths

    def change(self, kind: str, record: str, **fields: object) -> None:
        """Somebody edits a document in Xero, so that UpdatedDateUTC moves."""
        simulator = self.sandbox.simulator
        organisation = simulator.store.organisation(ORGANISATION)
        assert organisation is not None
        session = simulator.session(organisation)
        body = session.get(kind, record)
        assert body is not None
        session.save(kind, record, body | fields)


@pytest.fixture(params=DATABASES)
def books(request: pytest.FixtureRequest, lantern: RunningSandbox, tmp_path: Path) -> Iterator[Books]:
    """An empty mirror on each database."""
    with open_store(str(request.param), tmp_path) as store:
        yield Books(lantern, store, tmp_path)


@pytest.mark.parametrize("organisation", [BONDI, KAURI, THAMES])
def test_the_mirror_answers_as_xero_does(demo: RunningSandbox, tmp_path: Path, organisation: str) -> None:
    with open_store("sqlite", tmp_path) as store:
        plain = gateway_to(demo.url)
        mirrored = Mirror(store, plain, Vault(KeyFile(tmp_path)), Clock()).gateway()
        for name, ask in QUESTIONS.items():
            from_xero, from_mirror = ask(organisation, plain), ask(organisation, mirrored)
            assert from_mirror == from_xero, name
            assert from_xero, f"{name} proves nothing when there is nothing"


def test_each_list_is_asked_for_once_and_then_only_what_changed(books: Books) -> None:
    mirror = books.mirror()
    first = mirror.gateway()
    for ask in QUESTIONS.values():
        ask(ORGANISATION, first)
    asked = books.calls()
    assert sorted(asked) == sorted(set(asked))
    assert {path.rpartition("/")[2] for path in asked} >= {"Invoices", "BankTransactions", "ManualJournals"}
    assert mirror.refresh(ORGANISATION, kinds=["invoices"]) == mirror.refresh(ORGANISATION, kinds=["invoices"])
    books.change("invoices", document_id(5), Status="SUBMITTED")
    done = books.mirror().refresh(ORGANISATION, kinds=["invoices"])  # a new process knows where the old one was
    assert (done.calls, done.changed) == (1, (("invoices", document_id(5)),))
    (draft,) = invoices.with_status(ORGANISATION, mirror.gateway(), statuses=("DRAFT", "SUBMITTED"))
    assert draft.status == "SUBMITTED"


def test_a_reading_sees_one_moment_and_the_next_one_sees_the_change(books: Books) -> None:
    mirror = books.mirror()
    first = mirror.gateway()
    assert len(bank.transactions(ORGANISATION, first)) == 1
    books.change("banktransactions", document_id(31), Status="DELETED")
    assert len(bank.transactions(ORGANISATION, first)) == 1
    assert bank.transactions(ORGANISATION, mirror.gateway()) == ()


def test_an_older_copy_answers_when_the_reader_allows_it(books: Books) -> None:
    mirror = books.mirror()
    journals.manual(ORGANISATION, mirror.gateway())
    books.calls()
    journals.manual(ORGANISATION, mirror.gateway(not_older=dt.timedelta(minutes=5)))
    assert [path for path in books.calls() if "Journals" in path] == []


def test_the_next_reading_reaches_behind_the_last_by_xeros_clock(books: Books) -> None:
    """Books of 2026 on a machine whose clock is behind: what is changed now still comes."""
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=["invoices"])
    with books.store.reading() as session:
        shelf = session.scalars(select(ShelfRow)).one()
    newest = max(each.updated_at for each in invoices.summaries(ORGANISATION, books.plain) if each.updated_at)
    assert shelf.cursor is not None
    assert shelf.cursor == min(newest, shelf.fresh_at) - OVERLAP


def test_only_a_full_reading_sees_what_left_no_mark(books: Books) -> None:
    """A draft that was thrown away, and an edit that left UpdatedDateUTC as it was."""
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=["invoices", "manualjournals"])
    db = books.sandbox.simulator.store.db
    db.execute("DELETE FROM documents WHERE id = ?", (document_id(42),))
    old, new = b'"DueDateString":"2026-10-12', b'"DueDateString":"2026-12-24'
    (body,) = db.execute("SELECT body FROM documents WHERE id = ?", (document_id(3),)).fetchone()
    edited = body.replace(old, new)
    assert edited != body
    past = mirror.refresh(ORGANISATION, kinds=["invoices", "manualjournals"])
    db.execute("UPDATE documents SET body = ? WHERE id = ?", (edited, document_id(3)))
    assert past.changed == ()
    found = mirror.refresh(ORGANISATION, kinds=["invoices", "manualjournals"], full=True)
    assert found.changed == (("invoices", document_id(3)), ("manualjournals", document_id(42)))
    assert [each.id for each in journals.manual(ORGANISATION, mirror.gateway())] == [document_id(41)]


def test_a_webhooks_record_is_read_again_only_when_our_copy_is_older(books: Books) -> None:
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=["invoices"])
    now = dt.datetime.now(dt.UTC)
    assert mirror.read_again(ORGANISATION, "invoices", document_id(1), happened_at=now + dt.timedelta(hours=1)) == 1
    books.change("invoices", document_id(1), Reference="Changed")
    mirror.refresh(ORGANISATION, kinds=["invoices"])
    assert mirror.read_again(ORGANISATION, "invoices", document_id(1), happened_at=now) == 0
    assert mirror.read_again(ORGANISATION, "invoices", document_id(99), happened_at=now) == 1  # Xero knows none
    later = mirror.gateway(not_older=dt.timedelta(minutes=1))
    assert document_id(99) not in {each.id for each in invoices.summaries(ORGANISATION, later)}


def test_what_the_mirror_does_not_understand_is_asked_of_xero(books: Books) -> None:
    mirrored = books.mirror().gateway()
    mirrored.read(ORGANISATION, "Invoices", {"where": 'Contact.Name=="Ada"', "page": 1})
    mirrored.read(ORGANISATION, "Invoices", {"page": 2})
    mirrored.read(ORGANISATION, "Contacts", {"page": 1})  # the mirror keeps contacts without their details
    mirrored.read(ORGANISATION, "Invoices", {"order": "Date"})
    mirrored.read(ORGANISATION, f"Invoices/{document_id(1)}")
    assert len(books.calls()) == 5
    with books.store.reading() as session:
        assert session.scalars(select(ShelfRow)).all() == []


def test_a_stolen_database_shows_no_name_and_no_amount(books: Books) -> None:
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=list(KINDS))
    with books.store.reading() as session:
        kept = session.scalars(select(CopyRow)).all()
    assert len(kept) > 15
    everything = b"".join(row.sealed for row in kept)
    for secret in (b"Ada", b"INV-0001", b"1100", b"Cheque"):
        assert secret not in everything
    assert b"INV-0001" in b"".join(mirror.records(ORGANISATION, "invoices", fresh_at=kept[0].seen_at))


def test_a_copy_moved_to_another_record_does_not_open_and_is_read_anew(books: Books) -> None:
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=["invoices"])
    with books.store.transaction() as session:
        sealed = session.get_one(CopyRow, (ORGANISATION, "invoices", document_id(1))).sealed
        session.execute(update(CopyRow).where(CopyRow.record == document_id(2)).values(sealed=sealed))
    found = invoices.summaries(ORGANISATION, mirror.gateway(not_older=dt.timedelta(minutes=1)))
    assert sorted(each.id for each in found) == [document_id(number) for number in range(1, 6)]


def test_a_lost_key_costs_a_full_reading_and_nothing_else(books: Books) -> None:
    books.mirror().refresh(ORGANISATION, kinds=["invoices"])
    (books.home / "tieout.key").unlink()
    assert len(invoices.summaries(ORGANISATION, books.mirror().gateway())) == 5


def test_copies_are_thrown_away_in_time_and_with_their_client(books: Books) -> None:
    mirror = books.mirror()
    mirror.refresh(ORGANISATION, kinds=["invoices", "contacts"])
    mirror.forget_old(but=[ORGANISATION])
    assert mirror.is_kept(ORGANISATION, "invoices")
    long_ago = dt.datetime.now(dt.UTC) - KINDS["invoices"].keeps
    with books.store.transaction() as session:
        session.execute(update(ShelfRow).where(ShelfRow.kind == "invoices").values(whole_at=long_ago))
    assert not mirror.is_kept(ORGANISATION, "invoices")
    mirror.forget_old(but=[ORGANISATION])
    with books.store.reading() as session:
        assert {row.kind for row in session.scalars(select(CopyRow))} == {"contacts"}
    mirror.forget_old(but=[])
    with books.store.reading() as session:
        assert session.scalars(select(CopyRow)).all() == []
        assert session.scalars(select(ShelfRow)).all() == []
