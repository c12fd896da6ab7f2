"""A page of invoices as Xero sends it: the fields of its OpenAPI examples, and amounts that differ from row to row."""

from __future__ import annotations

import json
from typing import Any

CATEGORIES = {
    "Region": ("Northern", "Southern", "Eastside", "West Coast"),
    "Fund": ("General", "Restricted", "Capital"),
}
TAX_TYPES, ACCOUNTS = ("OUTPUT2", "OUTPUT2", "OUTPUT2", "NONE"), ("200", "205", "260", "400", "477")
REFERENCES = ("PO 60417", "Red Fish, Blue Fish", "", "Monthly retainer")
DESCRIPTIONS = ("Consulting, a day on site", "Half day training - Microsoft Office", "Fender Strat", "Travel at cost")
DAY = 86_400_000
FIRST_DAY = 1_793_404_800_000 - 90 * DAY


def page(invoices: int, lines: int) -> bytes:
    """Answers `GET /Invoices?page=1&pageSize=1000`: `invoices` rows of `lines` lines each, half of them paid."""
    rows = [_invoice(number, lines) for number in range(invoices)]
    frame = {
        "Id": "900c500b-e83c-4ce2-902a-b8ba04751748",
        "Status": "OK",
        "ProviderName": "Tieout",
        "DateTimeUTC": "/Date(1793404800230)/",
        "pagination": {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": invoices},
        "Invoices": rows,
    }
    return json.dumps(frame, separators=(",", ":")).encode()


def _id(kind: int, number: int) -> str:
    return f"{kind:08x}-5d91-4c7e-b483-{number:012x}"


def _date(day: int) -> dict[str, str]:
    """Both forms of a date that a document has; `day` counts from the first day of the books."""
    month, of_month = divmod(day, 28)
    return {"String": f"2026-{month + 7:02d}-{of_month + 1:02d}T00:00:00", "": f"/Date({FIRST_DAY + day * DAY}+0000)/"}


def _line(number: int, position: int) -> dict[str, Any]:
    """One line, its net and its tax in whole cents."""
    serial = number * 7 + position
    tax_type = TAX_TYPES[serial % len(TAX_TYPES)]
    net = 1_995 + serial * 137 % 480_000
    tax = 0 if tax_type == "NONE" else net * 15 // 100
    tracking = [
        {
            "Name": name,
            "Option": options[serial % len(options)],
            "TrackingCategoryID": _id(9, len(name)),
            "TrackingOptionID": _id(10, serial % len(options)),
        }
        for name, options in list(CATEGORIES.items())[: serial % 3]
    ]
    return {
        "ItemCode": f"ITEM-{serial % 40}",
        "Description": f"{DESCRIPTIONS[serial % len(DESCRIPTIONS)]}, job {serial}",
        "UnitAmount": net / 100,
        "TaxType": tax_type,
        "TaxAmount": tax / 100,
        "LineAmount": net / 100,
        "AccountCode": ACCOUNTS[serial % len(ACCOUNTS)],
        "AccountID": _id(8, serial % len(ACCOUNTS)),
        "Item": {"ItemID": _id(7, serial % 40), "Name": "Consulting", "Code": f"ITEM-{serial % 40}"},
        "Tracking": tracking,
        "Quantity": 1.0,
        "LineItemID": _id(6, serial),
        "ValidationErrors": [],
    }


def _invoice(number: int, lines: int) -> dict[str, Any]:
    drawn = [_line(number, position) for position in range(lines)]
    net = round(sum(each["LineAmount"] for each in drawn), 2)
    tax = round(sum(each["TaxAmount"] for each in drawn), 2)
    total, day, is_paid = round(net + tax, 2), number % 80, number % 2 == 0
    paid = {"PaymentID": _id(3, number), "Date": _date(day)[""], "Amount": total, "Reference": "", "CurrencyRate": 1.0,
            "HasAccount": False, "HasValidationErrors": False}  # fmt: skip
    return {
        "Type": "ACCREC" if number % 3 else "ACCPAY",
        "InvoiceID": _id(1, number),
        "InvoiceNumber": f"INV-{number:05d}",
        "Reference": REFERENCES[number % len(REFERENCES)],
        "Payments": [paid] if is_paid else [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": 0.0 if is_paid else total,
        "AmountPaid": total if is_paid else 0.0,
        "AmountCredited": 0.0,
        "SentToContact": True,
        "CurrencyRate": 1.0,
        "IsDiscounted": False,
        "HasAttachments": False,
        "HasErrors": False,
        "Attachments": [],
        "InvoicePaymentServices": [],
        "Contact": {
            "ContactID": _id(2, number % 150),
            "Name": f"Barney Rubble-{number % 150}",
            "Addresses": [],
            "Phones": [],
            "ContactGroups": [],
            "ContactPersons": [],
            "HasValidationErrors": False,
        },
        **{f"Date{form}": text for form, text in _date(day).items()},
        **{f"DueDate{form}": text for form, text in _date(day + 20).items()},
        "Status": "PAID" if is_paid else "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": drawn,
        "SubTotal": net,
        "TotalTax": tax,
        "Total": total,
        "UpdatedDateUTC": f"/Date({FIRST_DAY + day * DAY + number}+0000)/",
        "CurrencyCode": "NZD",
    }
