"""Paper Lantern Ltd: small books whose every figure a reader can add up.

Opened 1 July 2026 with 10,000.00 of share capital in the bank (a conversion journal).
August:    INV-0001 to Ada 1,000.00 + 10% GST = 1,100.00, due 2026-08-31, unpaid.
September: INV-0002 to Ben 200.00 + GST = 220.00, paid on 20 September; BILL-7 from Cole 500.00 + GST = 550.00, unpaid;
           INV-0003 to Dora in USD, 650.00 at 0.65 (1,000.00 AUD), no tax, unpaid; rent 110.00 incl. GST by card.
October:   INV-0004 draft to Ada 50.00; a draft journal.
"""

from typing import Any

Json = dict[str, Any]
ORGANISATION = "11111111-0000-4000-8000-000000000001"
LOCKED = "2026-07-31"


def account(code: str, name: str, kind: str, tax: str = "NONE", **more: object) -> Json:
    """One account of the chart."""
    return {"Code": code, "Name": name, "Type": kind, "TaxType": tax, "AccountID": account_id(code)} | more


def account_id(code: str) -> str:
    """The id of the account with this code."""
    return f"22222222-0000-4000-8000-{int(code):012d}"


def document_id(number: int) -> str:
    """A document id."""
    return f"33333333-0000-4000-8000-{number:012d}"


def line(code: str, amount: str, **more: object) -> Json:
    """One invoice line."""
    return {
        "Description": "Work",
        "AccountCode": code,
        "Quantity": 1,
        "UnitAmount": amount,
        "LineAmount": amount,
    } | more


def invoice(
    place: int, kind: str, number: str, who: str, day: str, due: str, lines: list[Json], **more: object
) -> Json:
    """One invoice or bill."""
    return {
        "InvoiceID": document_id(place),
        "Type": kind,
        "InvoiceNumber": number,
        "Contact": {"Name": who},
        "Date": day,
        "DueDate": due,
        "Status": "AUTHORISED",
        "LineAmountTypes": "Exclusive",
        "LineItems": lines,
    } | more


def books() -> Json:
    """The books."""
    return {
        "Organisation": {
            "OrganisationID": ORGANISATION,
            "Name": "Paper Lantern Ltd",
            "ShortCode": "!lant1",
            "BaseCurrency": "AUD",
            "CountryCode": "AU",
            "PeriodLockDate": LOCKED,
        },
        "Accounts": [
            account("090", "Cheque Account", "BANK"),
            account("200", "Sales", "REVENUE", "OUTPUT"),
            account("310", "Cost of Goods Sold", "DIRECTCOSTS", "INPUT"),
            account("400", "Rent", "EXPENSE", "INPUT"),
            account("404", "Old Fees", "EXPENSE", "INPUT", Status="ARCHIVED"),
            account("620", "Prepayments", "CURRENT"),
            account("970", "Share Capital", "EQUITY"),
        ],
        "TrackingCategories": [{"Name": "Region", "Options": [{"Name": "North"}, {"Name": "South"}]}],
        "Contacts": [{"Name": "Ada"}, {"Name": "Ben"}, {"Name": "Cole & Sons <Ltd>"}],
        "Invoices": [
            invoice(1, "ACCREC", "INV-0001", "Ada", "2026-08-10", "2026-08-31", [line("200", "1000.00")]),
            invoice(2, "ACCREC", "INV-0002", "Ben", "2026-09-05", "2026-09-30", [line("200", "200.00")], Status="PAID"),
            invoice(3, "ACCPAY", "BILL-7", "Cole & Sons <Ltd>", "2026-09-12", "2026-10-12", [line("310", "500.00")]),
            invoice(
                4, "ACCREC", "INV-0003", "Dora", "2026-09-15", "2026-10-15",
                [line("200", "650.00", TaxType="EXEMPTEXPORT")], CurrencyCode="USD", CurrencyRate="0.65",
            ),
            invoice(5, "ACCREC", "INV-0004", "Ada", "2026-10-20", "2026-11-20", [line("200", "50.00")], Status="DRAFT"),
        ],
        "Payments": [
            {
                "PaymentID": document_id(21),
                "Invoice": {"InvoiceID": document_id(2)},
                "Account": {"Code": "090"},
                "Date": "2026-09-20",
                "Amount": "220.00",
                "IsReconciled": True,
            }
        ],
        "BankTransactions": [
            {
                "BankTransactionID": document_id(31),
                "Type": "SPEND",
                "Contact": {"Name": "Harbour Rents"},
                "BankAccount": {"Code": "090"},
                "Date": "2026-09-28",
                "LineAmountTypes": "Inclusive",
                "LineItems": [line("400", "110.00", Tracking=[{"Name": "Region", "Option": "North"}])],
            }
        ],
        "ManualJournals": [
            {
                "ManualJournalID": document_id(41),
                "Narration": "Conversion balances",
                "Date": "2026-07-01",
                "Status": "POSTED",
                "JournalLines": [
                    {"AccountCode": "090", "LineAmount": "10000.00"},
                    {"AccountCode": "970", "LineAmount": "-10000.00"},
                ],
            },
            {
                "ManualJournalID": document_id(42),
                "Narration": "Accrual, to be checked",
                "Date": "2026-10-31",
                "Status": "DRAFT",
                "JournalLines": [
                    {"AccountCode": "400", "LineAmount": "75.00"},
                    {"AccountCode": "620", "LineAmount": "-75.00"},
                ],
            },
        ],
        "Budgets": [
            {
                "BudgetID": document_id(51),
                "Type": "OVERALL",
                "Description": "Plan",
                "BudgetLines": [
                    {
                        "AccountCode": "400",
                        "BudgetBalances": [{"Period": "2026-09", "Amount": 90}, {"Period": "2026-10", "Amount": 95}],
                    }
                ],
            }
        ],
        "Attachments": [
            {
                "entity": "Invoices",
                "id": document_id(3),
                "filename": "bill-7.txt",
                "mime": "text/plain",
                "text": "Tax invoice 7",
            }
        ],
    }  # fmt: skip
