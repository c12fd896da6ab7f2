"""Whatever is loaded or written, debits equal credits: in postings, in the trial balance, in the balance sheet."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.xero.books import load_books
from sandbox.xero.kinds import KINDS
from sandbox.xero.refusals import RefusedError
from sandbox.xero.reports.requests import make_report
from sandbox.xero.simulator import Session, Simulator
from sandbox.xero.store import Store
from sandbox.xero.writing import WRITERS
from sandbox.xero.writing.batch import write_batch
from tests.sandbox.xero.paper_lantern import books, document_id

Json = dict[str, Any]
TODAY = date(2026, 11, 5)
amounts = st.decimals("0.01", "99999.99", places=2).map(str)
signed = st.decimals("-9999.99", "9999.99", places=2).map(str)
days = st.dates(date(2026, 8, 1), date(2027, 8, 1)).map(date.isoformat)
codes = st.sampled_from(["200", "310", "400", "620", "970", "404", "090", "610", "999"])
rates = st.sampled_from([None, "0.65", "0.613", "1.7", "151.3"])
lines = st.lists(st.fixed_dictionaries({"AccountCode": codes, "LineAmount": signed}), max_size=4)

documents = st.one_of(
    st.tuples(
        st.just("invoices"),
        st.fixed_dictionaries(
            {
                "Type": st.sampled_from(["ACCREC", "ACCPAY"]),
                "Contact": st.just({"Name": "Ada"}),
                "Date": days,
                "DueDate": days,
                "Status": st.sampled_from(["DRAFT", "AUTHORISED"]),
                "CurrencyCode": st.sampled_from(["AUD", "USD"]),
                "CurrencyRate": rates,
                "LineAmountTypes": st.sampled_from(["Exclusive", "Inclusive", "NoTax"]),
                "LineItems": lines,
            }
        ),
    ),
    st.tuples(
        st.just("payments"),
        st.fixed_dictionaries(
            {
                "Invoice": st.integers(1, 5).map(lambda place: {"InvoiceID": document_id(place)}),
                "Account": st.just({"Code": "090"}),
                "Date": days,
                "Amount": amounts,
                "CurrencyRate": rates,
            }
        ),
    ),
    st.tuples(
        st.just("banktransactions"),
        st.fixed_dictionaries(
            {
                "Type": st.sampled_from(["SPEND", "RECEIVE"]),
                "Contact": st.just({"Name": "Ben"}),
                "Date": days,
                "BankAccount": st.just({"Code": "090"}),
                "LineAmountTypes": st.sampled_from(["Exclusive", "Inclusive"]),
                "LineItems": lines,
            }
        ),
    ),
    st.tuples(
        st.just("manualjournals"),
        st.fixed_dictionaries(
            {
                "Narration": st.text(min_size=1, max_size=20),
                "Date": days,
                "Status": st.sampled_from(["DRAFT", "POSTED"]),
                "LineAmountTypes": st.sampled_from(["NoTax", "Exclusive", "Inclusive"]),
                "JournalLines": lines,
            }
        ),
    ),
)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """One simulator for all examples; what they write stays, which makes the later ones harder."""
    with TemporaryDirectory() as home:
        store = Store(Path(home) / "x.sqlite")
        store.activate([load_books(store, books(), source="test", digest="1", now_ms=0)])
        yield Simulator(store, lambda: TODAY)
        store.close()


def assert_in_balance(session: Session) -> None:
    """Postings, every document's own postings, and both reports balance; receivables equal the open invoices."""
    store = session.store
    unbalanced = store.db.execute(
        "SELECT source_id, sum(cents) FROM postings GROUP BY source_id HAVING sum(cents) != 0"
    ).fetchall()
    assert unbalanced == []
    for day in ("2026-10-31", "2027-08-01"):
        total = make_report(session, "trialbalance", {"date": day})["Rows"][-1]["Rows"][0]["Cells"]
        assert total[1]["Value"] == total[2]["Value"]
        assert total[3]["Value"] == total[4]["Value"]
        sheet = make_report(session, "balancesheet", {"date": day})
        named = {
            row["Cells"][0]["Value"]: row["Cells"][1]["Value"] for part in sheet["Rows"] for row in part.get("Rows", [])
        }
        assert named["Net Assets"] == named["Total Equity"]
    assert_control(session, "DEBTORS", "ACCREC", 1)
    assert_control(session, "CREDITORS", "ACCPAY", -1)


def assert_control(session: Session, role: str, kind: str, sign: int) -> None:
    """The control account holds what the open documents are due, each in base currency to the cent."""
    held = sum(p.cents for p in session.store.postings(session.identity, account=session.chart.system_id(role)))
    due = Decimal(0)
    count = 0
    for one in session.store.all(session.identity, "invoices"):
        if one["Type"] == kind and one["Status"] in ("AUTHORISED", "PAID"):
            due += one["AmountDue"] / one["CurrencyRate"]
            count += 1
    assert abs(Decimal(held) / 100 * sign - due) <= Decimal("0.01") * count


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents, min_size=1, max_size=5), st.booleans())
def test_any_sequence_of_writes_leaves_the_books_in_balance(
    simulator: Simulator, written: list[tuple[str, Json]], one_by_one: bool
) -> None:
    session = simulator.session(simulator.store.organisations()[0])
    for kind, body in written:
        before = simulator.store.db.execute("SELECT count(*), coalesce(sum(abs(cents)), 0) FROM postings").fetchone()
        given_body = {key: value for key, value in body.items() if value is not None}
        try:
            write_batch(
                session, KINDS[kind], [given_body], WRITERS[kind], path_id=None, summarize=not one_by_one, creating=True
            )
        except RefusedError:
            after = simulator.store.db.execute("SELECT count(*), coalesce(sum(abs(cents)), 0) FROM postings").fetchone()
            assert before == after
    assert_in_balance(session)
