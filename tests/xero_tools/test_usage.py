"""What Xero was used for: counted over threads and processes, kept over restarts, with what is left."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from books.store import Store
from tests.support.databases import DATABASES, open_store
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, reply
from xero_tools.gateway import Gateway, OutcomeUnknown
from xero_tools.pace import Pace
from xero_tools.tokens import Tokens
from xero_tools.usage import Meter

LEFT = {"X-MinLimit-Remaining": "58", "X-DayLimit-Remaining": "4990"}


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each database in turn, empty."""
    with open_store(str(request.param), tmp_path) as made:
        yield made


def moment(day: int, month: int = 11) -> float:
    """Noon of a day of 2026, in seconds since 1970."""
    return dt.datetime(2026, month, day, 12, tzinfo=dt.UTC).timestamp()


def test_several_processes_count_together_and_a_restart_loses_nothing(store: Store) -> None:
    meters = [Meter(store, clock=lambda: moment(5)) for _ in range(3)]

    def many(meter: Meter) -> None:
        for _ in range(50):
            meter.count("bondi", 100, LEFT)

    threads = [threading.Thread(target=many, args=(meter,)) for meter in meters for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for meter in meters:
        meter.close()
    (used,) = Meter(store, clock=lambda: moment(5)).report()
    assert (used.calls_today, used.bytes_month) == (300, 30_000)
    assert (used.minute_left, used.day_left) == (58, 4990)
    assert used.last_call_at.timestamp() == moment(5)


def test_days_make_a_month_and_another_month_begins_at_nothing(store: Store) -> None:
    now = moment(30, month=10)
    meter = Meter(store, clock=lambda: now)
    meter.count("bondi", 7, LEFT)
    now = moment(4)
    meter.count("bondi", 20, LEFT)
    meter.count("bondi", 30, {}, billed=False)
    now = moment(5)
    meter.count("kauri", 1, LEFT)
    bondi, kauri = meter.report()
    assert (bondi.organisation, bondi.calls_today, bondi.calls_month) == ("bondi", 0, 2)
    assert (bondi.bytes_month, bondi.bytes_billed_month) == (50, 20)
    assert (bondi.minute_left, bondi.day_left) == (58, None), "yesterday's allowance says nothing about today's"
    assert (kauri.calls_today, kauri.day_left) == (1, 4990)


def test_it_is_written_down_by_itself(store: Store) -> None:
    Meter(store, flush_seconds=0.02).count("bondi", 1, {})
    until = time.monotonic() + 5
    while not Meter(store).report() and time.monotonic() < until:
        time.sleep(0.02)
    assert Meter(store).report()[0].calls_month == 1


def test_a_database_that_is_away_loses_no_count(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'house.db'}")
    meter = Meter(store, flush_seconds=60)
    meter.count("bondi", 1, {})
    meter.flush()  # there is no table yet
    store.create_tables()
    meter.count("bondi", 2, {})
    assert meter.report()[0].bytes_month == 3
    meter.close()


def test_the_gateway_counts_reads_writes_and_what_was_lost(xero: ScriptedXero, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'house.db'}")
    store.create_tables()
    meter = Meter(store, flush_seconds=60)
    settings = xero.settings()
    gateway = Gateway(settings, tokens=Tokens(settings), pace=Pace(), meter=meter)
    xero.answer = lambda _seen: reply({"a": "b"}, X_MinLimit_Remaining="42", X_DayLimit_Remaining="4242")
    gateway.read(ORGANISATION, "Invoices")
    gateway.read(ORGANISATION, "Organisation")
    gateway.write(ORGANISATION, "PUT", "Invoices", b"{}", idempotency_key="k1")
    xero.answer = lambda _seen: Reply(drop=True)
    with pytest.raises(OutcomeUnknown):
        gateway.write(ORGANISATION, "PUT", "Invoices", b"{}", idempotency_key="k2")
    (used,) = meter.report()
    size = len(b'{"a": "b"}')
    assert (used.calls_month, used.bytes_month, used.bytes_billed_month) == (4, 3 * size, 2 * size)
    assert (used.minute_left, used.day_left) == (42, 4242)
    meter.close()
    store.close()
