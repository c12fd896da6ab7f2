"""Xero's APIs beside Accounting: pay runs, projects, their time and bank statements to read, and the file library."""

from collections.abc import Sequence

from sandbox.xero.answering import JSON, Reply, Request, not_allowed
from sandbox.xero.file_library import answer_files, shown
from sandbox.xero.finance import answer_finance
from sandbox.xero.refusals import BadRequestError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, encode, ms_date, number, parse_date

ROOTS = ("files.xro", "finance.xro", "payroll.xro", "projects.xro")
PER_PAGE = {"files.xro": 50, "payroll.xro": 100, "projects.xro": 50}
_COUNTRY = {"AU": "1.0", "NZ": "2.0", "GB": "2.0"}


def answer_other(session: Session, request: Request) -> Reply:
    """Answer a request below one of the ROOTS; NotFoundError for what the sandbox does not keep."""
    root, version, *steps = [step.lower() for step in request.steps]
    done = answer_files(session, request, steps) if root == "files.xro" else None
    if done is not None:
        return done
    if request.method != "GET":
        raise not_allowed(request.method)
    if root == "finance.xro":
        return answer_finance(session, request, steps)
    if root == "payroll.xro" and steps[:1] == ["payruns"] and len(steps) == 1:
        return _pay_runs(session, request, version)
    if root == "projects.xro" and steps[:1] == ["projects"]:
        return _projects(session, request, steps[1:])
    if root == "files.xro":
        return _files(session, request, steps)
    raise NotFoundError


def _window(request: Request, rows: Sequence[Json]) -> tuple[list[Json], int, int]:
    """One page of rows, its number and its size."""
    asked = {name.lower(): value for name, value in request.query.items()}
    size = int(asked.get("pagesize") or PER_PAGE[request.steps[0].lower()])
    page = int(asked.get("page") or 1)
    if page < 1 or not 0 < size <= 500:
        raise BadRequestError("page and pageSize must be positive")
    return list(rows[(page - 1) * size : page * size]), page, size


def _paged(rows: list[Json], page: int, size: int, total: int) -> Json:
    return {"page": page, "pageSize": size, "pageCount": -(-total // size), "itemCount": total}


def _pay_runs(session: Session, request: Request, version: str) -> Reply:
    """Pay runs in the words of the organisation's country: Australia's API is another than the one of NZ and the UK."""
    if _COUNTRY.get(str(session.organisation["CountryCode"])) != version:
        raise NotFoundError
    every = session.store.all(session.identity, "payruns")
    status = {name.lower(): value for name, value in request.query.items()}.get("status", "").lower()
    every = [row for row in every if not status or str(row["PayRunStatus"]).lower() == status]
    rows, page, size = _window(request, every)
    if version == "1.0":
        return Reply(JSON, encode({"PayRuns": [_australian(row) for row in rows]}))
    runs = [_newer(row) for row in rows]
    return Reply(JSON, encode({"pagination": _paged(runs, page, size, len(every)), "payRuns": runs}))


def _australian(row: Json) -> Json:
    dates = ("PayRunPeriodStartDate", "PayRunPeriodEndDate", "PaymentDate")
    return row | {field: ms_date(parse_date(row[field])) for field in dates}


def _newer(row: Json) -> Json:
    """The same pay run as the API of New Zealand and the United Kingdom shows it."""
    named = {"periodStartDate": "PayRunPeriodStartDate", "periodEndDate": "PayRunPeriodEndDate",
             "paymentDate": "PaymentDate"}  # fmt: skip
    done: Json = {name: parse_date(row[field]).isoformat() for name, field in named.items()}
    done |= {"payRunID": row["PayRunID"], "payrollCalendarID": row["PayrollCalendarID"]}
    done |= {"totalCost": number(row["Wages"]), "totalPay": number(row["NetPay"])}
    return done | {"payRunStatus": str(row["PayRunStatus"]).capitalize(), "payRunType": "Scheduled"}


def _projects(session: Session, request: Request, steps: list[str]) -> Reply:
    if not steps:
        found = [_without_stamp(row) for row in session.store.all(session.identity, "projects")]
    elif len(steps) == 2 and steps[1] == "time":
        if session.get("projects", steps[0]) is None:
            raise NotFoundError
        entries = session.store.all(session.identity, "timeentries")
        found = [_without_stamp(row) for row in entries if str(row["projectId"]).lower() == steps[0]]
    else:
        raise NotFoundError
    rows, page, size = _window(request, found)
    return Reply(JSON, encode({"pagination": _paged(rows, page, size, len(found)), "items": rows}))


def _files(session: Session, request: Request, steps: list[str]) -> Reply:
    every = session.store.all(session.identity, "files")
    if steps == ["files"]:
        rows, page, size = _window(request, [shown(row) for row in every])
        return Reply(JSON, encode({"TotalCount": len(every), "Page": page, "PerPage": size, "Items": rows}))
    if len(steps) == 2 and steps[0] == "associations":
        found = [
            {"FileId": row["Id"], "Name": row["Name"], **one}
            for row in every
            for one in row.get("Associations") or []
            if str(one["ObjectId"]).lower() == steps[1]
        ]
        return Reply(JSON, encode(found))
    raise NotFoundError


def _without_stamp(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in ("UpdatedDateUTC", "Associations")}
