"""Files, pay runs and projects' time, read over the wire in the words of each country's API."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from books.money import Money
from books.refusal import Refusal
from tests.sandbox.xero.paper_lantern import ORGANISATION, books, document_id
from tests.support.sandbox_server import RunningSandbox, start_sandbox
from tests.xero_tools.conftest import gateway_to
from xero_tools import files, payroll, projects

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs" / "xero"
OCTOBER = {"PayRunID": document_id(71), "PayrollCalendarID": document_id(72), "PayRunStatus": "POSTED",
           "PayRunPeriodStartDate": "2026-10-01", "PayRunPeriodEndDate": "2026-10-31", "PaymentDate": "2026-10-30",
           "Wages": 5000.10, "NetPay": 3900.25}  # fmt: skip
MORE: dict[str, Any] = {
    "PayRuns": [OCTOBER],
    "Projects": [{"projectId": document_id(81), "name": "Harbour lights", "status": "INPROGRESS"}],
    "TimeEntries": [{"timeEntryId": document_id(82), "projectId": document_id(81), "dateUtc": "2026-10-20T00:00:00Z",
                     "duration": 90, "description": "Hanging", "status": "ACTIVE"}],
    "Files": [{"Id": document_id(91), "Name": "lease.pdf", "MimeType": "application/pdf", "Size": 12,
               "Associations": [{"ObjectId": document_id(3), "ObjectGroup": "Invoice", "ObjectType": "Accpay"}]}],
}  # fmt: skip


@pytest.fixture(params=["AU", "NZ", "GB"])
def country(request: pytest.FixtureRequest) -> str:
    """A country with a payroll API."""
    return str(request.param)


@pytest.fixture
def sandbox(tmp_path: Path, country: str) -> Iterator[RunningSandbox]:
    """The books with a payroll, a project and a file, in that country."""
    whole = books()
    given = MORE | {"Organisation": whole["Organisation"] | {"CountryCode": country}, "Accounts": whole["Accounts"]}
    file = tmp_path / "books.json"
    file.write_text(json.dumps(given))
    running = start_sandbox(tmp_path / "home", books=[file], today="2026-11-05")
    running.simulator.pace.unlimited = True
    yield running
    running.stop()


def test_pay_runs_read_the_same_in_every_country(sandbox: RunningSandbox, country: str) -> None:
    gateway = gateway_to(sandbox.url)
    (run,) = payroll.pay_runs(ORGANISATION, gateway, country=country, currency="AUD")
    assert (run.start, run.end, run.paid_on) == (dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 10, 30))
    assert (run.status, run.cost, run.net) == ("POSTED", Money.of("5000.10", "AUD"), Money.of("3900.25", "AUD"))
    assert payroll.pay_runs(ORGANISATION, gateway, country="US", currency="USD") == ()
    other = "NZ" if country == "AU" else "AU"
    with pytest.raises(Refusal, match="does not know"):
        payroll.pay_runs(ORGANISATION, gateway, country=other, currency="AUD")


@pytest.mark.parametrize("country", ["AU"], indirect=True)
def test_time_and_files_are_read(sandbox: RunningSandbox) -> None:
    gateway = gateway_to(sandbox.url)
    (project,) = projects.every(ORGANISATION, gateway)
    (entry,) = projects.time(ORGANISATION, gateway, project.id)
    assert (project.name, entry.minutes, entry.date) == ("Harbour lights", 90, dt.date(2026, 10, 20))
    with pytest.raises(Refusal):
        projects.time(ORGANISATION, gateway, document_id(99))
    (file,) = files.listing(ORGANISATION, gateway)
    assert (file.name, file.size_bytes) == ("lease.pdf", 12)
    assert files.of_document(ORGANISATION, gateway, document_id(3)) == (file.id,)
    assert files.of_document(ORGANISATION, gateway, document_id(1)) == ()


@pytest.mark.skipif(not SPECS.exists(), reason="Xero's OpenAPI files (../shared/specs/xero) are not here")
def test_answers_match_the_published_files(sandbox: RunningSandbox, country: str) -> None:
    version = "1.0" if country == "AU" else "2.0"
    code = {"AU": "au", "NZ": "nz", "GB": "uk"}[country]
    gateway = gateway_to(sandbox.url)
    asked = {
        f"payroll.xro/{version}/PayRuns": (f"xero-payroll-{code}.yaml", "PayRuns"),
        "projects.xro/2.0/Projects": ("xero-projects.yaml", "Projects"),
        f"projects.xro/2.0/Projects/{document_id(81)}/Time": ("xero-projects.yaml", "TimeEntries"),
        "files.xro/1.0/Files": ("xero_files.yaml", "Files"),
    }
    for path, (name, schema) in asked.items():
        api, _, rest = path.partition("/")
        answer = json.loads(gateway.read_beside(ORGANISATION, api, rest))
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        schemas = yaml.load((SPECS / name).read_text(), Loader=loader)["components"]["schemas"]
        schemas.get("FileObject", {}).pop("required", None)  # the file names fields there that no file has
        for each in schemas.values():
            each.pop("externalDocs", None)
            if each.get("properties"):
                each["additionalProperties"] = False
        whole = {"components": {"schemas": schemas}, "$ref": f"#/components/schemas/{schema}"}
        assert [error.message for error in jsonschema.Draft4Validator(whole).iter_errors(answer)] == [], path
