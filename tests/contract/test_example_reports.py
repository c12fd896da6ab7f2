"""Every example of a report, a file, a pay run and a project comes over the wire equal, figure for figure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.examples import Example, examples
from tests.contract.expected import BASE, Json, day, figures, words
from tests.contract.openapi import ABSENT, SPECS
from tests.xero_tools.scripted import ORGANISATION as ORG
from tests.xero_tools.scripted import Reply, ScriptedXero, Seen
from xero_tools import aged_reports, files, payroll, projects, reports, summaries
from xero_tools.gateway import Gateway

pytestmark = pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)
DAY = dt.date(2026, 10, 31)
Read = Callable[[Gateway], Any]
Told = Callable[[Any], Any]


def _cells(row: Json) -> list[str]:
    return [each.get("Value") or "" for each in row["Cells"]]


def _mark(row: Json, *names: str) -> str:
    marks = [mark for each in row["Cells"] for mark in each.get("Attributes") or [] if mark["Id"] in names]
    return str(marks[0]["Value"]) if marks else ""


def _rows(report: Json) -> list[tuple[str, Json]]:
    return [(part.get("Title") or "", row) for part in report["Rows"] for row in part.get("Rows") or []]


def _accounts(report: Json) -> list[tuple[str, Json, list[str]]]:
    return [(title, row, _cells(row)) for title, row in _rows(report) if _mark(row, "account", "accountID")]


def _amounts(name: str, texts: list[str]) -> Json:
    """The figures of a row under one name, as plain places."""
    return {f".{name}#": len(texts)} | {
        place: each
        for count, text in enumerate(texts)
        for place, each in ((f".{name}[{count}]", Decimal(text or 0)), (f".{name}[{count}].currency", BASE))
    }


def _report_lines(answer: Json) -> list[Json]:
    """The rows of accounts of a balance sheet or a profit and loss."""
    return [
        {".section": title, ".account_id": _mark(row, "account", "accountID"), ".account_name": cells[0]}
        | _amounts("amounts", cells[1:])
        for title, row, cells in _accounts(answer["Reports"][0])
    ]


def _trial_balance(answer: Json) -> list[Json]:
    """Account names carry their code in brackets; the year-to-date columns stand last."""
    found = []
    for title, row, cells in _accounts(answer["Reports"][0]):
        name, _, code = cells[0].removesuffix(")").rpartition(" (")
        found.append({".section": title, ".account_id": _mark(row, "account", "accountID"), ".account_name": name,
                      ".account_code": code, ".balance": Decimal(cells[3] or 0) - Decimal(cells[4] or 0),
                      ".balance.currency": BASE})  # fmt: skip
    return found


def _money(**texts: str) -> Json:
    return {place: each for name, text in texts.items()
            for place, each in ((f".{name}", Decimal(text)), (f".{name}.currency", BASE))}  # fmt: skip


def _bank_summary(answer: Json) -> list[Json]:
    return [
        {".account_id": _mark(row, "accountID", "account"), ".account_name": cells[0]}
        | _money(opening=cells[1], received=cells[2], spent=cells[3], closing=cells[4])
        for _, row, cells in _accounts(answer["Reports"][0])
    ]


def _summary(answer: Json) -> list[Json]:
    report = answer["Reports"][0]
    heads = _cells(report["Rows"][0])[1:]
    columns = {".columns#": len(heads)} | {f".columns[{place}]": head for place, head in enumerate(heads)}
    found = []
    for title, row in _rows(report):
        name, *rest = _cells(row)
        line: Json = {".section": title, ".name": name, ".account_id": _mark(row, "account", "accountID"), **columns}
        line[".figures#"] = len(rest)
        for place, text in enumerate(rest):
            line[f".figures[{place}].value"] = Decimal(text.rstrip("%")) if text else None
            line[f".figures[{place}].is_percent"] = text.endswith("%")
        found.append(line)
    return found


def _aged(answer: Json) -> list[Json]:
    found = []
    for _, row in _rows(answer["Reports"][0]):
        if identity := _mark(row, "invoiceID"):
            date, number, due, _, total, paid, credited, left = _cells(row)
            found.append({".invoice_id": identity, ".number": number, ".date": dt.date.fromisoformat(date[:10]),
                          ".due_date": dt.date.fromisoformat(due[:10]) if due else None}
                         | _money(total=total, paid=paid, credited=credited, due=left))  # fmt: skip
    return found


def _plain(**fields: Any) -> Json:
    return dict(figures(fields))


def _file(row: Json) -> Json:
    return _plain(**words(row, id="Id", name="Name", mime="MimeType"), size_bytes=int(row["Size"]))


def _australian(answer: Json) -> list[Json]:
    return [
        _plain(**words(row, id="PayRunID", calendar_id="PayrollCalendarID", status="PayRunStatus"),
               start=day(row, "PayRunPeriodStartDate"), end=day(row, "PayRunPeriodEndDate"),
               paid_on=day(row, "PaymentDate"))
        | _money(cost=str(row.get("Wages", 0)), net=str(row.get("NetPay", 0)))
        for row in answer["PayRuns"]
    ]  # fmt: skip


def _newer(answer: Json) -> list[Json]:
    return [
        _plain(**words(row, id="payRunID", calendar_id="payrollCalendarID"), status=row["payRunStatus"].upper(),
               start=day(row, "periodStartDate"), end=day(row, "periodEndDate"), paid_on=day(row, "paymentDate"))
        | _money(cost=str(row["totalCost"]), net=str(row["totalPay"]))
        for row in answer["payRuns"]
    ]  # fmt: skip


def _projects(answer: Json) -> list[Json]:
    named = {"id": "projectId", "name": "name", "contact_id": "contactId", "status": "status"}
    return [_plain(**words(row, **named)) for row in answer["items"]]


def _time(answer: Json) -> list[Json]:
    named = {"id": "timeEntryId", "project_id": "projectId", "description": "description", "status": "status"}
    return [_plain(**words(row, **named), date=day(row, "dateUtc"), minutes=int(row["duration"]))
            for row in answer["items"]]  # fmt: skip


def _pay_runs(country: str) -> Read:
    return lambda gateway: payroll.pay_runs(ORG, gateway, country=country, currency=BASE)


# Each operation: how the house reads it, and what its records must then say.
READS: dict[str, tuple[Read, Told]] = {
    "xero_accounting/getReportTrialBalance": (
        lambda gateway: reports.trial_balance(ORG, gateway, as_at=DAY), _trial_balance),
    "xero_accounting/getReportBalanceSheet": (
        lambda gateway: reports.balance_sheet(ORG, gateway, as_at=DAY), _report_lines),
    "xero_accounting/getReportBankSummary": (
        lambda gateway: reports.bank_summary(ORG, gateway, start=DAY, end=DAY), _bank_summary),
    "xero_accounting/getReportBudgetSummary": (lambda gateway: summaries.budget(ORG, gateway, start=DAY), _summary),
    "xero_accounting/getReportExecutiveSummary": (
        lambda gateway: summaries.executive(ORG, gateway, month=DAY), _summary),
    "xero_accounting/getReportAgedPayablesByContact": (
        lambda gateway: aged_reports.payables(ORG, gateway, "1", as_at=DAY), _aged),
    "xero_accounting/getReportAgedReceivablesByContact": (
        lambda gateway: aged_reports.receivables(ORG, gateway, "1", as_at=DAY), _aged),
    "xero_files/getFiles": (
        lambda gateway: files.listing(ORG, gateway), lambda answer: [_file(row) for row in answer["Items"]]),
    "xero_files/getFile": (lambda gateway: [files.get(ORG, gateway, "1")], lambda answer: [_file(answer)]),
    "xero_files/getFileAssociations": (
        lambda gateway: files.documents_of(ORG, gateway, "1"),
        lambda answer: [_plain_text(row["ObjectId"]) for row in answer]),
    "xero_files/getAssociationsByObject": (
        lambda gateway: files.of_document(ORG, gateway, "1"),
        lambda answer: [_plain_text(row["FileId"]) for row in answer]),
    "xero-payroll-au/getPayRuns": (_pay_runs("AU"), _australian),
    "xero-payroll-nz/getPayRuns": (_pay_runs("NZ"), _newer),
    "xero-payroll-uk/getPayRuns": (_pay_runs("GB"), _newer),
    "xero-projects/getProjects": (lambda gateway: projects.every(ORG, gateway), _projects),
    "xero-projects/getTimeEntries": (lambda gateway: projects.time(ORG, gateway, "1"), _time),
}  # fmt: skip


def _plain_text(text: str) -> Json:
    return {"": text}


def _example(name: str) -> Example:
    file = name.partition("/")[0]
    return next(each for each in examples(file) if each.name == name)


@pytest.fixture(scope="module")
def gateway_and_xero() -> Iterator[tuple[Gateway, ScriptedXero]]:
    """A gateway to a Xero that answers with an example."""
    scripted = ScriptedXero()
    yield scripted.gateway()[0], scripted
    scripted.close()


def _answer_with(scripted: ScriptedXero, content: bytes) -> None:
    base = json.dumps({"Organisations": [{"BaseCurrency": BASE}]}).encode()

    def answer(seen: Seen) -> Reply:
        return Reply(200, base if seen.path.endswith("/Organisation") else content)

    scripted.answer = answer


@pytest.mark.parametrize("name", READS)
def test_every_example_reads_the_same_over_the_wire(
    name: str, gateway_and_xero: tuple[Gateway, ScriptedXero], tallied: list[int]
) -> None:
    gateway, scripted = gateway_and_xero
    example, (read, told) = _example(name), READS[name]
    _answer_with(scripted, example.content)
    found = [dict(figures(each)) for each in read(gateway)]
    assert found == told(example.json())
    assert found, "an example without a row shows nothing"
    tallied.append(sum(map(len, found)))


@pytest.fixture(scope="module")
def tallied() -> list[int]:
    """How many figures and words of each example were compared."""
    return []


def test_the_count_is_told(tallied: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(
            f"\n{sum(tallied)} figures and words of {len(tallied)} examples of reports and of the other APIs are equal"
        )


def test_paid_credited_and_due_are_told_apart(gateway_and_xero: tuple[Gateway, ScriptedXero]) -> None:
    """In Xero's own example nothing is paid or credited; here each column has another figure."""
    gateway, scripted = gateway_and_xero
    answer = json.loads(_example("xero_accounting/getReportAgedReceivablesByContact").content)
    row = answer["Reports"][0]["Rows"][2]["Rows"][0]
    for cell, figure in zip(row["Cells"][4:], ("100.00", "30.00", "20.00", "50.00"), strict=True):
        cell["Value"] = figure
    _answer_with(scripted, json.dumps(answer).encode())
    first, *_ = aged_reports.receivables(ORG, gateway, "1", as_at=DAY)
    told = [each.amount for each in (first.total, first.paid, first.credited, first.due)]
    assert told == [Decimal(100), Decimal(30), Decimal(20), Decimal(50)]
