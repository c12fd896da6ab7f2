"""The bank summary: what each bank account opened with, received, spent and closed with, in base currency."""

from datetime import date, timedelta

from sandbox.xero.reports.balances import Ledger, amount_text
from sandbox.xero.reports.rows import cell, header, report, section, summary
from sandbox.xero.wire import Json, long_date


def bank_summary(ledger: Ledger, first: date, last: date, today: date) -> Json:
    """The report from first to last."""
    opening = ledger.movement(None, first - timedelta(days=1))
    rows: list[Json] = []
    totals = [0, 0, 0, 0]
    banks = [account for account in ledger.accounts if account["Type"] == "BANK" and account["Status"] == "ACTIVE"]
    for account in sorted(banks, key=lambda one: str(one["Name"])):
        identity = account["AccountID"]
        received, spent = _flows(ledger, identity, first, last)
        start = opening.get(identity, 0)
        amounts = [start, received, spent, start + received - spent]
        totals = [a + b for a, b in zip(totals, amounts, strict=True)]
        cells = [cell(account["Name"], identity, attribute="accountID"), cell(amount_text(start))]
        cells += [cell(amount_text(received), identity), cell(amount_text(spent), identity)]
        rows.append({"RowType": "Row", "Cells": [*cells, cell(amount_text(amounts[3]))]})
    rows.append(summary("Total", totals))
    titles = header("Bank Accounts", "Opening Balance", "Cash Received", "Cash Spent", "Closing Balance")
    span = f"From {long_date(first)} to {long_date(last)}"
    return report("Bank Summary", "BankSummary", ledger.organisation, span, today, [titles, section("", rows)])


def _flows(ledger: Ledger, account: str, first: date, last: date) -> tuple[int, int]:
    found = ledger.store.db.execute(
        "SELECT coalesce(sum(max(cents, 0)), 0), coalesce(-sum(min(cents, 0)), 0) FROM postings "
        "WHERE organisation = ? AND account = ? AND date BETWEEN ? AND ?",
        (ledger.organisation["OrganisationID"], account, first.isoformat(), last.isoformat()),
    ).fetchone()
    return int(found[0]), int(found[1])
