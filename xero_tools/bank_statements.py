"""Reads of the bank's statements that Xero holds: its Finance API, which is closed to all but those Xero lets in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.practice_records import FedLine, FedStatement
from books.refusal import Refusal
from xero_tools import other_apis
from xero_tools.gateway import Gateway
from xero_tools.translate import day, required_day
from xero_tools.wire_base import Amount, Text, Wire

MOST_DAYS = 365
"""What one question may span is twelve months; source: Xero's OpenAPI file of the Finance API, FromDate."""
_DROP = "Drop the bank's own file instead, and leave bank_statements out of this client in firm.yml."


class LineRow(Wire):
    """A line as the Finance API writes it."""

    statementLineId: Text = None  # noqa: N815
    postedDate: Text = None  # noqa: N815
    transactionDate: Text = None  # noqa: N815
    payee: Text = None
    reference: Text = None
    notes: Text = None
    chequeNo: Text = None  # noqa: N815
    amount: Amount = None
    type: Text = None
    isReconciled: bool | None = None  # noqa: N815
    isDuplicate: bool | None = None  # noqa: N815
    isDeleted: bool | None = None  # noqa: N815


class StatementRow(Wire):
    """A statement as the Finance API writes it."""

    statementId: Text = None  # noqa: N815
    startDate: Text = None  # noqa: N815
    endDate: Text = None  # noqa: N815
    importSource: Text = None  # noqa: N815
    startBalance: Amount = None  # noqa: N815
    endBalance: Amount = None  # noqa: N815
    indicativeStartBalance: Amount = None  # noqa: N815
    indicativeEndBalance: Amount = None  # noqa: N815
    statementLines: tuple[LineRow, ...] | None = None  # noqa: N815


class Answer(Wire):
    """What a question about one bank account brings."""

    bankAccountCurrencyCode: Text = None  # noqa: N815
    statements: tuple[StatementRow, ...] | None = None


def between(
    organisation: str, gateway: Gateway, account_id: str, *, start: dt.date, end: dt.date, interactive: bool = True
) -> tuple[FedStatement, ...]:
    """The statements of a bank account over these days, both included and none of them in the future.

    Raises Refusal: `bank_statements_closed` where Xero has not let the app in, `bank_statements_span` beyond a year.
    """
    if not dt.timedelta() <= end - start < dt.timedelta(days=MOST_DAYS):
        raise Refusal(
            "Xero gives bank statements for twelve months at most.",
            next_step="Ask for one month at a time.",
            code="bank_statements_span",
        )
    query = {
        "BankAccountID": account_id, "FromDate": start.isoformat(), "ToDate": end.isoformat(), "SummaryOnly": "true"
    }  # fmt: skip
    path = "BankStatementsPlus/statements"
    try:
        answer = other_apis.read(organisation, gateway, other_apis.FINANCE, path, Answer, query=query,
                                 interactive=interactive)  # fmt: skip
    except Refusal as refusal:
        if refusal.code != "xero_forbidden":
            raise
        raise Refusal(
            "Xero does not give this app the bank's statements: its Finance API is open only to those it lets in.",
            next_step=_DROP,
            code="bank_statements_closed",
            detail=refusal.detail,
        ) from refusal
    return tuple(_statement(row, answer.bankAccountCurrencyCode or "") for row in answer.statements or ())


def _statement(row: StatementRow, currency: str) -> FedStatement:
    what = f"the bank statement {row.statementId}"
    is_stated = bool(row.startBalance) or bool(row.endBalance)  # where the bank supplied none, both are 0
    return FedStatement(
        id=row.statementId or "",
        start=required_day(row.startDate, what),
        end=required_day(row.endDate, what),
        currency=currency,
        opening=row.startBalance if is_stated else None,
        closing=row.endBalance if is_stated else None,
        sum_opening=row.indicativeStartBalance,
        sum_closing=row.indicativeEndBalance,
        source=row.importSource or "",
        lines=tuple(_line(each) for each in row.statementLines or ()),
    )


def _line(row: LineRow) -> FedLine:
    return FedLine(
        id=row.statementLineId or "",
        posted_on=required_day(row.postedDate, f"the statement line {row.statementLineId}"),
        transacted_on=day(row.transactionDate) if row.transactionDate else None,
        amount=row.amount if row.amount is not None else Decimal(0),
        kind=row.type or "",
        payee=row.payee or "",
        reference=row.reference or "",
        notes=row.notes or "",
        cheque=row.chequeNo or "",
        is_reconciled=bool(row.isReconciled),
        is_duplicate=bool(row.isDuplicate),
        is_deleted=bool(row.isDeleted),
    )
