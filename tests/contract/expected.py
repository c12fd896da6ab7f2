"""What each record must say, worked out from an example's JSON with the standard library alone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from books.money import Money

Json = dict[str, Any]
BASE = "NZD"  # of documents that name no currency
_TICKS = re.compile(r"/Date\((-?\d+)([+-]\d{4})?\)/")


def figures(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each single figure or word of a record or of plain containers, with its place."""
    if isinstance(value, Money):
        yield f"{path}", value.amount
        yield f"{path}.currency", value.currency
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from figures(getattr(value, field), f"{path}.{field}")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from figures(each, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        yield f"{path}#", len(value)
        for place, each in enumerate(value):
            yield from figures(each, f"{path}[{place}]")
    else:
        yield path, value


def amount(row: Json, field: str) -> Decimal:
    """A figure; nothing where there is none."""
    return Decimal(row.get(field) or 0)


def money(row: Json, field: str, currency: str) -> Money:
    """A figure in a currency."""
    return Money(amount(row, field), currency)


def moment(text: str | None) -> dt.datetime | None:
    """A moment in either form."""
    if not text:
        return None
    ticks = _TICKS.fullmatch(text)
    if ticks:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=int(ticks[1]))
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


def day(row: Json, field: str) -> dt.date | None:
    """A day, taken from Xero's second way to say it where it says it twice."""
    text = row.get(f"{field}String") or row.get(field)
    found = moment(text)
    return found.date() if found else None


def words(row: Json | None, **fields: str) -> Json:
    """Texts by our names, empty where Xero has none."""
    return {ours: (row or {}).get(theirs) or "" for ours, theirs in fields.items()}


def contact(row: Json | None) -> Json:
    """A contact."""
    return words(row, id="ContactID", name="Name", email="EmailAddress")


def _tracking(row: Json) -> list[tuple[str, str]]:
    return [(each.get("Name") or "", each.get("Option") or "") for each in row.get("Tracking") or []]


def lines(row: Json, currency: str) -> list[Json]:
    """The lines of a document."""
    return [
        words(each, account_code="AccountCode", description="Description", tax_type="TaxType")
        | {"amount": money(each, "LineAmount", currency), "tax": money(each, "TaxAmount", currency)}
        | {"tracking": _tracking(each)}
        for each in row.get("LineItems") or []
    ]


def _currency(row: Json) -> str:
    return str(row.get("CurrencyCode") or BASE)


def _total(row: Json) -> Decimal:
    return Decimal(row["Total"]) if "Total" in row else amount(row, "SubTotal") + amount(row, "TotalTax")


def _head(row: Json) -> Json:
    return {"contact": contact(row.get("Contact")), "updated_at": moment(row.get("UpdatedDateUTC"))}


def invoice(row: Json) -> Json:
    """An invoice or bill."""
    currency = _currency(row)
    return (
        words(row, id="InvoiceID", kind="Type", number="InvoiceNumber", reference="Reference", status="Status")
        | _head(row)
        | {"date": day(row, "Date"), "due_date": day(row, "DueDate"), "net": money(row, "SubTotal", currency)}
        | {"tax": money(row, "TotalTax", currency), "total": Money(_total(row), currency)}
        | {"due": money(row, "AmountDue", currency), "paid": money(row, "AmountPaid", currency)}
        | {"lines": lines(row, currency), "currency_rate": Decimal(row.get("CurrencyRate") or 1)}
        | {"lines_include_tax": row.get("LineAmountTypes") == "Inclusive"}
    )


def allocation(row: Json, currency: str = BASE) -> Json:
    """A part of a credit set against an invoice."""
    dated = {"date": day(row, "Date"), "amount": money(row, "Amount", currency)}
    return words(row, id="AllocationID") | dated | words(
        row.get("Invoice"), invoice_id="InvoiceID", invoice_number="InvoiceNumber"
    )  # fmt: skip


def named(row: Json) -> Json:
    """A small thing: a currency, an action, a link, an option."""
    return {name: row.get(name) for name in ("Code", "Name", "Status", "OnlineInvoiceUrl", "TrackingOptionID")}


def _credit(row: Json, identity: str) -> Json:
    currency = _currency(row)
    parts = [allocation(each, currency) for each in row.get("Allocations") or []]
    return (
        words(row, id=identity, kind="Type", number="CreditNoteNumber", reference="Reference", status="Status")
        | _head(row)
        | {"date": day(row, "Date"), "total": Money(_total(row), currency), "allocations": parts}
        | {"remaining": money(row, "RemainingCredit", currency), "lines": lines(row, currency)}
        | {"currency_rate": Decimal(row.get("CurrencyRate") or 1)}
        | {"lines_include_tax": row.get("LineAmountTypes") == "Inclusive"}
    )


def credit_note(row: Json) -> Json:
    """A credit note."""
    return _credit(row, "CreditNoteID")


def overpayment(row: Json) -> Json:
    """An overpayment."""
    return _credit(row, "OverpaymentID")


def prepayment(row: Json) -> Json:
    """A prepayment."""
    return _credit(row, "PrepaymentID")


def bank_transaction(row: Json) -> Json:
    """Money spent or received."""
    currency = _currency(row)
    return (
        words(row, id="BankTransactionID", kind="Type", reference="Reference", status="Status")
        | words(row.get("BankAccount"), bank_account_id="AccountID", bank_account_code="Code")
        | {"contact": contact(row["Contact"]) if row.get("Contact") else None, "date": day(row, "Date")}
        | {"total": money(row, "Total", currency), "lines": lines(row, currency)}
        | {"is_reconciled": bool(row.get("IsReconciled")), "updated_at": moment(row.get("UpdatedDateUTC"))}
    )


def payment(row: Json) -> Json:
    """A payment, in the currency of what it pays."""
    paid: Json = next((row[noun] for noun in ("Invoice", "CreditNote", "Overpayment", "Prepayment") if row.get(noun)),
                      {})  # fmt: skip
    id_field = next(
        (name for name in ("InvoiceID", "CreditNoteID", "OverpaymentID", "PrepaymentID") if name in paid), ""
    )
    number_field = "InvoiceNumber" if "InvoiceNumber" in paid else "CreditNoteNumber"
    return (
        words(row, id="PaymentID", kind="PaymentType", reference="Reference", status="Status")
        | words(row.get("Account"), bank_account_id="AccountID", bank_account_code="Code")
        | words(paid, invoice_id=id_field, invoice_number=number_field)
        | {"contact": contact(paid["Contact"]) if paid.get("Contact") else None, "date": day(row, "Date")}
        | {"amount": money(row, "Amount", _currency(paid))}
        | {"bank_amount": money(row, "BankAmount" if "BankAmount" in row else "Amount", BASE)}
        | {"is_reconciled": bool(row.get("IsReconciled")), "updated_at": moment(row.get("UpdatedDateUTC"))}
    )


def batch(row: Json) -> Json:
    """A batch payment."""
    said = [row.get(field) for field in ("Reference", "Particulars", "Code", "Details", "Narrative")]
    return (
        words(row, id="BatchPaymentID", kind="Type", status="Status")
        | words(row.get("Account"), bank_account_id="AccountID")
        | {"date": day(row, "Date"), "total": money(row, "TotalAmount", BASE), "words": " ".join(filter(None, said))}
        | {"payment_ids": [each["PaymentID"] for each in row.get("Payments") or [] if each.get("PaymentID")]}
        | {"is_reconciled": bool(row.get("IsReconciled")), "updated_at": moment(row.get("UpdatedDateUTC"))}
    )


def transfer(row: Json) -> Json:
    """A bank transfer."""
    return (
        words(row, id="BankTransferID", from_transaction_id="FromBankTransactionID", reference="Reference")
        | words(row, to_transaction_id="ToBankTransactionID")
        | words(row.get("FromBankAccount"), from_account_id="AccountID")
        | words(row.get("ToBankAccount"), to_account_id="AccountID")
        | {"date": day(row, "Date"), "amount": money(row, "Amount", BASE), "status": row.get("Status") or "AUTHORISED"}
        | {"from_is_reconciled": bool(row.get("FromIsReconciled")), "to_is_reconciled": bool(row.get("ToIsReconciled"))}
    )


def manual_journal(row: Json) -> Json:
    """A manual journal."""
    rows = [
        words(each, account_code="AccountCode", description="Description")
        | {"amount": money(each, "LineAmount", BASE), "tax_type": each.get("TaxType") or "NONE"}
        | {"tracking": _tracking(each)}
        for each in row.get("JournalLines") or []
    ]
    return words(row, id="ManualJournalID", narration="Narration", status="Status", url="Url") | {
        "date": day(row, "Date"), "lines": rows, "updated_at": moment(row.get("UpdatedDateUTC")),
    }  # fmt: skip


def quote(row: Json) -> Json:
    """A quote."""
    currency = _currency(row)
    return (
        words(row, id="QuoteID", number="QuoteNumber", reference="Reference", title="Title", status="Status")
        | _head(row)
        | {"date": day(row, "Date"), "expiry_date": day(row, "ExpiryDate"), "net": money(row, "SubTotal", currency)}
        | {"tax": money(row, "TotalTax", currency), "total": Money(_total(row), currency)}
        | {"lines": lines(row, currency), "currency_rate": Decimal(row.get("CurrencyRate") or 1)}
        | {"lines_include_tax": row.get("LineAmountTypes") == "INCLUSIVE"}
    )


def repeating(row: Json) -> Json:
    """A repeating invoice."""
    currency, schedule = _currency(row), row.get("Schedule") or {}
    return (
        words(row, id="RepeatingInvoiceID", kind="Type", reference="Reference", status="Status")
        | {"contact": contact(row.get("Contact")), "total": money(row, "Total", currency)}
        | {"every": int(schedule.get("Period") or 1), "unit": schedule.get("Unit") or ""}
        | {"next_date": day(schedule, "NextScheduledDate"), "end_date": day(schedule, "EndDate")}
        | {"lines": lines(row, currency)}
    )


def group(row: Json) -> Json:
    """A contact group."""
    members = [each["ContactID"] for each in row.get("Contacts") or [] if each.get("ContactID")]
    return words(row, id="ContactGroupID", name="Name", status="Status") | {"contact_ids": members}


def user(row: Json) -> Json:
    """A user."""
    name = " ".join(filter(None, (row.get("FirstName"), row.get("LastName"))))
    return words(row, id="UserID", email="EmailAddress", role="OrganisationRole") | {"name": name}


def ledger_account(row: Json) -> Json:
    """An account of the chart."""
    named = words(row, id="AccountID", code="Code", name="Name", type="Type", klass="Class", tax_type="TaxType")
    return named | words(row, system="SystemAccount", currency="CurrencyCode", number="BankAccountNumber") | {
        "status": row.get("Status") or "ACTIVE"
    }  # fmt: skip


def tax_rate(row: Json) -> Json:
    """A tax rate."""
    return words(row, type="TaxType", name="Name") | {
        "percent": amount(row, "EffectiveRate"), "status": row.get("Status") or "ACTIVE",
    }  # fmt: skip


def tracking_category(row: Json) -> Json:
    """A tracking category with its active options."""
    options = [
        (each.get("TrackingOptionID") or "", each.get("Name") or "")
        for each in row.get("Options") or []
        if each.get("Status") in (None, "", "ACTIVE")
    ]
    return words(row, id="TrackingCategoryID", name="Name") | {
        "status": row.get("Status") or "ACTIVE", "options": options,
    }  # fmt: skip


def budget(row: Json) -> Json:
    """A budget."""
    rows = [
        words(each, account_id="AccountID", account_code="AccountCode")
        | {"amounts": {one["Period"]: amount(one, "Amount") for one in each.get("BudgetBalances") or []}}
        for each in row.get("BudgetLines") or []
    ]
    return words(row, id="BudgetID", kind="Type", description="Description") | {
        "lines": rows, "updated_at": moment(row.get("UpdatedDateUTC")),
    }  # fmt: skip


def history_note(row: Json) -> Json:
    """An entry of History and Notes."""
    return words(row, user="User", change="Changes", details="Details") | {"at": moment(row.get("DateUTC"))}


def attachment(row: Json) -> Json:
    """An attached file."""
    return words(row, id="AttachmentID", filename="FileName", mime="MimeType") | {
        "length_bytes": int(row.get("ContentLength") or 0)
    }  # fmt: skip


def organisation(row: Json) -> Json:
    """An organisation; its time zone is told by a table of ours (tests/xero_tools/test_translate.py)."""
    from xero_tools.timezones import iana_zone

    return (
        words(row, id="OrganisationID", name="Name", currency="BaseCurrency", short_code="ShortCode")
        | words(row, country="CountryCode")
        | {"timezone": iana_zone(row.get("Timezone") or "")}
        | {"year_end_month": int(row.get("FinancialYearEndMonth") or 12)}
        | {"year_end_day": int(row.get("FinancialYearEndDay") or 31)}
        | {"period_lock_date": day(row, "PeriodLockDate"), "end_of_year_lock_date": day(row, "EndOfYearLockDate")}
    )


def _maybe(row: Json, field: str) -> Money | None:
    return Money(Decimal(row[field]), BASE) if field in row else None


def _trade(row: Json | None) -> Json:
    side = row or {}
    return {
        "price": _maybe(side, "UnitPrice"), "tax_type": side.get("TaxType") or "",
        "account_code": side.get("AccountCode") or side.get("COGSAccountCode") or "",
    }  # fmt: skip


def product(row: Json) -> Json:
    """A product or service."""
    return (
        words(row, id="ItemID", code="Code", name="Name", description="Description")
        | words(row, stock_account_code="InventoryAssetAccountCode")
        | {"is_sold": bool(row.get("IsSold")), "is_bought": bool(row.get("IsPurchased"))}
        | {"is_tracked": bool(row.get("IsTrackedAsInventory")), "updated_at": moment(row.get("UpdatedDateUTC"))}
        | {"sale": _trade(row.get("SalesDetails")), "purchase": _trade(row.get("PurchaseDetails"))}
        | {"on_hand": row.get("QuantityOnHand"), "cost": _maybe(row, "TotalCostPool")}
    )


def purchase_order(row: Json) -> Json:
    """An order to a supplier."""
    currency = _currency(row)
    rows = [
        words(each, product_code="ItemCode", description="Description", account_code="AccountCode", tax_type="TaxType")
        | {"quantity": amount(each, "Quantity"), "unit_price": money(each, "UnitAmount", currency)}
        | {"amount": money(each, "LineAmount", currency), "tax": money(each, "TaxAmount", currency)}
        for each in row.get("LineItems") or []
    ]
    return (
        words(row, id="PurchaseOrderID", number="PurchaseOrderNumber", reference="Reference", status="Status")
        | _head(row)
        | {"date": day(row, "Date"), "delivery_date": day(row, "DeliveryDate"), "lines": rows}
        | {"net": money(row, "SubTotal", currency), "tax": money(row, "TotalTax", currency)}
        | {"total": money(row, "Total", currency), "currency_rate": Decimal(row.get("CurrencyRate") or 1)}
    )
