"""Every read and write of xero_tools against the sandbox, both directions held to Xero's published OpenAPI file."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.contract import drive_more
from tests.contract.drive import READERS, read_everything, write_everything
from tests.contract.openapi import ABSENT, SPECS, UNNAMED_PARAMETERS, Operation, operation_of, problems
from tests.sandbox.xero import paper_lantern
from tests.support.sandbox_server import start_sandbox
from tests.xero_tools.desk import Desk
from xero_tools import transport
from xero_tools.writes import Pen

pytestmark = pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)
ROOTS = {
    "/xero/api.xro/2.0": "xero_accounting",
    "/xero/files.xro/1.0": "xero_files",
    "/xero/projects.xro/2.0": "xero-projects",
    "/xero/payroll.xro/1.0": "xero-payroll-au",
    "/xero/finance.xro/1.0": "xero-finance",
}
NEWER_PAYROLL = "/xero/payroll.xro/2.0"
MONTHLY: dict[str, Any] = {
    "RepeatingInvoiceID": paper_lantern.document_id(61), "ID": paper_lantern.document_id(61), "Type": "ACCPAY",
    "Status": "AUTHORISED", "CurrencyCode": "AUD", "LineAmountTypes": "Inclusive", "Total": "110.00",
    "Schedule": {"Period": 1, "Unit": "MONTHLY", "DueDate": 20, "DueDateType": "OFFOLLOWINGMONTH",
                 "StartDate": "/Date(1782864000000+0000)/", "NextScheduledDate": "/Date(1793491200000+0000)/"},
    "LineItems": [{"Description": "Rent", "AccountCode": "400", "LineAmount": "110.00", "Quantity": 1,
                   "UnitAmount": "110.00", "TaxAmount": "10.00", "TaxType": "INPUT"}],
}  # fmt: skip

BANK_LINES = [
    {"BankAccount": {"Code": "090"}, "Date": "2026-10-20", "Amount": "12.50", "Payee": "Ada", "Status": status}
    for status in ("UNRECONCILED", "DELETED")
]


@dataclass(frozen=True)
class Call:
    """What went over the wire."""

    method: str
    path: str
    query: tuple[str, ...]
    body: bytes
    answer: transport.Answer
    organisation: str

    @property
    def file(self) -> str:
        """The published file that tells of this call; New Zealand and the United Kingdom share their addresses."""
        if self.path.startswith(NEWER_PAYROLL):
            return f"xero-payroll-{drive_more.COUNTRY_CODES[self.organisation]}"
        return next(file for root, file in ROOTS.items() if self.path.startswith(root))

    @property
    def operation(self) -> Operation | None:
        """What this call is."""
        root = next(root for root in (*ROOTS, NEWER_PAYROLL) if self.path.startswith(root))
        return operation_of(self.file, self.method, unquote(self.path.removeprefix(root)))


@pytest.fixture(scope="module")
def used() -> set[str]:
    """The functions of xero_tools that were called, by their names."""
    return set()


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory, used: set[str]) -> Iterator[list[Call]]:
    """Every call that the reads and writes made."""
    home = tmp_path_factory.mktemp("contract")
    books = drive_more.write_books(home, {"RepeatingInvoices": [MONTHLY], "StatementLines": BANK_LINES})
    sandbox = start_sandbox(home / "home", books=books, today="2026-11-05")
    sandbox.simulator.pace.unlimited = True
    sandbox.simulator.finance_open.add(paper_lantern.ORGANISATION)
    heard: list[Call] = []
    with pytest.MonkeyPatch.context() as patch:
        _listen(patch, heard)
        _count(patch, used)
        desk = Desk(sandbox)
        heard.clear()
        made = write_everything(desk) | drive_more.write_more(desk)
        read_everything(desk, made)
        drive_more.read_more(desk, made)
        yield heard
    sandbox.stop()


def _listen(patch: pytest.MonkeyPatch, heard: list[Call]) -> None:
    get, send = transport.get, transport.send

    def listening_get(client: Any, url: str, params: Any, headers: Any, **more: Any) -> transport.Answer:
        answer = get(client, url, params, headers, **more)
        heard.append(Call("GET", urlsplit(url).path, tuple(name for name, _ in params), b"", answer,
                          headers["xero-tenant-id"]))  # fmt: skip
        return answer

    def listening_send(client: Any, method: str, url: str, body: bytes, headers: Any) -> transport.Answer:
        answer = send(client, method, url, body, headers)
        heard.append(Call(method, urlsplit(url).path, (), body, answer, headers["xero-tenant-id"]))
        return answer

    patch.setattr(transport, "get", listening_get)
    patch.setattr(transport, "send", listening_send)


def _count(patch: pytest.MonkeyPatch, used: set[str]) -> None:
    """Notes each public function of the readers and each method of the pen as it is called."""

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            used.add(name)
            return function(*given, **named)

        return noted

    for name, owner, function in NAMES:
        patch.setattr(owner, function.__name__, noting(name, function))


def _public() -> list[tuple[str, Any, Callable[..., Any]]]:
    rows: list[tuple[str, Any, Callable[..., Any]]] = []
    for module in (*READERS, *drive_more.READERS):
        for name, each in inspect.getmembers(module, inspect.isfunction):
            if each.__module__ == module.__name__ and not name.startswith("_"):
                rows.append((f"{module.__name__}.{name}", module, each))
    for name, each in inspect.getmembers(Pen, inspect.isfunction):
        if not name.startswith("_") and name != "put":
            rows.append((f"Pen.{name}", Pen, each))
    return rows


NAMES = _public()


def test_everything_is_driven(calls: list[Call], used: set[str]) -> None:
    assert {name for name, _, _ in NAMES} - used == set()


def test_every_call_is_an_operation_xero_publishes(calls: list[Call]) -> None:
    assert {f"{call.method} {call.path}" for call in calls if call.operation is None} == set()
    assert {(call.method, call.path, call.answer.status) for call in calls if call.answer.status >= 300} == set()
    for call in calls:
        operation = call.operation
        assert operation
        unknown = {name.lower() for name in call.query} - operation.parameters - UNNAMED_PARAMETERS
        assert unknown == set(), operation.name


def test_every_request_is_what_xero_takes(calls: list[Call]) -> None:
    found: dict[str, list[str]] = {}
    for call in calls:
        operation = call.operation
        if operation and operation.body and call.body and operation.body.get("type") != "string":
            wrong = problems(call.file, operation.body, json.loads(call.body), partial=call.method == "POST")
            if wrong:
                found[operation.name] = wrong
    assert found == {}


def test_every_answer_is_what_xero_gives(calls: list[Call]) -> None:
    found: dict[str, list[str]] = {}
    for call in calls:
        operation = call.operation
        is_json = "json" in call.answer.headers.get("Content-Type", "")
        if operation and operation.answer and call.answer.content and is_json:
            wrong = problems(call.file, operation.answer, json.loads(call.answer.content))
            if wrong:
                found[operation.name] = wrong[:3]
    assert found == {}


def test_the_count_of_operations_is_told(calls: list[Call], capsys: pytest.CaptureFixture[str]) -> None:
    names = {(operation.file, operation.method == "GET", operation.name) for call in calls
             if (operation := call.operation)}  # fmt: skip
    with capsys.disabled():
        print()
        for file in sorted({file for file, _, _ in names}):
            reads, writes = (sum(each[:2] == (file, is_read) for each in names) for is_read in (True, False))
            print(f"{file}: {reads + writes} operations hold in both directions: {reads} reads, {writes} writes")
    assert {file for file, _, _ in names} == {*ROOTS.values(), "xero-payroll-nz", "xero-payroll-uk"}
    assert sum(file == "xero_accounting" for file, _, _ in names) >= 80
