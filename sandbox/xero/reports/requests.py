"""Reads a report request's parameters and has the report made."""

from collections.abc import Mapping
from datetime import date

from sandbox.xero.refusals import BadRequestError, NotFoundError
from sandbox.xero.reports.aged import NAMES, aged_by_contact
from sandbox.xero.reports.balance_sheet import balance_sheet
from sandbox.xero.reports.balances import Ledger, month_end
from sandbox.xero.reports.bank_summary import bank_summary
from sandbox.xero.reports.budget_summary import budget_summary
from sandbox.xero.reports.executive_summary import executive_summary
from sandbox.xero.reports.profit_and_loss import MONTHS, profit_and_loss
from sandbox.xero.reports.trial_balance import trial_balance
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, parse_date, truthy

MOST_PERIODS = 12
_OPTIONS = ("trackingoptionid", "trackingoptionid2", "trackingoptionid1")


def make_report(session: Session, name: str, query: Mapping[str, str]) -> Json:
    """The report called `name` in the path (without case); NotFoundError for one the sandbox does not keep."""
    asked = {key.lower(): value for key, value in query.items() if value}
    if truthy(asked.get("paymentsonly", "")):
        raise BadRequestError("The sandbox reports on the accruals basis only; leave paymentsOnly out")
    ledger, today = Ledger.of(session.store, session.organisation), session.today
    if name == "trialbalance":
        return trial_balance(ledger, _day(asked, "date", today), today)
    options = tuple(asked[key] for key in _OPTIONS if key in asked)
    if name == "profitandloss":
        first, last = _span(asked, today)
        earlier, months = _periods(asked, (last.year - first.year) * 12 + last.month - first.month + 1)
        return profit_and_loss(ledger, first, last, today, earlier=earlier, months=months, options=options)
    if name == "balancesheet":
        earlier, months = _periods(asked, 12)
        return balance_sheet(ledger, _day(asked, "date", month_end(today)), today, earlier=earlier, months=months)
    if name == "banksummary":
        first, last = _span(asked, today)
        return bank_summary(ledger, first, last, today)
    if name == "budgetsummary":
        return _budget_summary(ledger, asked, today)
    if name == "executivesummary":
        return executive_summary(ledger, _day(asked, "date", today), today)
    if name in NAMES:
        day = _day(asked, "date", today)
        first_asked, last_asked = (_day(asked, one, day) if one in asked else None for one in ("fromdate", "todate"))
        return aged_by_contact(session, name, asked, day, first_asked, last_asked)
    raise NotFoundError


def _budget_summary(ledger: Ledger, asked: Mapping[str, str], today: date) -> Json:
    """The budget summary counts its columns from 1, and says their months as 1, 3 or 12."""
    periods, months = asked.get("periods", "12"), asked.get("timeframe", "1")
    if months not in ("1", "3", "12"):
        raise BadRequestError(f"The timeframe must be 1, 3 or 12, not '{months}'")
    if not periods.isdigit() or not 1 <= int(periods) <= MOST_PERIODS:
        raise BadRequestError(f"The number of periods must be between 1 and {MOST_PERIODS}")
    return budget_summary(ledger, _day(asked, "date", today), today, periods=int(periods), months=int(months))


def _day(asked: Mapping[str, str], name: str, otherwise: date) -> date:
    if name not in asked:
        return otherwise
    try:
        return parse_date(asked[name])
    except ValueError:
        raise BadRequestError(f"The parameter {name} must be a date (YYYY-MM-DD), not '{asked[name]}'") from None


def _span(asked: Mapping[str, str], today: date) -> tuple[date, date]:
    """fromDate..toDate; this month when nothing is given."""
    last = _day(asked, "todate", month_end(today))
    first = _day(asked, "fromdate", last.replace(day=1))
    if first > last:
        raise BadRequestError("The fromDate must not be after the toDate")
    if (last - first).days > 366:
        raise BadRequestError("The report period must not be longer than 365 days")
    return first, last


def _periods(asked: Mapping[str, str], usual_months: int) -> tuple[int, int]:
    """(number of earlier periods, months in each)."""
    timeframe = asked.get("timeframe", "").upper()
    if timeframe and timeframe not in MONTHS:
        raise BadRequestError(f"The timeframe must be MONTH, QUARTER or YEAR, not '{timeframe}'")
    text = asked.get("periods", "0")
    if not text.isdigit() or not 0 <= int(text) <= MOST_PERIODS:
        raise BadRequestError(f"The number of periods must be between 1 and {MOST_PERIODS}")
    return int(text), MONTHS[timeframe] if timeframe else usual_months
