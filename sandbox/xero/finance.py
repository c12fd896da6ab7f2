"""Xero's Finance API, as far as it tells of bank statements: closed to every organisation that is not let in."""

from datetime import date
from decimal import Decimal
from itertools import groupby

from sandbox.statements.feed import Feed, FeedLine, bank_id, feed_between
from sandbox.xero.answering import JSON, Reply, Request
from sandbox.xero.refusals import NotFoundError, ProblemError, RefusedError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, encode, money, number, parse_date, steady_id

FLAGS = {"DELETED": "isDeleted", "DUPLICATE": "isDuplicate"}
"""The status of a statement line in the books, and what the API calls it; such a line is in no balance."""
_KINDS = {
    "BankTransactions": "banktransactions",
    "Payments": "payments",
    "BankTransfers": "banktransfers",
    "ManualJournals": "manualjournals",
    "StatementLines": "statementlines",
}


class FinanceProblemError(RefusedError):
    """A question that this API does not take, in its own form of a problem."""

    def __init__(self, kind: str, title: str, detail: str, *, status: int = 400) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail

    def body(self) -> Json:
        """type, title, status and detail."""
        return {"type": self.kind, "title": self.title, "status": self.status, "detail": self.detail}


def answer_finance(session: Session, request: Request, steps: list[str]) -> Reply:
    """The bank statements of one account; 403 for an organisation that is not let in."""
    if session.identity not in session.simulator.finance_open:
        raise ProblemError(403, "Forbidden", "AuthenticationUnsuccessful")
    if steps != ["bankstatementsplus", "statements"]:
        raise NotFoundError
    asked = {name.lower(): value for name, value in request.query.items()}
    if not asked.get("bankaccountid"):
        raise FinanceProblemError("invalid-request", "InvalidRequest", "AccountId was not supplied")
    account = session.chart.by_id.get(asked["bankaccountid"].lower())
    if account is None or account["Type"] != "BANK":
        raise FinanceProblemError("bank-account-not-found", "BankAccountNotFound", "No such bank account", status=404)
    start, end = _days(session, asked)
    told = {"bankAccountId": account["AccountID"], "bankAccountName": account["Name"]}
    currency = account.get("CurrencyCode") or session.organisation["BaseCurrency"]
    statements = _statements(session, account, start, end)
    return Reply(JSON, encode(told | {"bankAccountCurrencyCode": currency, "statements": statements}))


def _days(session: Session, asked: dict[str, str]) -> tuple[date, date]:
    """The days that are asked for: twelve months at most, and none in the future."""
    try:
        start, end = date.fromisoformat(asked.get("fromdate", "")), date.fromisoformat(asked.get("todate", ""))
    except ValueError as error:
        raise FinanceProblemError("invalid-request", "InvalidRequest", "The date is not yyyy-MM-dd") from error
    if end > session.today:
        raise FinanceProblemError("invalid-request", "InvalidRequest", "ToDate is in the future")
    if start > end or (start.year + 1, start.month, start.day) <= (end.year, end.month, end.day):
        raise FinanceProblemError("invalid-request", "InvalidRequest", "The period is more than 12 months")
    return start, end


def _statements(session: Session, account: Json, start: date, end: date) -> list[Json]:
    """One statement a day on which the bank moved, as a direct feed brings them."""
    books = _books(session)
    rows = books["StatementLines"]
    whose = [row for row in rows if row["AccountID"] == account["AccountID"]]
    waiting = {bank_id(str(row["StatementLineID"])) for row in whose if row["Status"] == "UNRECONCILED"}
    flagged = [row for row in whose if row["Status"] in FLAGS and start <= date.fromisoformat(row["Date"]) <= end]
    feed = feed_between(
        books | {"StatementLines": [row for row in rows if row["Status"] not in FLAGS]}, account, start, end
    )
    by_day = {day: list(lines) for day, lines in groupby(feed.lines, key=lambda line: line.on)}
    days = sorted({*by_day, *(date.fromisoformat(row["Date"]) for row in flagged)})
    done, balance = list[Json](), feed.opening
    for day in days:
        lines = by_day.get(day, [])
        after = balance + sum((line.amount for line in lines), Decimal(0))
        shown = [_line(session, feed, line, line.bank_id not in waiting) for line in lines]
        shown += [_flagged(row) for row in flagged if row["Date"] == day.isoformat()]
        done.append(_statement(session, account, day, (balance, after), shown))
        balance = after
    return done


def _statement(session: Session, account: Json, day: date, ends: tuple[Decimal, Decimal], lines: list[Json]) -> Json:
    balances = dict(zip(("startBalance", "endBalance"), map(number, ends), strict=True))
    indicative = {f"indicative{name[0].upper()}{name[1:]}": value for name, value in balances.items()}
    return {
        "statementId": steady_id(session.identity, account["AccountID"], "statement", day),
        "startDate": day.isoformat(),
        "endDate": day.isoformat(),
        "importedDateTimeUtc": f"{day}T20:00:00Z",
        "importSource": "STMTIMPORTSRC/CBAFEED",
        **balances,
        **indicative,
        "statementLines": lines,
    }


def _line(session: Session, feed: Feed, line: FeedLine, is_reconciled: bool) -> Json:
    told = {"payee": line.payee, "reference": line.reference, "notes": line.description}
    identity = steady_id(session.identity, feed.number, line.bank_id)
    return _shown(identity, line.on, line.amount, told) | {"isReconciled": is_reconciled}


def _flagged(row: Json) -> Json:
    told = {"payee": row["Payee"], "reference": row["Reference"], "notes": row["Description"]}
    shown = _shown(str(row["StatementLineID"]), date.fromisoformat(row["Date"]), money(row["Amount"]), told)
    return shown | {FLAGS[row["Status"]]: True}


def _shown(identity: str, day: date, amount: Decimal, told: Json) -> Json:
    """A line as the API writes it; summaries leave out what it was matched with."""
    flags = {"isReconciled": False, "isDuplicate": False, "isDeleted": False}
    days = {"postedDate": day.isoformat(), "transactionDate": day.isoformat()}
    money_in = "Credit" if amount > 0 else "Debit"
    return {"statementLineId": identity, "amount": number(amount), "type": money_in, **days, **told, **flags}


def _books(session: Session) -> Json:
    """What the feed is made of, with its days written out."""
    found: Json = {"Organisation": session.organisation}
    for name, kind in _KINDS.items():
        rows = session.store.all(session.identity, kind)
        rows = [
            row for row in rows if not str(row.get("Type")).endswith("-TRANSFER")
        ]  # the transfers tell of both sides
        found[name] = [row | {"Date": parse_date(row["Date"]).isoformat()} for row in rows]
    return found
