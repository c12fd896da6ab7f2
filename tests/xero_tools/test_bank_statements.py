"""Xero's closed Finance API: refused in words to those it does not let in, and read where it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from books.refusal import Refusal
from tests.contract.examples import examples
from tests.contract.openapi import ABSENT, SPECS
from tests.support.sandbox_server import RunningSandbox
from tests.xero_tools.conftest import gateway_to
from tests.xero_tools.scripted import Reply, ScriptedXero
from xero_tools import bank, bank_statements
from xero_tools.gateway import Gateway
from xero_tools.scopes import scopes_of

SCOPE = "finance.bankstatementsplus.read"
FIRST, LAST = dt.date(2026, 10, 1), dt.date(2026, 10, 31)


@pytest.fixture
def bondi(demo: RunningSandbox) -> str:
    return str(demo.simulator.store.organisations()[0]["OrganisationID"])


@pytest.fixture
def let_in(demo: RunningSandbox, bondi: str) -> Iterator[Gateway]:
    """A gateway to a Xero that has let Bondi's organisation in."""
    demo.simulator.finance_open.add(bondi)
    yield gateway_to(demo.url)
    demo.simulator.finance_open.discard(bondi)


def refused(organisation: str, gateway: Gateway, account: str, start: dt.date, end: dt.date) -> Refusal:
    with pytest.raises(Refusal) as no:
        bank_statements.between(organisation, gateway, account, start=start, end=end)
    return no.value


def test_who_is_not_let_in_is_told_to_drop_the_file(demo: RunningSandbox, bondi: str) -> None:
    gateway = gateway_to(demo.url)
    account = bank.accounts(bondi, gateway)[0].id
    no = refused(bondi, gateway, account, FIRST, LAST)
    assert no.code == "bank_statements_closed"
    assert no.next_step.startswith("Drop the bank's own file")


def test_each_day_of_a_feed_is_a_statement_that_goes_on_from_the_last(let_in: Gateway, bondi: str) -> None:
    account = bank.accounts(bondi, let_in)[0]
    found = bank_statements.between(bondi, let_in, account.id, start=FIRST, end=LAST)
    lines = [line for each in found for line in each.lines]
    assert len(lines) == 67
    assert (found[0].opening, found[-1].closing) == (Decimal("83841.38"), Decimal("72434.47"))
    assert all(one.closing == other.opening for one, other in pairwise(found))
    assert {(line.kind, line.amount > 0) for line in lines} == {("Credit", True), ("Debit", False)}
    assert 0 < sum(not line.is_reconciled for line in lines) < 10


def test_no_more_than_a_year_and_nothing_of_the_future_is_asked(let_in: Gateway, bondi: str) -> None:
    account = bank.accounts(bondi, let_in)[0].id
    calls = let_in.usage(bondi).calls
    assert refused(bondi, let_in, account, dt.date(2025, 10, 31), dt.date(2026, 10, 31)).code == "bank_statements_span"
    assert let_in.usage(bondi).calls == calls, "the year is counted before Xero is asked"
    assert bank_statements.between(bondi, let_in, account, start=dt.date(2025, 11, 6), end=dt.date(2026, 11, 5))
    future = refused(bondi, let_in, account, dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert (future.code, future.detail) == ("xero_bad_request", "ToDate is in the future")
    assert refused(bondi, let_in, bondi, FIRST, LAST).code == "not_found"


def test_a_consent_asks_for_it_only_where_the_firm_wants_it() -> None:
    """One scope that Xero does not grant an app fails the whole consent."""
    assert SCOPE not in scopes_of("full", ("files", "payroll", "projects"))
    assert SCOPE in scopes_of("observe", ("bank_statements",))


@pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)
def test_xeros_own_example_reads_whole(xero: ScriptedXero) -> None:
    (example,) = [each for each in examples("xero-finance") if each.name.endswith("getBankStatementAccounting")]
    xero.answer = lambda seen: Reply(200, example.content)
    (found,) = bank_statements.between("org", xero.gateway()[0], "account", start=FIRST, end=LAST)
    assert (found.start, found.end, found.currency) == (dt.date(2021, 1, 1), dt.date(2021, 1, 2), "NZD")
    assert (found.opening, found.closing, found.sum_closing) == (Decimal(10), Decimal(200), Decimal(200))
    (line,) = found.lines
    assert (line.payee, line.reference, line.notes, line.cheque) == (
        "ACME Thneeds ABC1234567890 SYDNEY",
        "Eft",
        "payment to bank",
        "123",
    )
    assert (line.amount, line.kind, line.is_reconciled, line.is_deleted) == (Decimal(100), "Debit", True, False)


def test_balances_that_the_bank_did_not_supply_are_none(xero: ScriptedXero) -> None:
    """Where not supplied, the published description says, the value is 0."""
    row = b'{"startDate": "2026-10-01", "endDate": "2026-10-31", "startBalance": 0, "endBalance": 0.0}'
    xero.answer = lambda seen: Reply(200, b'{"bankAccountCurrencyCode": "AUD", "statements": [' + row + b"]}")
    (found,) = bank_statements.between("org", xero.gateway()[0], "account", start=FIRST, end=LAST)
    assert (found.opening, found.closing, found.lines) == (None, None, ())
