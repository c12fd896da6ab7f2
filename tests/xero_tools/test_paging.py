"""Whole lists: nothing missed when the list moves, and a filter that Xero refuses is applied here instead."""

from __future__ import annotations

from typing import Any

import pytest

from books.refusal import Refusal
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, Seen, reply
from xero_tools import bank, invoices

Row = dict[str, Any]


def entry(number: int, *, reconciled: bool = False) -> Row:
    """A bank transaction as Xero sends it."""
    return {
        "BankTransactionID": str(number), "Type": "SPEND", "Status": "AUTHORISED", "CurrencyCode": "AUD",
        "Date": "/Date(1793404800000+0000)/", "Total": number, "IsReconciled": reconciled,
    }  # fmt: skip


def page(rows: list[Row], *, number: int, of: int, count: int) -> Reply:
    """A page in Xero's envelope."""
    place = {"page": number, "pageSize": 1000, "pageCount": of, "itemCount": count}
    return reply({"pagination": place, "BankTransactions": rows})


def test_a_row_that_slipped_between_two_pages_is_found_by_a_second_look(xero: ScriptedXero) -> None:
    """While page 1 was read row 1 left the list, and row 3 moved up to the end of page 1."""
    gateway, _ = xero.gateway()
    xero.script(
        page([entry(1), entry(2)], number=1, of=2, count=4),
        page([entry(4)], number=2, of=2, count=4),
        page([entry(2), entry(3)], number=1, of=2, count=3),
        page([entry(4)], number=2, of=2, count=3),
    )
    assert [each.id for each in bank.transactions(ORGANISATION, gateway)] == ["2", "3", "4"]


def test_a_row_on_two_pages_is_told_once(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(
        page([entry(1), entry(2)], number=1, of=2, count=3),
        page([entry(2), entry(3)], number=2, of=2, count=3),
    )
    assert [each.id for each in bank.transactions(ORGANISATION, gateway)] == ["1", "2", "3"]


def test_a_list_without_page_numbers_ends_with_a_short_page(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.script(reply({"BankTransactions": [entry(1)]}))
    assert len(bank.transactions(ORGANISATION, gateway)) == 1
    assert len(xero.requests) == 1


def test_a_filter_that_xero_refuses_is_applied_here(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()

    def answer(seen: Seen) -> Reply:
        if "IsReconciled" in seen.query["where"]:
            return reply({"ErrorNumber": 16, "Message": "This query is not optimised."}, 400)
        return page([entry(1), entry(2, reconciled=True)], number=1, of=1, count=2)

    xero.answer = answer
    assert [each.id for each in bank.transactions(ORGANISATION, gateway, reconciled=False)] == ["1"]
    assert [seen.query["where"] for seen in xero.requests] == [
        'Status=="AUTHORISED"&&IsReconciled==false',
        'Status=="AUTHORISED"',
    ]


@pytest.mark.parametrize("name", ["../Contacts", "1/History", "1?where=x", " "])
def test_an_id_cannot_name_another_path(xero: ScriptedXero, name: str) -> None:
    gateway, _ = xero.gateway()
    with pytest.raises(Refusal) as refusal:
        invoices.get(ORGANISATION, gateway, name)
    assert refusal.value.code == "not_found"
    for seen in xero.requests:
        assert seen.path.startswith("/api.xro/2.0/Invoices/")
        assert seen.path.count("/") == 4
        assert seen.query == {}
