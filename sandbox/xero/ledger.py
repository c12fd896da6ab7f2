"""Double entry: turns each kind of document into postings in base currency that always balance."""

from decimal import Decimal
from typing import Any

from sandbox.xero.chart import Chart, in_base_currency
from sandbox.xero.store import Posting
from sandbox.xero.wire import Json, money, number, parse_date

LIVE_INVOICE = frozenset({"AUTHORISED", "PAID"})
_RECEIVED = "RECEIVE"


class UnbalancedError(Exception):
    """An entry whose debits and credits differ by more than rounding can explain."""


class Entry:
    """Collects the sides of one document's entry and proves that they balance."""

    def __init__(self, chart: Chart, source: str, source_id: str, day: str, text: str) -> None:
        self.chart, self.source, self.source_id, self.text = chart, source, source_id, text
        self.day = parse_date(day).isoformat()
        self.sides: list[Posting] = []

    def debit(self, account: str, amount: Decimal, *, text: str = "", tracking: str = "") -> None:
        """Add one side; a negative amount is a credit, a zero amount is left out."""
        cents = int((money(amount) * 100).to_integral_value())
        if cents:
            self.sides.append(
                Posting(account, self.day, cents, self.source, self.source_id, text or self.text, tracking)
            )

    def balanced(self) -> list[Posting]:
        """The finished sides: a cent a line from currency conversion goes to Rounding; more is an error."""
        gap = sum(side.cents for side in self.sides)
        if gap and abs(gap) <= len(self.sides):
            self.debit(self.chart.system_id("ROUNDING"), Decimal(-gap) / 100, text="Currency rounding")
            gap = 0
        if gap:
            raise UnbalancedError(f"The entry of {self.source} {self.source_id} is out by {Decimal(gap) / 100:.2f}")
        return self.sides


def rate_of(document: Json) -> Decimal:
    """Units of the document's currency to one unit of base currency; 1 when none is given."""
    rate = number(document.get("CurrencyRate") or 1)
    return rate if rate > 0 else Decimal(1)


def tracking_of(line: Json) -> str:
    """The tracking options of a line as one searchable text: |option id|option id|."""
    options = [str(row.get("TrackingOptionID") or row.get("Option", "")) for row in line.get("Tracking") or []]
    return f"|{'|'.join(options)}|" if options else ""


def invoice_postings(invoice: Json, chart: Chart, *, kind: str = "invoices") -> list[Posting]:
    """An approved invoice, bill or credit note: control account against its lines and tax; nothing for other states."""
    if invoice.get("Status") not in LIVE_INVOICE:
        return []
    is_credit = kind == "creditnotes"
    receivable = str(invoice["Type"]).startswith("ACCREC")
    identity = str(invoice["CreditNoteID" if is_credit else "InvoiceID"])
    label = str(invoice.get("CreditNoteNumber" if is_credit else "InvoiceNumber") or invoice.get("Reference") or "")
    entry = Entry(chart, kind, identity, invoice["Date"], f"{label} {contact_name(invoice)}".strip())
    sign = Decimal(1 if receivable != is_credit else -1)
    rate = rate_of(invoice)
    control = chart.system_id("DEBTORS" if receivable else "CREDITORS")
    entry.debit(control, sign * number(invoice["Total"]) / rate)
    _post_lines(entry, invoice, -sign, rate)
    return entry.balanced()


def credit_note_postings(note: Json, chart: Chart) -> list[Posting]:
    """An approved credit note: the reverse of the invoice it takes back."""
    return invoice_postings(note, chart, kind="creditnotes")


def bank_transaction_postings(transaction: Json, chart: Chart) -> list[Posting]:
    """Money spent or received without an invoice; the two halves of a bank transfer are posted by the transfer."""
    kind = str(transaction["Type"])
    if transaction.get("Status") != "AUTHORISED" or kind.endswith("-TRANSFER"):
        return []
    identity = str(transaction["BankTransactionID"])
    text = f"{contact_name(transaction)} {transaction.get('Reference') or ''}".strip()
    entry = Entry(chart, "banktransactions", identity, transaction["Date"], text)
    sign = Decimal(1 if kind.startswith(_RECEIVED) else -1)
    rate = rate_of(transaction)
    entry.debit(str(transaction["BankAccount"]["AccountID"]), sign * number(transaction["Total"]) / rate)
    _post_lines(entry, transaction, -sign, rate)
    return entry.balanced()


def _post_lines(entry: Entry, document: Json, sign: Decimal, rate: Decimal) -> None:
    inclusive = document.get("LineAmountTypes") == "Inclusive"
    total_tax = Decimal(0)
    for line in document.get("LineItems") or []:
        if line.get("LineAmount") is None or not line.get("AccountID"):
            continue
        tax = number(line.get("TaxAmount") or 0)
        net = number(line["LineAmount"]) - (tax if inclusive else 0)
        total_tax += tax
        text = str(line.get("Description") or "")
        entry.debit(str(line["AccountID"]), sign * net / rate, text=text, tracking=tracking_of(line))
    entry.debit(entry.chart.system_id("GST"), sign * total_tax / rate, text="Tax")


def manual_journal_postings(journal: Json, chart: Chart) -> list[Posting]:
    """A posted manual journal: each line as it stands, debit positive; tax on a line goes to the tax account."""
    if journal.get("Status") != "POSTED":
        return []
    identity = str(journal["ManualJournalID"])
    entry = Entry(chart, "manualjournals", identity, journal["Date"], str(journal.get("Narration") or ""))
    inclusive = journal.get("LineAmountTypes") == "Inclusive"
    for line in journal.get("JournalLines") or []:
        tax = number(line.get("TaxAmount") or 0) if journal.get("LineAmountTypes") != "NoTax" else Decimal(0)
        net = number(line.get("LineAmount") or 0) - (tax if inclusive else 0)
        text = str(line.get("Description") or "")
        entry.debit(str(line["AccountID"]), net, text=text, tracking=tracking_of(line))
        entry.debit(chart.system_id("GST"), tax, text="Tax")
    return entry.balanced()


def bank_transfer_postings(transfer: Json, chart: Chart) -> list[Posting]:
    """Money moved between two bank accounts of the organisation."""
    if transfer.get("Status") == "DELETED":
        return []
    identity = str(transfer["BankTransferID"])
    entry = Entry(chart, "banktransfers", identity, transfer["Date"], "Bank transfer")
    amount = number(transfer["Amount"]) / rate_of(transfer)
    entry.debit(str(transfer["ToBankAccount"]["AccountID"]), amount)
    entry.debit(str(transfer["FromBankAccount"]["AccountID"]), -amount)
    return entry.balanced()


def settlement_postings(settled: Json, payments: list[Json], chart: Chart, *, kind: str) -> dict[str, list[Posting]]:
    """The payments of one invoice, or the refunds of one credit, by PaymentID.

    The bank moves at the payment's rate and the control account at the invoice's rate; the difference is a
    realised currency gain or loss. What is cleared is measured cumulatively, so that a document paid in full
    leaves nothing in its control account.
    """
    receivable = str(settled["Type"]).startswith(("ACCREC", "RECEIVE"))
    sign = Decimal(1 if receivable == (kind == "invoices") else -1)
    control = chart.system_id("DEBTORS" if receivable else "CREDITORS")
    rate = rate_of(settled)
    paid = cleared = Decimal(0)
    result: dict[str, list[Posting]] = {}
    live = (row for row in payments if row.get("Status") != "DELETED")
    for payment in sorted(live, key=lambda row: (parse_date(row["Date"]), str(row["PaymentID"]))):
        identity = str(payment["PaymentID"])
        text = f"Payment {contact_name(settled)} {payment.get('Reference') or ''}".strip()
        entry = Entry(chart, "payments", identity, payment["Date"], text)
        amount = number(payment["Amount"])
        paid += amount
        now_cleared = money(paid / rate)
        account = str(payment["Account"]["AccountID"])
        banked = money(amount / number(payment.get("CurrencyRate") or rate))
        if in_base_currency(chart.by_id[account.lower()], chart):
            banked = money(payment["BankAmount"])  # what reached the account, in its own currency
        entry.debit(account, sign * banked)
        _clear(entry, settled, control, -sign * (now_cleared - cleared), kind=kind)
        gain = chart.system_id("REALISEDCURRENCYGAIN")
        entry.debit(gain, sign * (now_cleared - cleared - banked), text="Realised currency gain or loss")
        cleared = now_cleared
        result[identity] = entry.balanced()
    return result


def _clear(entry: Entry, settled: Json, control: str, amount: Decimal, *, kind: str) -> None:
    """Takes an amount off a document: a prepayment stands on its own lines and their tax, all others in control."""
    left = amount
    if kind == "prepayments":
        share = amount / number(settled["Total"])
        inclusive = settled.get("LineAmountTypes") == "Inclusive"
        for line in settled.get("LineItems") or []:
            tax = number(line.get("TaxAmount") or 0)
            net = money((number(line["LineAmount"]) - (tax if inclusive else 0)) * share)
            entry.debit(str(line["AccountID"]), net, tracking=tracking_of(line))
            entry.debit(entry.chart.system_id("GST"), money(tax * share), text="Tax")
            left -= net + money(tax * share)
    entry.debit(control, left)  # of a prepayment a cent of rounding


def allocation_postings(note: Json, allocation: Json, invoice: Json, chart: Chart) -> list[Posting]:
    """A credit note set against an invoice: nothing moves unless their currency rates differ."""
    receivable = str(note["Type"]).startswith("ACCREC")
    amount = number(allocation["Amount"])
    gap = money(amount / rate_of(note)) - money(amount / rate_of(invoice))
    day = allocation.get("Date") or note["Date"]
    entry = Entry(chart, "allocations", str(note["CreditNoteID"]), day, "Credit note allocation")
    sign = Decimal(1 if receivable else -1)
    entry.debit(chart.system_id("DEBTORS" if receivable else "CREDITORS"), sign * gap)
    entry.debit(chart.system_id("REALISEDCURRENCYGAIN"), -sign * gap, text="Realised currency gain or loss")
    return entry.balanced()


def contact_name(document: Json) -> str:
    """The contact's name on a document, or nothing."""
    contact: Any = document.get("Contact") or {}
    return str(contact.get("Name") or "")
