"""Fills in what Xero computes itself: line amounts, tax, totals, ids and the fields every document carries."""

from decimal import Decimal

from sandbox.xero.chart import Chart
from sandbox.xero.wire import Json, money, ms_date, number, parse_date, steady_id

ZERO = Decimal("0.00")


def complete_line(line: Json, chart: Chart, line_amount_types: str, identity: str) -> Json:
    """One invoice or bank line with account, quantity, amount and tax; a given TaxAmount is kept (Xero allows it)."""
    account = chart.find(line)
    quantity = number(line["Quantity"]) if line.get("Quantity") is not None else None
    unit = number(line["UnitAmount"]) if line.get("UnitAmount") is not None else None
    amount = money(line["LineAmount"]) if line.get("LineAmount") is not None else None
    if amount is None and unit is not None:
        share = 1 - number(line.get("DiscountRate") or 0) / 100
        full = (quantity if quantity is not None else 1) * unit * share
        amount = money(full - number(line.get("DiscountAmount") or 0))
    done: Json = {"LineItemID": str(line.get("LineItemID") or identity), "Description": line.get("Description") or ""}
    if unit is None and amount is not None and quantity in (None, 1):
        unit = amount
    done["UnitAmount"] = unit if unit is not None else ZERO
    tax_type = line.get("TaxType") or (account or {}).get("TaxType") or "NONE"
    if line_amount_types == "NoTax":
        tax_type = "NONE"
    done["TaxType"] = tax_type
    done["TaxAmount"] = _tax(line, amount or ZERO, chart.rate_percent(tax_type), line_amount_types)
    done["LineAmount"] = amount if amount is not None else ZERO
    if account:
        done["AccountCode"], done["AccountID"] = account.get("Code") or "", account["AccountID"]
    elif line.get("AccountCode"):
        done["AccountCode"] = line["AccountCode"]  # unknown: the rules name it in their refusal
    if line.get("ItemCode"):
        done["ItemCode"] = line["ItemCode"]
    for discount in ("DiscountRate", "DiscountAmount"):
        if line.get(discount):
            done[discount] = line[discount]
    done["Tracking"] = line.get("Tracking") or []
    done["Quantity"] = quantity if quantity is not None else Decimal("1.0000")
    return done


def _tax(line: Json, amount: Decimal, percent: Decimal, line_amount_types: str) -> Decimal:
    if line_amount_types == "NoTax":
        return ZERO
    if line.get("TaxAmount") is not None:
        return money(line["TaxAmount"])
    if line_amount_types == "Inclusive":
        return money(amount * percent / (100 + percent))
    return money(amount * percent / 100)


def total_lines(document: Json) -> None:
    """Set SubTotal, TotalTax and Total from the lines."""
    lines = document["LineItems"]
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    amounts = sum((line["LineAmount"] for line in lines), ZERO)
    document["SubTotal"] = amounts - tax if document["LineAmountTypes"] == "Inclusive" else amounts
    document["TotalTax"] = tax
    document["Total"] = document["SubTotal"] + tax


def complete_lines(body: Json, chart: Chart, owner: str) -> list[Json]:
    """All lines of a document, each with an id made from its owner when it has none."""
    kinds = str(body["LineAmountTypes"])
    lines = body.get("LineItems") or []
    return [complete_line(line, chart, kinds, steady_id(owner, place)) for place, line in enumerate(lines)]


def complete_invoice(body: Json, chart: Chart, *, kind: str = "invoices") -> Json:
    """An invoice, bill or credit note as Xero shows it before any payment or allocation is counted."""
    id_field = "CreditNoteID" if kind == "creditnotes" else "InvoiceID"
    done = dict(body)
    done.setdefault("LineAmountTypes", "Exclusive")
    done["LineItems"] = complete_lines(done, chart, str(done[id_field]))
    total_lines(done)
    _dates(done, "Date", "DueDate")
    done.setdefault("CurrencyCode", chart.currency)
    if done["CurrencyCode"] == chart.currency or not done.get("CurrencyRate"):
        done["CurrencyRate"] = Decimal("1.000000")
    done["CurrencyRate"] = number(done["CurrencyRate"])
    done.setdefault("Payments", [])
    done.setdefault("HasAttachments", False)
    done["HasErrors"] = False
    if kind == "invoices":
        for field in ("CreditNotes", "Prepayments", "Overpayments"):
            done.setdefault(field, [])
        done.setdefault("Reference", "")
        done.setdefault("IsDiscounted", False)
    else:
        done.setdefault("Allocations", [])
    return done


def settle_invoice(invoice: Json, payments: list[Json], credits: list[Json]) -> None:
    """Count live payments and allocated credits into an invoice: what is paid, credited and due, and its status."""
    live = [row for row in payments if row.get("Status") != "DELETED"]
    invoice["Payments"] = [payment_summary(row) for row in live]
    invoice["CreditNotes"] = credits
    paid = sum((money(row["Amount"]) for row in live), ZERO)
    advances = [row for field in ("Overpayments", "Prepayments") for row in invoice.get(field) or []]
    credits = [*credits, *(row for row in advances if row.get("AppliedAmount"))]
    credited = sum((money(row["AppliedAmount"]) for row in credits), ZERO)
    invoice["AmountPaid"], invoice["AmountCredited"] = paid, credited
    invoice["AmountDue"] = invoice["Total"] - paid - credited
    if invoice["Status"] not in ("AUTHORISED", "PAID"):
        return
    settled_on = [parse_date(row["Date"]) for row in (*live, *credits)]
    if invoice["AmountDue"] == 0 and settled_on:
        invoice["Status"], invoice["FullyPaidOnDate"] = "PAID", ms_date(max(settled_on))
    else:
        invoice["Status"] = "AUTHORISED"
        invoice.pop("FullyPaidOnDate", None)


def settle_credit_note(note: Json, payments: list[Json]) -> None:
    """Count allocations and refunds into a credit note: what remains, and its status."""
    live = [row for row in payments if row.get("Status") != "DELETED"]
    note["Payments"] = [payment_summary(row) for row in live]
    used = sum((money(row["Amount"]) for row in (*live, *note["Allocations"])), ZERO)
    note["RemainingCredit"] = note["Total"] - used
    if note["Status"] in ("AUTHORISED", "PAID"):
        note["Status"] = "PAID" if note["RemainingCredit"] == 0 and used else "AUTHORISED"


def payment_summary(payment: Json) -> Json:
    """A payment as it appears inside the invoice it pays."""
    return {
        "PaymentID": payment["PaymentID"],
        "Date": payment["Date"],
        "Amount": payment["Amount"],
        "Reference": payment.get("Reference") or "",
        "CurrencyRate": payment["CurrencyRate"],
        "HasAccount": False,
        "HasValidationErrors": False,
    }


def complete_bank_transaction(body: Json, chart: Chart) -> Json:
    """A spent or received bank transaction as Xero shows it."""
    done = dict(body)
    done.setdefault("LineAmountTypes", "Exclusive")
    done.setdefault("Status", "AUTHORISED")
    done["LineItems"] = complete_lines(done, chart, str(done["BankTransactionID"]))
    total_lines(done)
    _dates(done, "Date")
    bank = chart.find(done["BankAccount"]) or {}
    done["BankAccount"] = {field: bank.get(field) for field in ("AccountID", "Code", "Name") if bank.get(field)}
    done.setdefault("CurrencyCode", bank.get("CurrencyCode") or chart.currency)
    if done["CurrencyCode"] == chart.currency:
        done["CurrencyRate"] = Decimal("1.000000")
    done["CurrencyRate"] = number(done.get("CurrencyRate") or 1)
    done.setdefault("Reference", "")
    done["IsReconciled"] = bool(done.get("IsReconciled", False))
    done.setdefault("HasAttachments", False)
    return done


def complete_manual_journal(body: Json, chart: Chart) -> Json:
    """A manual journal as Xero shows it: signed line amounts, debit positive, no tax unless it says so."""
    done = dict(body)
    done.setdefault("Status", "DRAFT")
    done.setdefault("LineAmountTypes", "NoTax")
    done["Date"] = ms_date(parse_date(done["Date"]))
    kinds = done["LineAmountTypes"]
    lines: list[Json] = []
    for line in done.get("JournalLines") or []:
        account = chart.find(line)
        amount = money(line.get("LineAmount") or 0)
        tax_type = "NONE" if kinds == "NoTax" else line.get("TaxType") or (account or {}).get("TaxType") or "NONE"
        row: Json = {"LineAmount": amount}
        if account:
            row |= {"AccountCode": account.get("Code") or "", "AccountID": account["AccountID"]}
        elif line.get("AccountCode"):
            row["AccountCode"] = line["AccountCode"]
        row["Description"] = line.get("Description") or ""
        row |= {"TaxType": tax_type, "TaxAmount": _tax(line, amount, chart.rate_percent(tax_type), kinds)}
        row |= {"Tracking": line.get("Tracking") or [], "IsBlank": False}
        lines.append(row)
    done["JournalLines"] = lines
    done.setdefault("ShowOnCashBasisReports", True)
    done.setdefault("HasAttachments", False)
    return done


def _dates(document: Json, *fields: str) -> None:
    for field in fields:
        value = document.get(field)
        if value in (None, ""):
            document.pop(field, None)
            continue
        day = parse_date(value)
        document[field] = ms_date(day)
        document[f"{field}String"] = f"{day.isoformat()}T00:00:00"
