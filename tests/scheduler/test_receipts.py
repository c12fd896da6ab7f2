"""Receipts by mail: one for what a customer paid, where the client wants it, and never a second one for the same.

Wattle Nursery wants receipts. Alice prepares payments, Priya (and Quentin) approve; the sweep looks after each pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import pytest

from approvals import receipts
from approvals.kinds.send_receipt import KIND
from approvals.proposal import FAILED, POSTED, PROPOSED, REJECTED, WITHDRAWN, Proposal
from books.firm import load_firm
from bot.plain import plain
from scheduler.sweeps import receipts as receipts_sweep
from tests.approvals.conftest import either_practice as either_practice
from tests.approvals.conftest import practice as practice
from tests.approvals.conftest import simulator as simulator
from tests.approvals.conftest import xero as xero
from tests.approvals.kinds.test_apply_payment import of
from tests.approvals.kinds.till import Till, approved, done
from tests.approvals.practice import ORGANISATION, Practice
from tests.bot.counter import Counter
from tests.bot.counter import counter as counter
from tests.support.databases import stores as stores
from xero_tools import history


@dataclass
class Nursery:
    """The client that wants receipts, with a person's way into its books."""

    counter: Counter
    till: Till
    sweep: Callable[[], None]

    @property
    def practice(self) -> Practice:
        return self.counter.practice

    def client_becomes(self, **changes: Any) -> None:
        """Somebody changes the client's lines in firm.yml."""
        with self.practice.store.reading() as session:
            firm = load_firm(session)
        self.practice.firm_becomes(replace(firm, clients=(msgspec.structs.replace(firm.clients[0], **changes),)))

    def invoice(self, amount: str = "500.00", *, address: str = "acme@example.com", **more: Any) -> Any:
        """An invoice of a customer with that address."""
        invoice = self.till.invoice(amount, **more)
        if address:
            self.till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": address})
        return self.till.one("Invoices", invoice["InvoiceID"])

    def pays(self, *paid: tuple[Any, str], **changes: Any) -> Proposal:
        """The bank shows it; it is approved and posted."""
        current = [(self.till.one("Invoices", each["InvoiceID"]), amount) for each, amount in paid]
        self.practice.gateway = self.practice.xero.gateway()  # a minute's calls of its own
        proposal = done(self.practice, of(self.till, *current, **changes))
        assert proposal.status == POSTED, proposal.problem
        return proposal

    def receipts(self, *statuses: str) -> list[Proposal]:
        """The receipts that were proposed, oldest first."""
        found = self.practice.queue.listing([ORGANISATION], kind=KIND.name)
        return [each for each in found if not statuses or each.status in statuses]

    def carry_out(self, proposal: Proposal) -> Proposal:
        """The partner approves, and it leaves."""
        self.practice.decide(proposal)
        return self.practice.executor().carry_out(proposal.id)

    def mails(self, invoice: Any) -> int:
        """How often Xero mailed it, by its history."""
        return len(history.mails(ORGANISATION, self.practice.gateway, invoice["InvoiceID"]))

    def said(self) -> str:
        """All that was posted into the client's Slack channel."""
        return "\n".join(plain(card) for _, card in self.counter.slack.posted)


@pytest.fixture
def nursery(counter: Counter) -> Nursery:
    practice, work = counter.practice, counter.errands.casework
    practice.xero.control("POST", "pace", {"unlimited": True})
    made = Nursery(counter, Till(practice), receipts_sweep.sweep(work, practice.gateway))
    made.client_becomes(receipts=True)
    practice.queue.on_void = lambda proposal: receipts.again(practice.store, proposal.id)
    return made


def test_what_a_customer_paid_has_one_receipt_that_is_mailed_once(nursery: Nursery) -> None:
    """Proposed by the sweep, decided by the partner, mailed by Xero; later passes add nothing."""
    invoice = nursery.invoice()
    payment = nursery.pays((invoice, "500.00"))
    nursery.sweep()
    (receipt,) = nursery.receipts()
    assert (receipt.status, receipt.preparer, receipt.agent, receipt.period) == (PROPOSED, "", "receipts", "2026-10")
    assert payment.mark in receipt.evidence[1].detail
    for wall in (nursery.counter.slack, nursery.counter.teams):
        ((_, card),) = wall.posted
        assert "A$500.00 on 20 Oct 2026" in plain(card)
        assert "A$0.00, paid in full" in plain(card)
    nursery.sweep()
    done_now = nursery.carry_out(receipt)
    nursery.sweep()
    assert (done_now.status, nursery.mails(invoice), len(nursery.receipts())) == (POSTED, 1, 1)


@pytest.mark.parametrize(
    "changes", [{"receipts": False}, {"phase": "observe"}, {"phases": {"send_receipt": "observe"}}]
)
def test_a_client_who_does_not_want_them_or_is_observed_has_none(nursery: Nursery, changes: dict[str, Any]) -> None:
    nursery.pays((nursery.invoice(), "500.00"))
    nursery.client_becomes(**changes)
    nursery.sweep()
    assert nursery.receipts() == []
    nursery.client_becomes(receipts=True, phase="propose", phases={})
    nursery.sweep()
    assert len(nursery.receipts()) == 1, "nothing was used up meanwhile"


def test_a_customer_without_an_address_is_told_of_once_where_people_see_it(nursery: Nursery) -> None:
    invoice = nursery.invoice(address="")
    nursery.pays((invoice, "500.00"))
    nursery.sweep()
    nursery.sweep()
    assert nursery.receipts() == []
    assert nursery.said().count("has no e-mail address in Xero, so there is no receipt for") == 1
    assert f"{invoice['InvoiceNumber']}. Enter the address in Xero and mail the invoice from there." in nursery.said()


def test_a_mail_before_the_payment_is_no_receipt_and_one_after_it_is(nursery: Nursery) -> None:
    """One customer got the invoice when it was new; another's paid invoice Alice mailed by hand in Xero."""
    reminded, told = nursery.invoice(), nursery.invoice()
    nursery.till.wire.post(f"Invoices/{reminded['InvoiceID']}/Email", {})
    nursery.practice.clock.forward(seconds=1)
    for each in (reminded, told):
        nursery.pays((each, "500.00"))
    nursery.practice.xero.control("POST", "faults", {"kind": "clock_skew", "seconds": 5})
    nursery.till.wire.post(f"Invoices/{told['InvoiceID']}/Email", {})
    nursery.sweep()
    (receipt,) = nursery.receipts()
    assert receipt.payload["number"] == reminded["InvoiceNumber"]
    assert receipt.payload["times_sent"] == 1


def test_what_is_approved_together_is_one_batch_once_all_of_it_is_posted(nursery: Nursery) -> None:
    """Five customers paid. While one payment is on its way nothing is proposed, so that one card has all of them."""
    practice = nursery.practice
    invoices = [nursery.invoice(f"{100 + n}.00") for n in range(5)]
    payments = [approved(practice, of(nursery.till, (each, f"{100 + n}.00"))) for n, each in enumerate(invoices)]
    practice.gateway = practice.xero.gateway()
    for each in payments[:4]:
        practice.executor().carry_out(each.id)
    nursery.sweep()
    assert nursery.receipts() == []
    practice.executor().carry_out(payments[4].id)
    nursery.sweep()
    (batch,) = nursery.counter.errands.casework.batches.waiting()
    assert [each.kind for each in batch.proposals] == ["send_receipt"] * 5
    (card,) = [card for _, card in nursery.counter.slack.posted]
    assert plain(card).count("paid in full · to acme@example.com") == 5, "in the crowd too one sees who gets it"


def test_a_payment_that_does_not_come_to_its_end_holds_the_others_up_for_a_while_only(nursery: Nursery) -> None:
    practice = nursery.practice
    nursery.pays((nursery.invoice(), "500.00"))
    approved(practice, of(nursery.till, (nursery.invoice(), "500.00")))
    nursery.sweep()
    assert nursery.receipts() == []
    practice.clock.forward(minutes=16)
    nursery.sweep()
    assert len(nursery.receipts()) == 1


def test_suppliers_taken_back_and_long_past_payments_have_none(nursery: Nursery) -> None:
    nursery.pays((nursery.invoice(kind="ACCPAY", InvoiceNumber="B-7"), "500.00"))
    taken_back = nursery.pays((nursery.invoice(), "500.00"))
    nursery.till.wire.post(f"Payments/{taken_back.receipt['id']}", {"Status": "DELETED"})
    nursery.sweep()
    nursery.pays((nursery.invoice(), "500.00"))
    nursery.practice.clock.forward(days=3, minutes=1)
    nursery.sweep()
    assert nursery.receipts() == []
    assert nursery.said() == "", "nobody is bothered with it"


def test_a_batch_payment_has_a_receipt_for_each_invoice_and_a_part_payment_one_too(nursery: Nursery) -> None:
    """350.00 pay one invoice of 150.00 in full and another of 500.00 in part."""
    customer = nursery.till.contact("Acme")
    first, second = nursery.invoice("150.00", contact=customer), nursery.invoice("500.00", contact=customer)
    nursery.pays((first, "150.00"), (second, "200.00"))
    nursery.sweep()
    assert {each.payload["number"]: each.payload["due"] for each in nursery.receipts()} == {
        first["InvoiceNumber"]: "0.00", second["InvoiceNumber"]: "300.00"
    }  # fmt: skip
    assert {nursery.carry_out(each).status for each in nursery.receipts()} == {POSTED}


def test_a_second_payment_before_the_click_makes_one_receipt_of_both(nursery: Nursery) -> None:
    """200.00 and then 300.00 of the same invoice: the open receipt makes way for one that tells of both."""
    invoice = nursery.invoice()
    nursery.pays((invoice, "200.00"))
    nursery.sweep()
    nursery.pays((invoice, "300.00"))
    nursery.sweep()
    first, second = nursery.receipts()
    assert (first.status, second.status, second.supersedes) == (WITHDRAWN, PROPOSED, first.id)
    assert [each["amount"] for each in second.payload["payments"]] == ["200.00", "300.00"]
    nursery.sweep()
    assert nursery.carry_out(second).status == POSTED
    nursery.sweep()
    assert (nursery.mails(invoice), len(nursery.receipts())) == (1, 2)


def test_what_changed_before_the_click_or_before_it_left_is_prepared_again(nursery: Nursery) -> None:
    """The customer's address changes twice: the first receipt is void at the click, the second before it leaves."""
    invoice = nursery.invoice()
    nursery.pays((invoice, "500.00"))
    nursery.sweep()
    contact = f"Contacts/{invoice['Contact']['ContactID']}"
    nursery.till.wire.post(contact, {"EmailAddress": "new@example.com"})
    (first,) = nursery.receipts()
    nursery.practice.decide(first)
    nursery.sweep()
    (second,) = nursery.receipts(PROPOSED)
    nursery.practice.decide(second)
    nursery.till.wire.post(contact, {"EmailAddress": "newer@example.com"})
    assert nursery.practice.executor().carry_out(second.id).status == FAILED
    nursery.sweep()
    (third,) = nursery.receipts(PROPOSED)
    assert third.payload["addresses"] == ["newer@example.com"]
    nursery.sweep()
    assert (len(nursery.receipts()), nursery.mails(invoice)) == (3, 0)


@pytest.mark.parametrize("end", ["rejected", "expired", "lost"])
def test_what_people_turned_down_or_may_have_left_is_never_prepared_again(nursery: Nursery, end: str) -> None:
    """Not even when the customer's address changes, which would make it another receipt."""
    practice, invoice = nursery.practice, nursery.invoice()
    nursery.pays((invoice, "500.00"))
    nursery.sweep()
    (receipt,) = nursery.receipts()
    if end == "rejected":
        practice.decide(receipt, verdict="reject", reason="They asked for none.")
    elif end == "expired":
        practice.clock.forward(hours=25)
        with practice.store.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE proposals SET expires_at = created_at WHERE kind = 'send_receipt'")
        practice.queue.expire_due()
    else:
        practice.xero.fault("drop_before", method="POST", endpoint="Email")
        practice.decide(receipt)
        for _ in range(4):
            practice.executor().carry_out(receipt.id)
            practice.clock.forward(minutes=8)
    nursery.till.wire.post(f"Contacts/{invoice['Contact']['ContactID']}", {"EmailAddress": "new@example.com"})
    nursery.sweep()
    (ended,) = nursery.receipts()
    assert ended.status == {"rejected": REJECTED, "expired": "expired", "lost": FAILED}[end]


def test_with_xero_away_it_is_prepared_later(nursery: Nursery) -> None:
    """Of three payments only the first one finds out that Xero is away; no other keeps the sweep waiting."""
    for _ in range(3):
        nursery.pays((nursery.invoice(), "500.00"))
    nursery.practice.xero.fault("down", method="*", endpoint="*")
    door = nursery.practice.queue.sitting()
    before = door.usage(ORGANISATION).calls
    nursery.sweep()
    assert (nursery.receipts(), nursery.said()) == ([], "")
    assert door.usage(ORGANISATION).calls - before == 8, "all together, then the first alone, four times each"
    nursery.practice.xero.mended()
    nursery.practice.clock.forward(minutes=3)
    nursery.sweep()
    assert len(nursery.receipts()) == 3


def test_two_processes_take_up_the_same_payment_once(either_practice: Practice) -> None:
    practice, till = either_practice, Till(either_practice)
    store, clock = practice.store, practice.clock
    done(practice, of(till, (till.invoice("500.00"), "500.00")))
    (taken,) = receipts.take(store, clock, ORGANISATION, most=9)
    assert receipts.take(store, clock, ORGANISATION, most=9) == ()
    clock.forward(minutes=3)
    assert receipts.take(store, clock, ORGANISATION, most=9) == (taken,), "the first one died before it said anything"
    receipts.came_to(store, [taken], "prepared", receipt="r-1")
    clock.forward(minutes=3)
    assert receipts.take(store, clock, ORGANISATION, most=9) == ()
    receipts.again(store, "r-1")
    assert receipts.take(store, clock, ORGANISATION, most=9) == (taken,)


def test_forty_payments_are_twenty_at_a_look(nursery: Nursery) -> None:
    """So that one client's receipts never take all of a minute's calls; here three at a time, of seven."""
    for _ in range(7):
        nursery.pays((nursery.invoice("10.00"), "10.00"))
    store, clock = nursery.practice.store, nursery.practice.clock
    assert [len(receipts.take(store, clock, ORGANISATION, most=3)) for _ in range(4)] == [3, 3, 1, 0]
