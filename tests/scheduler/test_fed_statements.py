"""A client whose bank's statements Xero gives is read once a day; one to whom it is closed is not asked all day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest

from agents.reconciliation.kept import Kept
from books.clock import Clock
from books.firm import Firm, read_firm_file
from books.store import Store
from bot.banking import Banking
from bot.cards.reconciliation import reconciliation_card
from bot.courier import Courier
from scheduler import slots
from scheduler.sweeps import fed_statements
from tests.agents.small_books import gateway_to
from tests.bot.test_banking import BONDI, DEMO_FIRM, Hands
from tests.bot.test_banking import kept as kept
from tests.bot.test_banking import sandbox as sandbox
from tests.scheduler.test_anchor import Wall
from tests.support.sandbox_server import RunningSandbox


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'tieout.db'}")
    made.create_tables()
    return made


def firm() -> Firm:
    demo = read_firm_file(DEMO_FIRM)
    fed = msgspec.structs.replace(BONDI, bank_statements="finance_api")
    return Firm(demo.name, demo.currency, demo.timezone, "1", demo.members, (fed, *demo.clients[1:]), {}, {})


def courier_to(wall: Wall, store: Store, clock: Clock) -> Courier:
    def nothing(*_: object) -> Any:
        raise AssertionError("no proposal is drawn here")

    return Courier(store, clock, surfaces={"slack": wall}, read=nothing, draw=nothing)


def calls(sandbox: RunningSandbox) -> int:
    return sum("finance.xro" in row["path"].lower() for row in sandbox.simulator.log)


def outcomes(store: Store) -> list[str]:
    return [each[3] for each in slots.outcomes(store) if each[0] == fed_statements.NAME]


def test_what_is_new_is_taken_once_a_day(sandbox: RunningSandbox, kept: Kept, store: Store) -> None:
    """On 5 November both months of three accounts are read: what October lacks, and what November has."""
    clock: Clock = Hands()
    sandbox.simulator.finance_open.add(BONDI.organisation)
    banking, wall = Banking(clock, gateway_to(sandbox), kept, reconciliation_card), Wall("slack")
    sweep = fed_statements.sweep(store, clock, banking, courier_to(wall, store, clock), firm)
    sweep()
    lines = [
        line for each in kept.shelf.accounts(BONDI.organisation) for line in kept.shelf.lines(BONDI.organisation, each)
    ]
    assert {line.date.month for line in lines} >= {10}
    assert outcomes(store) == [f"{len(lines)} lines"]
    assert calls(sandbox) == 2 * 3
    sweep()
    assert calls(sandbox) == 2 * 3
    reports = [row["path"] for row in sandbox.simulator.log if "/reports/" in row["path"].lower()]
    assert reports == [], "nobody looks at a reconciliation of the night, so none is made"


def test_who_is_not_let_in_is_asked_once_a_day(sandbox: RunningSandbox, kept: Kept, store: Store) -> None:
    clock = Hands()
    banking, wall = Banking(clock, gateway_to(sandbox), kept, reconciliation_card), Wall("slack")
    sweep = fed_statements.sweep(store, clock, banking, courier_to(wall, store, clock), firm)
    sweep()
    assert (outcomes(store), calls(sandbox)) == (["bank_statements_closed"], 1)
    ((channel, said),) = wall.pinned
    assert channel == BONDI.channels["slack"]
    assert "Finance API" in said, "the client's channel hears why there are no lines"
    clock.at += dt.timedelta(hours=1)
    sweep()
    assert calls(sandbox) == 1
    assert kept.shelf.accounts(BONDI.organisation) == ()
