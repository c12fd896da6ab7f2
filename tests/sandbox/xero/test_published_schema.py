"""Answers of the sandbox hold against the OpenAPI file that Xero publishes, where that file is at hand."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.sandbox.xero.paper_lantern import document_id
from tests.support.sandbox_server import ROOT
from tests.support.xero_wire import Wire

SPEC = ROOT.parent / "shared" / "specs" / "xero" / "xero_accounting.yaml"
Json = dict[str, Any]
ANSWERS = {
    "Organisation": "Organisations",
    "Accounts": "Accounts",
    "Contacts?page=1": "Contacts",
    "Invoices?page=1": "Invoices",
    "CreditNotes": "CreditNotes",
    "BankTransactions?page=1": "BankTransactions",
    "BankTransfers": "BankTransfers",
    "Payments": "Payments",
    "ManualJournals?page=1": "ManualJournals",
    "TaxRates": "TaxRates",
    "TrackingCategories": "TrackingCategories",
    "Users": "Users",
    "Budgets": "Budgets",
    f"Budgets/{document_id(51)}": "Budgets",
    f"Invoices/{document_id(3)}/Attachments": "Attachments",
    f"ManualJournals/{document_id(42)}/History": "HistoryRecords",
    "Reports/TrialBalance?date=2026-09-30": "ReportWithRows",
    "Reports/ProfitAndLoss?fromDate=2026-09-01&toDate=2026-09-30": "ReportWithRows",
    "Reports/BalanceSheet?date=2026-09-30": "ReportWithRows",
    "Reports/BankSummary": "ReportWithRows",
}


@lru_cache
def published(path: Path) -> Json:
    """The component schemas, with nothing allowed that they do not name, so that a misspelt field is found."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    schemas: Json = yaml.load(path.read_text(), Loader=loader)["components"]["schemas"]
    for schema in schemas.values():
        schema.pop("externalDocs", None)
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    for name in set(ANSWERS.values()):
        _frame(schemas, name)
    return {"components": {"schemas": schemas}}


def _frame(schemas: Json, name: str) -> None:
    """The envelope's own fields, which the file describes in its examples only."""
    for field in ("Id", "Status", "ProviderName", "DateTimeUTC"):
        schemas[name].setdefault("properties", {}).setdefault(field, {"type": "string"})


# Fields Xero sends that the published file lacks, seen in its own examples and in the SDK.
UNNAMED = {
    "AccountID", "CreditNotes", "DateString", "DateUTCString", "DueDateString", "HasAccount", "HasErrors",
    "HasValidationErrors", "IsBlank", "ReportID", "ReportType",
}  # fmt: skip


@pytest.mark.skipif(not SPEC.exists(), reason="Xero's OpenAPI file is not at hand")
@pytest.mark.parametrize("path", ANSWERS)
def test_answer_matches_the_published_schema(reader: Wire, path: str) -> None:
    reader.put(f"ManualJournals/{document_id(42)}/History", {"HistoryRecords": [{"Details": "Note"}]})
    whole = published(SPEC) | {"$ref": f"#/components/schemas/{ANSWERS[path]}"}
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in jsonschema.Draft4Validator(whole).iter_errors(reader.get(path).json)
        if not _known(error)
    ]
    assert problems == []


def _known(error: Any) -> bool:
    """Whether an error is only about fields that the published file forgot."""
    if error.validator != "additionalProperties":
        return False
    return {field for field in error.instance if field not in error.schema.get("properties", {})} <= UNNAMED
