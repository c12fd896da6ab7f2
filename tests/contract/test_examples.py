"""Every example answer in Xero's OpenAPI files comes through our records equal, figure for figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from books.refusal import Refusal
from tests.contract import expected
from tests.contract.examples import Example, examples
from tests.contract.expected import BASE, Json, figures
from tests.contract.openapi import ABSENT, SPECS
from tests.contract.test_example_reports import READS
from xero_tools import translate, translate_goods
from xero_tools import translate_documents as documents

pytestmark = pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)


def _named(row: Any) -> Any:
    """A small thing is read as it is sent."""
    return row


# Each list of Xero's answers: how we translate a row, and what the record must then say.
KINDS: dict[str, tuple[Callable[[Any], Any], Callable[[Json], Json]]] = {
    "Actions": (_named, expected.named),
    "Allocations": (lambda row: documents.allocation(row, BASE), expected.allocation),
    "Accounts": (translate.ledger_account, expected.ledger_account),
    "Attachments": (translate.attachment, expected.attachment),
    "BankTransactions": (lambda row: translate.bank_transaction(row, BASE), expected.bank_transaction),
    "BankTransfers": (lambda row: documents.transfer(row, BASE), expected.transfer),
    "BatchPayments": (lambda row: documents.batch(row, BASE), expected.batch),
    "Budgets": (translate.budget, expected.budget),
    "ContactGroups": (documents.group, expected.group),
    "Contacts": (translate.contact, expected.contact),
    "CreditNotes": (lambda row: documents.credit(row, BASE), expected.credit_note),
    "Currencies": (_named, expected.named),
    "HistoryRecords": (translate.history_note, expected.history_note),
    "Invoices": (lambda row: translate.invoice(row, BASE), expected.invoice),
    "InvoiceReminders": (_named, lambda row: {"Enabled": row["Enabled"]}),
    "Items": (lambda row: translate_goods.product(row, BASE), expected.product),
    "ManualJournals": (lambda row: translate.manual_journal(row, BASE), expected.manual_journal),
    "OnlineInvoices": (_named, expected.named),
    "Options": (_named, expected.named),
    "Organisations": (translate.organisation, expected.organisation),
    "Overpayments": (lambda row: documents.credit(row, BASE), expected.overpayment),
    "Payments": (lambda row: translate.payment(row, base=BASE, bank_currency=BASE), expected.payment),
    "Prepayments": (lambda row: documents.credit(row, BASE), expected.prepayment),
    "PurchaseOrders": (lambda row: translate_goods.purchase_order(row, BASE), expected.purchase_order),
    "Quotes": (lambda row: documents.quote(row, BASE), expected.quote),
    "RepeatingInvoices": (lambda row: documents.repeating(row, BASE), expected.repeating),
    "TaxRates": (translate.tax_rate, expected.tax_rate),
    "TrackingCategories": (translate.tracking_category, expected.tracking_category),
    "Users": (documents.user, expected.user),
}
# Examples that Xero's own rules forbid, and why; the record is refused, and says so.
INVALID = {
    "xero_accounting/deleteBankTransfers": "the transfer has no date, which every bank transfer has",
    "xero_accounting/deleteBankTransfer": "the transfer has no date, which every bank transfer has",
}
# What the answers of these operations hold, no room of the house reads.
UNREAD = ("BrandingThemes", "CISSetting", "CISSettings", "ExpenseClaims", "ImportSummary", "Journals",
          "Invoice", "LinkedTransactions", "PaymentServices", "Receipts")  # fmt: skip


def _rows(answer: Any, kind: str) -> list[Any]:
    found = answer.get(kind) if isinstance(answer, dict) else getattr(answer, kind)
    return found if isinstance(found, list) else [found] if found else []


def _compared(kind: str) -> Iterator[tuple[Example, Any, Json]]:
    """The valid examples with rows of a kind: our decoded row and the row as it is written."""
    for example in examples("xero_accounting"):
        given = _rows(example.json(), kind)
        if not given or example.name in INVALID:
            continue
        read = _rows(translate.envelope(example.content), kind)
        assert len(read) == len(given), example.name
        for row, raw in zip(read, given, strict=True):
            yield example, row, raw


@pytest.mark.parametrize("kind", KINDS)
def test_every_example_says_the_same_through_our_records(kind: str) -> None:
    to_record, told = KINDS[kind]
    for example, row, raw in _compared(kind):
        assert dict(figures(to_record(row))) == dict(figures(told(raw))), example.name


def test_what_is_invalid_is_refused_by_name() -> None:
    by_name = {example.name: example for example in examples("xero_accounting")}
    for name in INVALID:
        (row,) = translate.envelope(by_name[name].content).BankTransfers or []
        with pytest.raises(Refusal, match="without a date"):
            documents.transfer(row, BASE)


def test_no_example_is_passed_over() -> None:
    told = {*KINDS, *UNREAD}
    silent = {
        example.name
        for example in examples("xero_accounting")
        if example.name not in (*READS, "xero_accounting/getReportTenNinetyNine")
        and not told & {name for name, each in example.json().items() if each}
    }
    assert silent == set()


def test_the_count_of_examples_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    names, count = set(), 0
    for kind, (to_record, _) in KINDS.items():
        for example, row, _ in _compared(kind):
            names.add(example.name)
            count += sum(1 for _ in figures(to_record(row)))
    with capsys.disabled():
        print(f"\n{count} figures and words of {len(names)} examples of Xero's Accounting API are equal; "
              f"{len(INVALID)} examples are invalid")  # fmt: skip
    assert len(names) > 100
