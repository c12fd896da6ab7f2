"""Credits set against invoices: of credit notes, overpayments and prepayments; made, and taken back one by one."""

import uuid
from decimal import Decimal

from sandbox.xero.complete import settle_invoice
from sandbox.xero.kinds import Kind
from sandbox.xero.ledger import Entry, rate_of, tracking_of
from sandbox.xero.refusals import InvalidBatchError, InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.store import Posting
from sandbox.xero.wire import Json, money, ms_date, number, parse_date
from sandbox.xero.writing.batch import elements_of
from sandbox.xero.writing.payments import TOO_MUCH
from sandbox.xero.writing.rules import check_amounts, check_lock, given_date
from sandbox.xero.writing.shapes import shaped

CREDITS = ("creditnotes", "overpayments", "prepayments")
NO_CREDIT_LEFT = "The amount to allocate exceeds the remaining credit of this document"
_INVOICE_LISTS = {"creditnotes": "CreditNotes", "overpayments": "Overpayments", "prepayments": "Prepayments"}


def add_allocations(session: Session, kind: Kind, identity: str, raw: bytes) -> list[Json]:
    """Set a credit against the invoices that the body names, all of them or none; raises NotFoundError, refusals."""
    if session.get(kind.name, identity) is None:
        raise NotFoundError
    done: list[Json] = []
    with session.store.transaction():
        for row in elements_of("Allocations", raw):
            try:
                done.append(_allocate(session, kind, identity, shaped(row)))
            except InvalidError as error:
                messages = [{"Message": text} for text in error.messages]
                raise InvalidBatchError([row | {"ValidationErrors": messages}]) from error
    return done


def _allocate(session: Session, kind: Kind, identity: str, body: Json) -> Json:
    credit = session.get(kind.name, identity) or {}
    named = str((body.get("Invoice") or {}).get("InvoiceID") or "")
    invoice = session.get("invoices", named) if named else None
    if invoice is None:
        raise InvalidError("Invoice could not be found")
    check_amounts([body], "Amount")
    amount = money(body.get("Amount") or 0)
    _check(credit, invoice, amount)
    day = ms_date(given_date(body, "Date", session.today) or session.today)
    check_lock(session, day)
    allocation: Json = {
        "AllocationID": str(uuid.uuid4()), "Amount": amount, "Date": day,
        "Invoice": {field: invoice[field] for field in ("InvoiceID", "InvoiceNumber") if invoice.get(field)},
    }  # fmt: skip
    credit["Allocations"] = [*(credit.get("Allocations") or []), allocation]
    summary = {
        kind.id_field: credit[kind.id_field], "AppliedAmount": amount, "Total": credit["Total"], "Date": day,
    }  # fmt: skip
    if kind.name == "creditnotes":
        summary |= {"CreditNoteNumber": credit.get("CreditNoteNumber") or "", "HasErrors": False}
    listed = _INVOICE_LISTS[kind.name]
    invoice[listed] = [*(invoice.get(listed) or []), summary]
    session.repost(str(allocation["AllocationID"]), allocation_postings(session, kind, credit, allocation, invoice))
    _save(session, kind, credit, invoice)
    words = f"{amount:.2f} set against {invoice.get('InvoiceNumber') or invoice['InvoiceID']}"
    session.note(kind.name, identity, "Credit Applied", words)
    session.note("invoices", str(invoice["InvoiceID"]), "Credit Applied", f"{amount:.2f}")
    return allocation


def _check(credit: Json, invoice: Json, amount: Decimal) -> None:
    if credit.get("Status") not in ("AUTHORISED", "PAID") or invoice["Status"] not in ("AUTHORISED", "PAID"):
        raise InvalidError("Credits can only be allocated between Authorised documents")
    if _receivable(credit) != (invoice["Type"] == "ACCREC"):
        raise InvalidError("A credit can only be allocated to an invoice of the same side of the ledger.")
    if (credit.get("Contact") or {}).get("ContactID") != (invoice.get("Contact") or {}).get("ContactID"):
        raise InvalidError("A credit can only be allocated to an invoice of the same contact.")
    if credit.get("CurrencyCode") != invoice.get("CurrencyCode"):
        raise InvalidError("A credit can only be allocated to an invoice of the same currency.")
    if amount <= 0:
        raise InvalidError("The amount to allocate must be greater than 0")
    if amount > money(credit["RemainingCredit"]):
        raise InvalidError(NO_CREDIT_LEFT)
    if amount > money(invoice["AmountDue"]):
        raise InvalidError(TOO_MUCH)


def _receivable(credit: Json) -> bool:
    return str(credit["Type"]).startswith(("ACCREC", "RECEIVE", "AR"))


def remove_allocation(session: Session, kind: Kind, identity: str, allocation_id: str) -> Json:
    """Take one allocation back: the credit and the invoice stand open again; raises NotFoundError."""
    credit = session.get(kind.name, identity)
    rows = (credit or {}).get("Allocations") or []
    allocation = next((row for row in rows if str(row.get("AllocationID", "")).lower() == allocation_id.lower()), None)
    if credit is None or allocation is None:
        raise NotFoundError
    invoice = session.get("invoices", str(allocation["Invoice"]["InvoiceID"])) or {}
    check_lock(session, allocation["Date"])
    credit["Allocations"] = [row for row in rows if row is not allocation]
    listed = _INVOICE_LISTS[kind.name]
    kept = list(invoice[listed])
    wanted = (credit[kind.id_field], money(allocation["Amount"]), parse_date(allocation["Date"]))
    summaries = [(row[kind.id_field], money(row["AppliedAmount"]), parse_date(row["Date"])) for row in kept]
    kept.pop(summaries.index(wanted))
    invoice[listed] = kept
    with session.store.transaction():
        session.repost(str(allocation["AllocationID"]), [])
        _save(session, kind, credit, invoice)
        session.note(kind.name, identity, "Credit Removed", f"{allocation['Amount']:.2f}")
    removed: Json = allocation | {"IsDeleted": True}
    return removed


def _save(session: Session, kind: Kind, credit: Json, invoice: Json) -> None:
    """Bring both documents' figures up to date and keep them."""
    payments = session.store.numbered(session.identity, "payments", str(invoice["InvoiceID"]).lower())
    settle_invoice(invoice, payments, invoice.get("CreditNotes") or [])
    settle_credit(credit)
    session.save("invoices", str(invoice["InvoiceID"]), invoice, number=invoice.get("InvoiceNumber"))
    session.save(kind.name, str(credit[kind.id_field]), credit, number=credit.get("CreditNoteNumber"))


def settle_credit(credit: Json) -> None:
    """What remains of a credit after its allocations and refunds, and its status."""
    used = sum((money(row["Amount"]) for row in (*credit["Allocations"], *(credit.get("Payments") or []))), Decimal(0))
    credit["RemainingCredit"] = money(credit["Total"]) - used
    if credit["Status"] in ("AUTHORISED", "PAID"):
        credit["Status"] = "PAID" if used and credit["RemainingCredit"] == 0 else "AUTHORISED"


def allocation_postings(session: Session, kind: Kind, credit: Json, allocation: Json, invoice: Json) -> list[Posting]:
    """What an allocation moves: between equal rates only a prepayment's account to the control account."""
    chart = session.chart
    receivable = _receivable(credit)
    sign = Decimal(1 if receivable else -1)
    control = chart.system_id("DEBTORS" if receivable else "CREDITORS")
    entry = Entry(chart, "allocations", str(allocation["AllocationID"]), allocation["Date"], "Credit allocation")
    amount = number(allocation["Amount"])
    taken = money(amount / rate_of(credit))
    left = taken
    if kind.name == "prepayments":
        share = amount / number(credit["Total"]) / rate_of(credit)
        inclusive = credit.get("LineAmountTypes") == "Inclusive"
        for line in credit.get("LineItems") or []:
            tax = number(line.get("TaxAmount") or 0)
            net = money((number(line["LineAmount"]) - (tax if inclusive else 0)) * share)
            entry.debit(str(line["AccountID"]), sign * net, tracking=tracking_of(line))
            entry.debit(chart.system_id("GST"), sign * money(tax * share), text="Tax")
            left -= net + money(tax * share)
    entry.debit(control, sign * left)  # a credit note or overpayment wholly; of a prepayment a cent of rounding
    cleared = money(amount / rate_of(invoice))
    entry.debit(control, -sign * cleared)
    entry.debit(chart.system_id("REALISEDCURRENCYGAIN"), -sign * (taken - cleared), text="Realised currency gain")
    return entry.balanced()
