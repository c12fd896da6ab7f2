"""What a page of 1,000 full invoices costs to read: our typed records beside the SDK's models, in one run.

python benchmarks/xero_reads.py
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median

import xero_python.accounting.models as sdk_models
from xero_python.api_client import ModelFinder
from xero_python.api_client.deserializer import deserialize

from xero_tools import translate

INVOICES, LINES = 1_000, 5


def page() -> bytes:
    """A page as Xero sends it: 1,000 invoices of five lines each."""
    rows = [
        {
            "Type": "ACCREC", "InvoiceID": f"243216c5-369e-4056-ac67-{number:012d}", "InvoiceNumber": f"INV-{number}",
            "Reference": "PO 60417", "Status": "AUTHORISED", "LineAmountTypes": "Exclusive", "CurrencyCode": "AUD",
            "Contact": {"ContactID": f"025867f1-d741-4d6b-b1af-{number % 50:012d}", "Name": "City Agency"},
            "Date": "/Date(1793404800000+0000)/", "DueDate": "/Date(1795996800000+0000)/", "IsDiscounted": False,
            "SubTotal": 1250.00, "TotalTax": 125.00, "Total": 1375.00, "AmountDue": 1375.00, "AmountPaid": 0.00,
            "UpdatedDateUTC": f"/Date({1793404800000 + number}+0000)/", "CurrencyRate": 1.000000,
            "LineItems": [
                {"LineItemID": f"52208ff9-528a-4985-a9ad-{number * 10 + line:012d}", "Description": "Consulting, a day",
                 "Quantity": 1.0, "UnitAmount": 250.00, "LineAmount": 250.00, "TaxAmount": 25.00, "TaxType": "OUTPUT",
                 "AccountCode": "200", "Tracking": [{"Name": "Region", "Option": "North"}]}
                for line in range(LINES)
            ],
        }
        for number in range(INVOICES)
    ]  # fmt: skip
    return json.dumps({"Id": "x", "Status": "OK", "Invoices": rows}).encode()


def cpu_milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median CPU time of one round."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times) * 1000


def main() -> None:
    """Prints the three costs and their ratios."""
    content = page()
    finder = ModelFinder(sdk_models)
    decoded = cpu_milliseconds(lambda: translate.envelope(content), 20)
    records = cpu_milliseconds(
        lambda: [translate.invoice(row, "AUD") for row in translate.envelope(content).Invoices or ()], 20
    )
    sdk = cpu_milliseconds(lambda: deserialize("Invoices", json.loads(content), finder), 3)
    print(f"a page of {INVOICES} invoices of {LINES} lines, {len(content) / 2**20:.2f} MiB, CPU ms (median)")
    print(f"  decoded to typed shapes   {decoded:8.1f}   {sdk / decoded:5.0f} × faster than the SDK")
    print(f"  and on to our records     {records:8.1f}   {sdk / records:5.0f} × faster than the SDK")
    print(f"  xero-python's models      {sdk:8.1f}")


if __name__ == "__main__":
    main()
