"""Reports are sums of postings, in Xero's rows and cells (books and their figures in paper_lantern.py)."""

from typing import Any

from tests.sandbox.xero.paper_lantern import account_id
from tests.support.xero_wire import Wire

Json = dict[str, Any]


def report(reader: Wire, name: str, **query: object) -> Json:
    """One report."""
    answer = reader.get(f"Reports/{name}", **query)
    assert answer.status == 200, answer.text
    found: Json = answer.json["Reports"][0]
    return found


def rows(one: Json) -> dict[str, list[str]]:
    """First cell -> the other cells of every row and summary row."""
    return {
        row["Cells"][0]["Value"]: [cell["Value"] for cell in row["Cells"][1:]]
        for section in one["Rows"]
        for row in section.get("Rows", [])
    }


def test_the_trial_balance_shows_the_month_and_the_year(reader: Wire) -> None:
    one = report(reader, "TrialBalance", date="2026-09-30")
    assert (one["ReportType"], one["ReportTitles"]) == (
        "TrialBalance",
        ["Trial Balance", "Paper Lantern Ltd", "As at 30 September 2026"],
    )
    assert [cell["Value"] for cell in one["Rows"][0]["Cells"]] == [
        "Account",
        "Debit",
        "Credit",
        "YTD Debit",
        "YTD Credit",
    ]
    assert [section["Title"] for section in one["Rows"][1:]] == [
        "Revenue",
        "Expenses",
        "Assets",
        "Liabilities",
        "Equity",
        "",
    ]
    assert rows(one) == {
        "Sales (200)": ["", "1200.00", "", "2200.00"],
        "Cost of Goods Sold (310)": ["500.00", "", "500.00", ""],
        "Rent (400)": ["100.00", "", "100.00", ""],
        "Cheque Account (090)": ["110.00", "", "10110.00", ""],
        "Accounts Receivable (610)": ["1000.00", "", "2100.00", ""],
        "Accounts Payable (800)": ["", "550.00", "", "550.00"],
        "GST (820)": ["40.00", "", "", "60.00"],
        "Share Capital (970)": ["", "0.00", "", "10000.00"],
        "Total": ["1750.00", "1750.00", "12810.00", "12810.00"],
    }
    first = one["Rows"][1]["Rows"][0]["Cells"]
    assert all(cell["Attributes"] == [{"Value": account_id("200"), "Id": "account"}] for cell in first)


def test_a_new_financial_year_moves_profit_into_retained_earnings(reader: Wire) -> None:
    one = rows(report(reader, "TrialBalance", date="2027-07-01"))
    assert one["Retained Earnings (960)"] == ["", "0.00", "", "1600.00"]  # 2,200 - 500 - 100
    assert "Sales (200)" not in one
    assert one["Total"][2] == one["Total"][3]


def test_profit_and_loss_with_earlier_months_beside_it(reader: Wire) -> None:
    one = report(reader, "ProfitAndLoss", fromDate="2026-09-01", toDate="2026-09-30", periods=1, timeframe="MONTH")
    assert one["ReportTitles"][2] == "1 September 2026 to 30 September 2026"
    assert [cell["Value"] for cell in one["Rows"][0]["Cells"]] == ["", "30 Sep 2026", "31 Aug 2026"]
    assert [section["Title"] for section in one["Rows"][1:]] == [
        "Income", "Less Cost of Sales", "", "Less Operating Expenses", "",
    ]  # fmt: skip
    assert rows(one) == {
        "Sales": ["1200.00", "1000.00"],
        "Total Income": ["1200.00", "1000.00"],
        "Cost of Goods Sold": ["500.00", "0.00"],
        "Total Cost of Sales": ["500.00", "0.00"],
        "Gross Profit": ["700.00", "1000.00"],
        "Rent": ["100.00", "0.00"],
        "Total Operating Expenses": ["100.00", "0.00"],
        "Net Profit": ["600.00", "1000.00"],
    }


def test_profit_and_loss_of_one_tracking_option(reader: Wire) -> None:
    region = reader.rows("TrackingCategories")[0]
    north = next(one["TrackingOptionID"] for one in region["Options"] if one["Name"] == "North")
    query = {"trackingCategoryID": region["TrackingCategoryID"], "trackingOptionID": north}
    one = rows(report(reader, "ProfitAndLoss", fromDate="2026-09-01", toDate="2026-09-30", **query))
    assert one["Net Profit"] == ["-100.00"]


def test_the_balance_sheet_balances_at_every_date(reader: Wire) -> None:
    one = rows(report(reader, "BalanceSheet", date="2026-09-30", periods=2, timeframe="MONTH"))
    assert one["Cheque Account"] == ["10110.00", "10000.00", "10000.00"]
    assert one["Total Assets"] == ["12210.00", "11100.00", "10000.00"]
    assert one["Total Liabilities"] == ["610.00", "100.00", "0.00"]
    assert one["Current Year Earnings"] == ["1600.00", "1000.00", "0.00"]
    assert one["Net Assets"] == one["Total Equity"] == ["11600.00", "11000.00", "10000.00"]


def test_the_bank_summary(reader: Wire) -> None:
    one = report(reader, "BankSummary", fromDate="2026-09-01", toDate="2026-09-30")
    assert one["ReportTitles"][2] == "From 1 September 2026 to 30 September 2026"
    assert rows(one) == {
        "Cheque Account": ["10000.00", "220.00", "110.00", "10110.00"],
        "Total": ["10000.00", "220.00", "110.00", "10110.00"],
    }
    assert one["Rows"][1]["Rows"][0]["Cells"][0]["Attributes"] == [{"Value": account_id("090"), "Id": "accountID"}]


def test_report_parameters_nobody_can_read_are_400_and_other_reports_404(reader: Wire) -> None:
    assert reader.get("Reports/TrialBalance", date="soon").status == 400
    assert reader.get("Reports/ProfitAndLoss", periods="13").status == 400
    assert reader.get("Reports/ProfitAndLoss", timeframe="WEEK").status == 400
    assert reader.get("Reports/ProfitAndLoss", fromDate="2026-09-30", toDate="2026-09-01").status == 400
    assert reader.get("Reports/ProfitAndLoss", fromDate="2020-01-01", toDate="2026-09-01").status == 400
    assert reader.get("Reports/BankReconciliationSummary").status == 404
