"""Xero's summaries: the budget by month, the executive summary, and the reports that somebody published."""

from __future__ import annotations

import datetime as dt

from books.report_records import Figure, PublishedReport, SummaryLine
from xero_tools import translate, wire
from xero_tools.gateway import Gateway
from xero_tools.report_rows import account_id, amount, read_report, text, titles


def budget(
    organisation: str, gateway: Gateway, *, start: dt.date, periods: int = 12, months: int = 1, interactive: bool = True
) -> tuple[SummaryLine, ...]:
    """The overall budget from `start` in `periods` columns of 1, 3 or 12 `months`, computed totals included."""
    query: dict[str, str | int | bool] = {"date": start.isoformat(), "periods": periods, "timeframe": months}
    return _lines(read_report(organisation, gateway, "BudgetSummary", query, interactive))


def executive(
    organisation: str, gateway: Gateway, *, month: dt.date, interactive: bool = True
) -> tuple[SummaryLine, ...]:
    """The executive summary of the month of a day: cash, profit, debtor days, ratios, with the month before."""
    query: dict[str, str | int | bool] = {"date": month.isoformat()}
    return _lines(read_report(organisation, gateway, "ExecutiveSummary", query, interactive))


def published(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[PublishedReport, ...]:
    """The published reports that Xero keeps by id; only activity statements (GST, BAS) are among them."""
    rows = translate.envelope(gateway.read(organisation, "Reports", interactive=interactive)).Reports
    return tuple(
        PublishedReport(
            id=row.ReportID or "", name=row.ReportName or "", type=row.ReportType or "", date=row.ReportDate or ""
        )
        for row in rows or ()
    )


def _lines(report: wire.WireReport) -> tuple[SummaryLine, ...]:
    columns = titles(report)[1:]
    return tuple(
        SummaryLine(
            section=part.Title or "",
            name=text(row, 0),
            account_id=account_id(row),
            columns=columns,
            figures=tuple(_figure(cell) for cell in (row.Cells or [])[1:]),
        )
        for part in report.Rows or ()
        for row in part.Rows or ()
    )


def _figure(cell: wire.WireCell) -> Figure:
    words = (cell.Value or "").strip()
    percent = words.endswith("%")
    known = any(letter.isdigit() for letter in words)  # Xero writes "N/A" or nothing where there is no figure
    bare = wire.WireCell(Value=words.removesuffix("%")) if percent else cell
    return Figure(value=amount(bare) if known else None, is_percent=percent)
