"""A payment is less than its invoice: why, and what settles the rest. Here 1,100.00 with 10 % GST of 1 October."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from agents.reconciliation.coding.draft import Books
from agents.reconciliation.coding.records import CANDIDATES, LIKELY
from agents.reconciliation.coding.short import KeptBack, Terms, kept_back_before, reason_for
from agents.reconciliation.coding.why_short import ShortPayment, why_short
from agents.reconciliation.paying import reference_of
from agents.reconciliation.short_paid import ShortPaid
from books.documents import Allocation, Credit
from books.money import Money
from books.records import Contact, Invoice, Line
from books.refusal import Refusal
from tests.agents.reconciliation.coding_books import CHART, GST, aud
from tests.agents.reconciliation.desk_books import day, line

ACME = Contact(id="c-acme", name="Acme")
BY_CODE = {each.code: each for each in CHART}
SETTLE_ON = {"early_discount": "200", "fee": "404", "withheld_tax": "855", "rounding": "404"}
BOOKS = Books("org", "wattle", "AUD", {"OUTPUT": GST, "INPUT": GST, "EXEMPTEXPENSES": Decimal(0), "BASEXCLUDED": Decimal(0)})  # fmt: skip  # noqa: E501


def invoice(**changes: Any) -> Invoice:
    """INV-77 of Acme, all of it due."""
    sold = Line(account_code="200", description="Beans", amount=aud("1000"), tax=aud("100"), tax_type="OUTPUT")
    document = Invoice(
        id="inv-77", kind="ACCREC", number="INV-77", reference="", contact=ACME, status="AUTHORISED", date=day("10-01"),
        due_date=day("10-31"), net=aud("1000.00"), tax=aud("100.00"), total=aud("1100.00"), due=aud("1100.00"),
        paid=aud("0.00"), lines=(sold,),
    )  # fmt: skip
    return msgspec.structs.replace(document, **changes)


def short(amount: str, text: str = "", on: str = "10-10", **more: Any) -> ShortPayment:
    """What is said of a payment of so much."""
    given: dict[str, Any] = {"settle_on": SETTLE_ON, "history": (), "document": invoice(), **more}
    document, history = given.pop("document"), given.pop("history")
    bank_line = line("L1", on, amount, "ACME", text)
    return why_short(bank_line, document, history, bank_account=BY_CODE["090"], books=BOOKS, chart=BY_CODE, **given)


@pytest.mark.parametrize(
    ("amount", "text", "on", "reason", "tier", "kinds"),
    [
        ("1078.00", "INV-77 LESS 2% DISCOUNT", "10-10", "early_discount", LIKELY, "credit_note"),
        ("1078.00", "INV-77", "10-10", "early_discount", CANDIDATES, "credit_note"),
        ("1078.00", "INV-77", "11-10", "fee", CANDIDATES, "apply_payment receive_or_spend_money"),
        ("440.00", "INV-77 LESS DISCOUNT", "10-10", "early_discount", CANDIDATES, "credit_note"),
        ("1000.00", "INV-77 TDS DEDUCTED", "10-10", "withheld_tax", LIKELY, "credit_note"),
        ("1000.00", "INV-77", "10-10", "withheld_tax", CANDIDATES, "credit_note"),
        ("628.37", "INV-77", "10-10", "part_payment", CANDIDATES, "apply_payment"),
        ("630.00", "INV-77 INSTALMENT 1 OF 2", "10-10", "part_payment", LIKELY, "apply_payment"),
        ("628.37", "Deposit ACME", "10-10", "part_payment", CANDIDATES, "apply_payment"),
        ("1045.00", "INV-77", "10-10", "unclear", CANDIDATES, "apply_payment"),
        ("900.00", "INV-77 LESS DAMAGED GOODS", "10-10", "dispute", LIKELY, "apply_payment"),
        ("1078.00", "CLAIM FOR RETURN, LESS DISCOUNT", "10-10", "dispute", LIKELY, "apply_payment"),
        ("1085.00", "INV-77 LESS OUR CHARGES", "10-10", "fee", LIKELY, "apply_payment receive_or_spend_money"),
        ("1083.37", "INV-77", "10-10", "fee", CANDIDATES, "apply_payment receive_or_spend_money"),
        ("1099.95", "INV-77", "10-10", "rounding", LIKELY, "credit_note"),
        ("1099.94", "INV-77", "10-10", "fee", CANDIDATES, "apply_payment receive_or_spend_money"),
    ],
)
def test_the_reason_and_what_settles_it(amount: str, text: str, on: str, reason: str, tier: str, kinds: str) -> None:
    """Words come before figures; figures alone are never more than a candidate, two fitting ones are unclear."""
    said = short(amount, text, on)
    assert (said.reason, said.tier) == (reason, tier), said.because
    assert [draft.kind for draft in said.drafts] == kinds.split()
    assert said.missing == aud("1100.00") - aud(amount)


def test_a_discount_is_credited_with_its_share_of_the_tax() -> None:
    """1,078.00 came; 22.00 with 2.00 GST in it are credited, and 1,078.00 is then due."""
    (credit,) = short("1078.00", "LESS DISCOUNT").drafts
    assert credit.amount == aud("22.00")
    note: Any = credit.payload
    assert [(x.account_code, x.amount, x.tax, x.tax_type) for x in note.lines] == [
        ("200", Decimal("22.00"), Decimal("2.00"), "OUTPUT")
    ]
    assert [(x.invoice_id, x.amount, x.due) for x in note.parts] == [("inv-77", Decimal("22.00"), Decimal("1100.00"))]
    assert any(each.source == "Invoices/inv-77" for each in credit.evidence)


def test_a_discount_on_two_tax_types_is_divided_to_the_cent() -> None:
    """700.00 with GST and 330.00 without: 33.33 off is 23.33 and 10.00 ... in proportion, and comes to 33.33."""
    lines = (
        Line(account_code="200", description="Beans", amount=aud("700"), tax=aud("70"), tax_type="OUTPUT"),
        Line(account_code="200", description="Course", amount=aud("330"), tax=aud("0"), tax_type="BASEXCLUDED"),
    )
    credit: Any = short("1066.67", "DISCOUNT", document=invoice(lines=lines)).drafts[0].payload
    assert [(each.tax_type, each.amount, each.tax) for each in credit.lines] == [
        ("OUTPUT", Decimal("23.33"), Decimal("2.12")),
        ("BASEXCLUDED", Decimal("10.00"), Decimal("0")),
    ]
    assert credit.total == Decimal("33.33")


def test_withheld_tax_takes_no_sales_tax_back() -> None:
    credit: Any = short("1000.00", "WHT").drafts[0].payload
    assert [(each.account_code, each.tax, each.tax_type) for each in credit.lines] == [
        ("855", Decimal("0"), "BASEXCLUDED")
    ]


def test_a_fee_pays_the_invoice_in_full_and_both_make_the_line() -> None:
    payment, fee = short("1085.00", "LESS FEE").drafts
    assert payment.amount - fee.amount == aud("1085.00")
    paid_out: Any = fee.payload
    assert (paid_out.sort, paid_out.total, paid_out.lines[0].account_code) == ("SPEND", Decimal("15.00"), "404")
    assert not any(each.source for each in fee.evidence), "the payment changes the invoice, and must not void the fee"


def test_a_supplier_gets_no_fee_and_its_credit_note_a_number() -> None:
    bill = invoice(kind="ACCPAY", number="B-9")
    said = short("-1078.00", "B-9 LESS DISCOUNT", document=bill)
    note: Any = said.drafts[0].payload
    assert (note.kind, note.number, note.reference) == ("ACCPAYCREDIT", "Discount for early payment B-9", "")
    assert short("-1085.00", "B-9", document=bill).reason == "part_payment"


def test_what_a_payer_kept_back_before_gives_the_reason_and_the_account() -> None:
    """Acme took 1.36 % off twice, credited to 453; figures alone would say a fee."""
    before = tuple(
        KeptBack(contact_id="c-acme", reason="early_discount", account_code="453", tax_type="INPUT",
                 percent=Decimal("1.36"), amount=aud(amount), on=day(on))
        for amount, on in (("6.80", "08-01"), ("9.52", "09-01"))
    )  # fmt: skip
    said = short("1085.00", "INV-77", history=before)
    assert (said.reason, said.tier) == ("early_discount", LIKELY)
    assert "kept back 1.36 % 2 times before, last on 1 Sep 2026" in said.because
    assert said.drafts[0].payload.lines[0].account_code == "453"  # type: ignore[attr-defined]
    assert short("1085.00", "INV-77", history=before[:1]).reason == "fee", "once is no custom"
    other = tuple(msgspec.structs.replace(each, contact_id="c-other") for each in before)
    assert short("1085.00", "INV-77", history=other).reason == "fee"


def test_the_clients_own_terms_make_a_discount_sure_within_their_days() -> None:
    terms = Terms(percent=Decimal("2"), within_days=10)
    assert (short("1078.00", terms=terms).reason, short("1078.00", terms=terms).tier) == ("early_discount", LIKELY)
    assert short("1078.00", on="10-12", terms=terms).reason == "fee"
    assert short("1067.00", terms=terms).reason == "fee", "3 % is not what was granted"


def test_only_what_words_or_habits_say_is_proposed_and_figures_alone_stay_with_a_person() -> None:
    """The fee that the payer names is two entries; the same sum without a word is nobody's decision but a person's."""
    assert [each.kind for each in ShortPaid.settling(short("1085.00", "LESS OUR CHARGES"))] == [
        "apply_payment",
        "receive_or_spend_money",
    ]
    for amount, text in (("1083.37", "INV-77"), ("900.00", "DAMAGED GOODS"), ("630.00", "INSTALMENT 1 OF 2")):
        assert ShortPaid.settling(short(amount, text)) == ()
    assert ShortPaid.settling(short("1078.00", "LESS DISCOUNT", settle_on={})) == ()


def test_an_account_that_nobody_named_leaves_the_rest_open() -> None:
    said = short("1078.00", "LESS DISCOUNT", settle_on={})
    assert [each.kind for each in said.drafts] == ["apply_payment"]
    assert "stays open until the account for it is named" in said.settles


def test_a_small_fee_is_small_in_the_base_currency() -> None:
    """JPY 4,000 of JPY 1,100,000 at 100 for a dollar is 40.00; the same figure of 4,000.00 dollars would be none."""
    figures = {name: Money.of("1100000", "JPY") for name in ("net", "total", "due")}
    yen = invoice(**figures, tax=Money.of("0", "JPY"), currency_rate=Decimal(100))
    came = msgspec.structs.replace(line("L1", "11-10", "0", "ACME"), amount=Money.of("1096000", "JPY"))
    assert reason_for(came, yen).reason == "fee"
    assert reason_for(came, msgspec.structs.replace(yen, currency_rate=Decimal(1))).reason == "part_payment"


@pytest.mark.parametrize("amount", ["1100.00", "1100.01", "-500.00", "0"])
def test_what_is_not_short_is_refused(amount: str) -> None:
    with pytest.raises(Refusal, match="does not pay INV-77"):
        short(amount)


def test_what_was_kept_back_is_read_from_credit_notes() -> None:
    """22.00 credited against INV-77 of 1,100.00; a credit note for a whole invoice is a cancellation."""
    credited = (
        Allocation(id="a", invoice_id="inv-77", invoice_number="INV-77", amount=aud("22.00"), date=dt.date(2026, 9, 3)),
        Allocation(id="b", invoice_id="inv-78", invoice_number="INV-78", amount=aud("50.00"), date=None),
        Allocation(id="c", invoice_id="gone", invoice_number="INV-1", amount=aud("1.00"), date=None),
    )
    note = Credit(
        id="cn", kind="ACCRECCREDIT", number="CN-1", reference="", contact=ACME, status="PAID", date=day("09-02"),
        total=aud("73.00"), remaining=aud("0"), allocations=credited,
        lines=(Line(account_code="855", description="WHT", amount=aud("73.00"), tax=aud("0")),),
    )  # fmt: skip
    [found] = kept_back_before([note], [invoice(), invoice(id="inv-78", total=aud("50.00"))], {"855": "withheld_tax"})
    assert (found.reason, found.percent, found.on) == ("withheld_tax", Decimal("2.00"), dt.date(2026, 9, 3))


def test_an_entry_bears_the_lines_reference_or_who_paid_or_the_banks_text() -> None:
    lines = [
        line("L1", "10-10", "5.00", "ACME", "INV-77", "BACS"),
        line("L2", "10-10", "5.00", "ACME", "", "BACS"),
        line("L3", "10-10", "5.00", "", "", "B" * 300),
    ]
    assert [reference_of(each) for each in lines] == ["INV-77", "ACME", "B" * 200]
