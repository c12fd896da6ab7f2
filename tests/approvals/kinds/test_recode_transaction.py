"""Lines get other codes, and nothing else of their document changes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind
from approvals.proposal import FAILED, POSTED, WITHDRAWN
from books.refusal import Refusal
from tests.approvals.kinds.samples_recode import POTS, recoding, recoding_of
from tests.approvals.kinds.till import DAY, Till, approved, dies_after_the_write, done, undone
from tests.approvals.practice import ORGANISATION, Practice
from tests.approvals.test_policy import proposed
from xero_tools import document_lines

ROSES = {"Description": "Roses", "Quantity": 3, "UnitAmount": "33.3333", "AccountCode": "200", "TaxType": "OUTPUT",
         "DiscountRate": 10}  # fmt: skip
POTS_LINE = {"Description": "Pots", "Quantity": 1, "UnitAmount": "50.00", "AccountCode": "200", "TaxType": "OUTPUT"}


def invoice(till: Till, *lines: dict[str, Any], kind: str = "ACCREC", amounts: str = "Exclusive", **more: Any) -> Any:
    """An approved invoice with these lines, its unit prices kept to four decimals."""
    body = {"Type": kind, "Contact": {"ContactID": till.contact()}, "Date": DAY.isoformat(), "DueDate": "2026-11-20",
            "LineAmountTypes": amounts, "LineItems": list(lines), "Status": "AUTHORISED", **more}  # fmt: skip
    answer = till.wire.put("Invoices?unitdp=4", body)
    assert answer.status == 200, answer.text
    return answer.json["Invoices"][0]


def spent(till: Till, amount: str = "90.00", kind: str = "SPEND") -> Any:
    """Money spent from the bank account, coded to insurance."""
    line = {"Description": "Premium", "Quantity": 1, "UnitAmount": amount, "AccountCode": "433"}
    body = {"Type": kind, "Contact": {"ContactID": till.contact()}, "BankAccount": {"AccountID": till.bank["090"]},
            "Date": DAY.isoformat(), "LineAmountTypes": "NoTax", "LineItems": [line]}  # fmt: skip
    return till.wire.put("BankTransactions", body).json["BankTransactions"][0]


def region(till: Till) -> None:
    """The tracking category Region with North and South."""
    known = {row["Name"] for row in till.wire.get("TrackingCategories").json["TrackingCategories"]}
    if "Region" not in known:
        made = till.wire.put("TrackingCategories", {"Name": "Region"}).json["TrackingCategories"][0]
        for option in ("North", "South"):
            till.wire.put(f"TrackingCategories/{made['TrackingCategoryID']}/Options", {"Name": option})


def standing(till: Till, entity: str, identity: str) -> Any:
    """The document as Xero has it, every decimal shown."""
    row = till.wire.get(f"{entity}/{identity}?unitdp=4").json[entity][0]
    return {name: each for name, each in row.items() if name != "UpdatedDateUTC"}


def test_one_line_of_two_is_recoded_and_put_back(practice: Practice, till: Till) -> None:
    """99.99 less a tenth of roses, and pots: the pots go to another account and a region, and back; all else stays."""
    region(till)
    if "260" not in till.bank:
        till.wire.put("Accounts", {"Code": "260", "Name": "Other Revenue", "Type": "REVENUE"})
    made = invoice(till, ROSES, POTS_LINE)
    before = standing(till, "Invoices", made["InvoiceID"])
    sales, other = till.balance("200"), till.balance("260")
    codes = {1: {"account_code": "260", "tracking": (("Region", "North"),)}}
    proposal = done(practice, recoding_of(till, "Invoices", made["InvoiceID"], codes))
    assert (proposal.status, proposal.receipt["verified"]) == (POSTED, True), proposal.problem
    after = standing(till, "Invoices", made["InvoiceID"])
    roses, pots = after["LineItems"]
    assert (pots["AccountCode"], pots["Tracking"][0]["Option"]) == ("260", "North")
    assert roses == before["LineItems"][0]
    assert {k: v for k, v in pots.items() if k not in ("AccountCode", "AccountID", "Tracking")} == {
        k: v for k, v in before["LineItems"][1].items() if k not in ("AccountCode", "AccountID", "Tracking")
    }
    assert {k: v for k, v in after.items() if k != "LineItems"} == {k: v for k, v in before.items() if k != "LineItems"}
    assert (till.balance("200") - sales, till.balance("260") - other) == (Decimal("50.00"), Decimal("-50.00"))
    back = undone(practice, proposal)
    assert (back.kind, back.status) == ("recode_transaction", POSTED), back.problem
    assert standing(till, "Invoices", made["InvoiceID"]) == before


def test_money_spent_and_a_bill_are_recoded(practice: Practice, till: Till) -> None:
    one, bill = spent(till)["BankTransactionID"], till.invoice("500.00", kind="ACCPAY")["InvoiceID"]
    for entity, identity in (("BankTransactions", one), ("Invoices", bill)):
        proposal = done(practice, recoding_of(till, entity, identity, {0: {"account_code": "620"}}))
        assert proposal.status == POSTED, proposal.problem
        assert standing(till, entity, identity)["LineItems"][0]["AccountCode"] == "620"


def test_tax_that_leaves_the_total_as_it_is(practice: Practice, till: Till) -> None:
    """Tax included: the same 110.00 with and without tax. Tax on top: the total would fall, and nothing is proposed."""
    included = invoice(till, POTS_LINE | {"UnitAmount": "110.00"}, amounts="Inclusive")["InvoiceID"]
    untaxed = {"tax_type": "EXEMPTOUTPUT", "tax": Decimal("0.00")}
    proposal = done(practice, recoding_of(till, "Invoices", included, {0: untaxed}))
    assert proposal.status == POSTED, proposal.problem
    shown = standing(till, "Invoices", included)
    assert (shown["Total"], shown["TotalTax"], shown["LineItems"][0]["TaxType"]) == (110.0, 0.0, "EXEMPTOUTPUT")
    on_top = invoice(till, POTS_LINE)["InvoiceID"]
    with pytest.raises(Refusal, match="a recoding changes no total"):
        practice.submit(recoding_of(till, "Invoices", on_top, {0: untaxed}))
    exempt = invoice(till, POTS_LINE | {"TaxType": "EXEMPTOUTPUT"}, amounts="Inclusive")["InvoiceID"]
    wrong = recoding_of(till, "Invoices", exempt, {0: {"tax_type": "OUTPUT", "tax": Decimal("1.00")}})
    with pytest.raises(Refusal) as refused:
        practice.submit(wrong)
    assert refused.value.code == "wrong_tax"


def test_what_xero_keeps_as_it_is_is_not_proposed(practice: Practice, till: Till) -> None:
    """Part-paid, credited, reconciled: each refusal says what to do instead."""
    paid, credited, cleared = till.invoice("500.00"), till.invoice("500.00"), spent(till, "73.11")
    till.pay(paid, "1.00")
    note = till.credit_note("120.00", contact=credited["Contact"]["ContactID"])
    row = {"Amount": "60.00", "Date": DAY.isoformat(), "Invoice": {"InvoiceID": credited["InvoiceID"]}}
    till.wire.put(f"CreditNotes/{note['CreditNoteID']}/Allocations", row)
    till.reconciled("BankTransactions", cleared["BankTransactionID"], "-73.11")
    for entity, identity, code in (
        ("Invoices", paid["InvoiceID"], "has_payments"),
        ("Invoices", credited["InvoiceID"], "has_payments"),
        ("BankTransactions", cleared["BankTransactionID"], "reconciled"),
    ):
        with pytest.raises(Refusal) as refused:
            practice.submit(recoding_of(till, entity, identity, {0: {"account_code": "620"}}))
        assert (refused.value.code, bool(refused.value.next_step)) == (code, True)


@pytest.mark.parametrize(
    ("codes", "changes", "code"),
    [
        ({}, {}, "nothing_changed"),
        ({0: {"account_code": "999"}}, {}, "unknown_account"),
        ({0: {"account_code": "090"}}, {}, "system_account"),
        ({0: {"account_code": "610"}}, {}, "system_account"),
        ({0: {"tracking": (("Region", "Mars"),)}}, {}, "unknown_option"),
        ({0: {"tax_type": "NOSUCH"}}, {}, "unknown_tax"),
        ({0: {"account_code": "620"}}, {"status": "DRAFT"}, "source_changed"),
        ({0: {"account_code": "620"}}, {"contact": "Somebody else"}, "source_changed"),
        ({0: {"account_code": "620"}}, {"kind": "RECEIVE-OVERPAYMENT"}, "not_recodable"),
        ({0: {"account_code": "620"}}, {"status": "PAID"}, "not_recodable"),
        ({0: {"account_code": "620"}}, {"total": Decimal("49.00")}, "wrong_amount"),
    ],
    ids=str,
)
def test_a_draft_that_could_not_be_posted(
    practice: Practice, till: Till, codes: dict[int, Any], changes: dict[str, Any], code: str
) -> None:
    made = invoice(till, POTS_LINE)
    with pytest.raises(Refusal) as refused:
        practice.submit(recoding_of(till, "Invoices", made["InvoiceID"], codes, **changes))
    assert refused.value.code == code


@pytest.mark.parametrize(
    "change",
    [{"unit_amount": Decimal("14.71")}, {"item_code": "OTHER"}, {"description": "Pans"}, {"line_id": "line-2"}],
    ids=str,
)
def test_a_line_that_is_not_xeros_is_refused(practice: Practice, till: Till, change: dict[str, Any]) -> None:
    """What would be sent back otherwise than it stands would change more than its codes."""
    made = invoice(till, POTS_LINE)
    draft = recoding_of(till, "Invoices", made["InvoiceID"], {0: {"account_code": "620"}})
    [line] = draft.payload.lines  # type: ignore[attr-defined]
    payload = msgspec.structs.replace(draft.payload, lines=(msgspec.structs.replace(line, **change),))
    with pytest.raises(Refusal) as refused:
        practice.submit(msgspec.structs.replace(draft, payload=payload))
    assert refused.value.code == "source_changed"


def test_a_lock_a_payment_or_a_new_line_after_the_card_stops_it(practice: Practice, till: Till) -> None:
    made, other = till.invoice("500.00"), till.invoice("500.00")
    proposal = practice.submit(recoding_of(till, "Invoices", made["InvoiceID"], {0: {"account_code": "620"}}))
    till.pay(made, "5.00")
    assert practice.decide(proposal).proposal.status == WITHDRAWN
    approved_one = approved(practice, recoding_of(till, "Invoices", other["InvoiceID"], {0: {"account_code": "620"}}))
    practice.xero.lock_up_to("2026-10-31")
    ended = practice.executor().carry_out(approved_one.id)
    assert (ended.status, "locked" in ended.problem) == (FAILED, True)
    assert till.one("Invoices", other["InvoiceID"])["LineItems"][0]["AccountCode"] == "200"


def test_a_lost_answer_is_found_by_the_lines(practice: Practice, till: Till) -> None:
    made = till.invoice("500.00")
    proposal = practice.approved(recoding_of(till, "Invoices", made["InvoiceID"], {0: {"account_code": "620"}}))
    practice.xero.fault("drop_after", method="POST", endpoint="Invoices")
    dies_after_the_write(practice, proposal)
    assert practice.queue.get(proposal.id).status == POSTED
    log = practice.xero.control("GET", "log?method=POST")
    assert len([row for row in log if made["InvoiceID"] in row["path"]]) == 1


def test_a_price_read_with_two_decimals_would_be_another(practice: Practice, till: Till) -> None:
    """Without `unitdp=4` Xero shows 33.33 of 33.3333, and refuses the line that says so again."""
    made = invoice(till, ROSES)
    shown = till.one("Invoices", made["InvoiceID"])["LineItems"][0]
    assert shown["UnitAmount"] == 33.33
    read = document_lines.get(ORGANISATION, practice.gateway, "Invoices", made["InvoiceID"]).lines[0]
    assert (read.unit_amount, read.discount_rate, read.quantity) == (Decimal("33.3333"), Decimal(10), Decimal(3))
    row = {"InvoiceID": made["InvoiceID"], "LineItems": [shown | {"UnitAmount": "30.00"}]}
    answer = till.wire.post(f"Invoices/{made['InvoiceID']}", {"Invoices": [row]})
    assert "does not match the expected line total" in answer.text


def test_the_frozen_bytes() -> None:
    """Every line with its id and all that it has."""
    kind = kind_of("recode_transaction")
    assert isinstance(kind, PenKind)
    body = json.loads(kind.request(proposed(recoding(POTS))), parse_float=Decimal)
    assert body == {"Invoices": [{
        "InvoiceID": "inv-1", "Status": "AUTHORISED", "LineAmountTypes": "Exclusive",
        "LineItems": [{
            "LineItemID": "line-1", "Description": "Pots", "ItemCode": "POT-9", "Quantity": Decimal("8.5"),
            "UnitAmount": Decimal("14.7059"), "DiscountRate": 4, "LineAmount": Decimal("120.00"), "AccountCode": "260",
            "TaxType": "OUTPUT", "TaxAmount": Decimal("12.00"), "Tracking": [{"Name": "Region", "Option": "North"}],
        }],
    }]}  # fmt: skip
