"""The pieces of a report: header, sections, rows and cells, exactly as Xero nests and names them."""

from datetime import date

from sandbox.xero.reports.balances import amount_text
from sandbox.xero.wire import Json, long_date, now_ms


def cell(value: str, account: str = "", *, attribute: str = "account") -> Json:
    """One cell; a cell that belongs to an account says so in its Attributes."""
    return {"Value": value, "Attributes": [{"Value": account, "Id": attribute}]} if account else {"Value": value}


def header(*titles: str) -> Json:
    """The header row."""
    return {"RowType": "Header", "Cells": [cell(title) for title in titles]}


def section(title: str, rows: list[Json]) -> Json:
    """A titled section of rows."""
    return {"RowType": "Section", "Title": title, "Rows": rows}


def row(label: str, amounts: list[int], account: str = "") -> Json:
    """A row with one amount a column."""
    return {"RowType": "Row", "Cells": [cell(label, account), *(cell(amount_text(one), account) for one in amounts)]}


def summary(label: str, amounts: list[int]) -> Json:
    """A section's total."""
    return {"RowType": "SummaryRow", "Cells": [cell(label), *(cell(amount_text(one)) for one in amounts)]}


def report(name: str, kind: str, organisation: Json, span: str, today: date, rows: list[Json]) -> Json:
    """The report object around the rows."""
    return {
        "ReportID": kind,
        "ReportName": name,
        "ReportType": kind,
        "ReportTitles": [name, str(organisation["Name"]), span],
        "ReportDate": long_date(today),
        "UpdatedDateUTC": f"/Date({now_ms()})/",
        "Fields": [],
        "Rows": rows,
    }
