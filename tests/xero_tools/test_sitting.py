"""A sitting: what belongs together is read once, many documents by one call, and nothing is believed after a write."""

from __future__ import annotations

import json
from contextlib import nullcontext

import pytest

from books.refusal import Refusal
from tests.xero_tools.scripted import ORGANISATION, Reply, ScriptedXero, Seen, reply
from tests.xero_tools.test_paging import entry, page
from xero_tools import bank, invoices
from xero_tools.gateway import Patience
from xero_tools.sitting import Sitting

OTHER = "0b0d1c0f-0000-4000-8000-00000000a002"


def document(identity: str, due: str = "55.00") -> dict[str, object]:
    """An invoice with one line, as Xero sends it on a page and by its id."""
    return {
        "InvoiceID": identity, "InvoiceNumber": f"INV-{identity}", "Type": "ACCREC", "Status": "AUTHORISED",
        "Contact": {"ContactID": "acme", "Name": "Acme"}, "Date": "/Date(1793404800000+0000)/", "CurrencyCode": "AUD",
        "Total": due, "AmountDue": due, "LineItems": [{"LineAmount": due, "AccountCode": "200"}],
    }  # fmt: skip


def by_path(seen: Seen) -> Reply:
    """A Xero that knows any invoice that it is asked for, and three of a list."""
    name = seen.path.rsplit("/", 1)[1]
    if name == "Invoices":
        wanted = seen.query.get("IDs", "1,2,3").split(",")
        return reply({"Invoices": [document(each) for each in wanted if each != "gone"]})
    return reply({}, 404) if name == "gone" else reply({"Invoices": [document(name)]})


def test_the_same_question_is_asked_once_and_another_organisations_is_another(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.answer = by_path
    sitting = Sitting(gateway)
    first = invoices.get(ORGANISATION, sitting, "7")
    assert invoices.get(ORGANISATION, sitting, "7") == first
    assert len(xero.requests) == 1
    invoices.get(OTHER, sitting, "7")
    invoices.get(ORGANISATION, gateway, "7")
    assert len(xero.requests) == 3, "the plain door asks again"


def test_documents_read_ahead_are_what_their_own_pages_say_and_cost_one_call_in_forty(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.answer = by_path
    sitting = Sitting(gateway)
    wanted = [str(number) for number in range(41)]
    sitting.read_ahead(ORGANISATION, [*wanted, *wanted])
    assert len(xero.requests) == 2
    assert [invoices.get(ORGANISATION, sitting, each) for each in wanted] == [
        invoices.get(ORGANISATION, gateway, each) for each in wanted
    ]
    assert len(xero.requests) == 2 + 41


def test_what_is_not_found_ahead_is_asked_for_by_whoever_needs_it(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.answer = by_path
    sitting = Sitting(gateway)
    sitting.read_ahead(ORGANISATION, ["1", "gone"])
    with pytest.raises(Refusal) as refusal:
        invoices.get(ORGANISATION, sitting, "gone")
    assert refusal.value.code == "not_found"


def test_a_refusal_is_not_kept(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway(attempts=1)
    sitting = Sitting(gateway)
    xero.script(Reply(503), reply({"Invoices": [document("7")]}))
    with pytest.raises(Refusal):
        invoices.get(ORGANISATION, sitting, "7")
    assert invoices.get(ORGANISATION, sitting, "7").number == "INV-7"


def test_after_a_write_everything_is_read_again(xero: ScriptedXero) -> None:
    gateway, _ = xero.gateway()
    xero.answer = by_path
    sitting = Sitting(gateway)
    invoices.get(ORGANISATION, sitting, "7")
    sitting.write(ORGANISATION, "PUT", "Payments", json.dumps({}).encode(), idempotency_key="k")
    invoices.get(ORGANISATION, sitting, "7")
    assert [each.method for each in xero.requests] == ["GET", "PUT", "GET"]


def test_a_list_that_moved_while_it_was_read_is_read_anew(xero: ScriptedXero) -> None:
    """While page 1 was read row 1 left the list, and row 3 moved up to the end of page 1."""
    gateway, _ = xero.gateway()
    xero.script(
        page([entry(1), entry(2)], number=1, of=2, count=4),
        page([entry(4)], number=2, of=2, count=4),
        page([entry(2), entry(3)], number=1, of=2, count=3),
        page([entry(4)], number=2, of=2, count=3),
    )
    assert [each.id for each in bank.transactions(ORGANISATION, Sitting(gateway))] == ["2", "3", "4"]


@pytest.mark.parametrize("interactive", [True, False])
def test_a_sitting_that_nobody_waits_for_lets_peoples_calls_go_first(xero: ScriptedXero, interactive: bool) -> None:
    """A person's call is waiting at the door: a sweep's reading does not begin before it, a click's does."""
    gateway, _ = xero.gateway()
    gateway._patience = Patience(attempts=1, seconds=0.2)
    xero.answer = by_path
    gateway._pace._course(ORGANISATION).interactive_waiting = 1
    sitting = Sitting(gateway, interactive=interactive)
    with nullcontext() if interactive else pytest.raises(Refusal, match="slow down"):
        assert invoices.get(ORGANISATION, sitting, "7").number == "INV-7"
    assert len(xero.requests) == interactive
