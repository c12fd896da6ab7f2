"""What coding drafts is what Xero takes: posted to the simulator, read back, and offered for the bank's line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from agents.reconciliation.coding.coder import Coder
from agents.reconciliation.coding.draft import Books, coding_draft
from agents.reconciliation.coding.rules import read_rules
from agents.reconciliation.coding.why_short import why_short
from approvals.proposal import POSTED
from books.money import Money
from books.records import StatementLine
from tests.approvals.kinds.till import DAY, Till, done
from tests.approvals.practice import ORGANISATION, Practice
from xero_tools import accounts, bank, invoices, tax_rates

RULES = """
version: 1
rules:
  - id: toll
    name: Road tolls
    priority: 10
    when: {payer_contains: LINKROAD, money: out}
    then:
      contact: NAME
      split:
        - {account: 404, amount: 1.10, tax: INPUT, description: Card fee}
        - {account: 433, rest: true, tax: NONE}
"""


def books_of(practice: Practice) -> Books:
    """The nursery's books with its own tax rates."""
    percents = {each.type: each.percent for each in tax_rates.every(ORGANISATION, practice.gateway)}
    return Books(ORGANISATION, "wattle", "AUD", percents)


def test_a_line_coded_by_a_split_rule_matches_the_banks_line(practice: Practice, till: Till) -> None:
    """22.10 to LINKROAD: 1.10 a fee with 0.10 tax in it, the rest tolls; three were coded so before by hand."""
    contact = till.contact("Linkroad")
    name = till.one("Contacts", contact)["Name"]
    for amount in ("21.10", "31.10", "41.10"):
        rest = Decimal(amount) - Decimal("1.10")
        till.wire.put("BankTransactions", {
            "Type": "SPEND", "Contact": {"ContactID": contact}, "BankAccount": {"AccountID": till.bank["090"]},
            "Date": "2026-10-01", "LineAmountTypes": "Inclusive", "Reference": "Toll",
            "LineItems": [
                {"Description": "T", "Quantity": 1, "UnitAmount": str(rest), "AccountCode": "433", "TaxType": "NONE"},
                {"Description": "Fee", "Quantity": 1, "UnitAmount": "1.10", "AccountCode": "404", "TaxType": "INPUT"},
            ],
        })  # fmt: skip
    chart = accounts.chart(ORGANISATION, practice.gateway)
    past = bank.transactions(ORGANISATION, practice.gateway)
    coder = Coder(chart, rules=read_rules(RULES.replace("NAME", name).encode(), "wattle.yml"), entries=past)
    line = StatementLine(
        id="L-toll", date=DAY, amount=Money.of("-22.10", "AUD"), payer="LINKROAD SYDNEY", reference="T 9"
    )
    coded = coder.propose(line, "090")
    assert (coded.tier, coded.support, [str(each.amount) for each in coded.parts]) == (
        "sure",
        3,
        ["−A$1.10", "−A$21.00"],
    )
    bank_account = next(each for each in chart if each.code == "090")
    draft = coding_draft(coded, line, bank_account, books_of(practice))
    payload: Any = draft.payload
    assert [(each.account_code, each.amount, each.tax) for each in payload.lines] == [
        ("404", Decimal("1.10"), Decimal("0.10")),
        ("433", Decimal("21.00"), Decimal("0")),
    ]
    assert any(each.source == f"BankTransactions/{coded.last_id}" for each in draft.evidence)
    posted = done(practice, draft)
    assert (posted.status, posted.receipt["verified"]) == (POSTED, True), posted.problem
    till.reconciled("BankTransactions", posted.receipt["id"], "-22.10")


def test_a_discount_kept_back_settles_the_invoice(practice: Practice, till: Till) -> None:
    """490.00 comes for 500.00, “less discount”: the credit note is posted, and the line is exactly what is due."""
    made = till.invoice("500.00")
    document = invoices.get(ORGANISATION, practice.gateway, made["InvoiceID"])
    chart = {each.code: each for each in accounts.chart(ORGANISATION, practice.gateway) if each.code}
    line = StatementLine(
        id=f"L-{document.id}", date=DAY, amount=Money.of("490.00", "AUD"), payer="ACME", reference="LESS DISCOUNT"
    )
    said = why_short(
        line,
        document,
        (),
        bank_account=chart["090"],
        books=books_of(practice),
        chart=chart,
        settle_on={"early_discount": "200"},
    )
    (credit,) = said.drafts
    posted = done(practice, credit)
    assert (posted.status, posted.receipt["verified"]) == (POSTED, True), posted.problem
    assert invoices.get(ORGANISATION, practice.gateway, document.id).due == line.amount


def test_a_fee_kept_back_makes_the_line_with_the_payment(practice: Practice, till: Till) -> None:
    made = till.invoice("500.00")
    document = invoices.get(ORGANISATION, practice.gateway, made["InvoiceID"])
    chart = {each.code: each for each in accounts.chart(ORGANISATION, practice.gateway) if each.code}
    line = StatementLine(
        id=f"L-{document.id}", date=DAY, amount=Money.of("488.00", "AUD"), payer="ACME", reference="LESS FEE"
    )
    said = why_short(
        line, document, (), bank_account=chart["090"], books=books_of(practice), chart=chart, settle_on={"fee": "404"}
    )
    before = till.balance("090")
    for draft in said.drafts:
        posted = done(practice, draft)
        assert posted.status == POSTED, posted.problem
    assert till.balance("090") - before == Decimal("488.00")
