"""Xero's published OpenAPI files, held strictly: which operation a call is, and what is wrong with what was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs" / "xero"
ABSENT = "Xero's OpenAPI files (../shared/specs/xero) are not here"
Json = dict[str, Any]
# Fields that Xero sends and the published file lacks, seen in the file's own examples and in the SDK.
UNNAMED = {
    "AccountID", "CreditNotes", "DateString", "DateUTCString", "DueDateString", "HasAccount", "HasErrors",
    "HasValidationErrors", "IsBlank", "ReportID", "ReportType", "ID", "CreatedDateUTCString", "AllocationID",
    "BatchPaymentID", "IsDeleted", "Id", "DeliveryDateString",
}  # fmt: skip
# Parameters that Xero takes and this older copy of the file lacks; the SDK has them.
UNNAMED_PARAMETERS = {"includedeleted", "pagesize"}
_FRAME = ("Id", "Status", "ProviderName", "DateTimeUTC")


@dataclass(frozen=True)
class Operation:
    """One operation of the file."""

    name: str
    method: str
    pattern: re.Pattern[str]
    fixed: int
    parameters: frozenset[str]
    body: Json | None
    answer: Json | None
    file: str


@cache
def published(file: str) -> tuple[Json, tuple[Operation, ...]]:
    """The schemas, with nothing allowed that they do not name, and the operations, those with fewest gaps first."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    whole: Json = yaml.load((SPECS / f"{file}.yaml").read_text(), Loader=loader)
    schemas = whole["components"]["schemas"]
    for schema in schemas.values():
        schema.pop("externalDocs", None)
        if schema is schemas.get("FileObject"):
            schema.pop("required", None)  # the file names fields there that no file has
        if schema.get("type") == "object" or "properties" in schema:
            schema["additionalProperties"] = False
            if file == "xero_accounting" and any(
                one.get("type") == "array" for one in schema.get("properties", {}).values()
            ):
                for field in _FRAME:
                    schema["properties"].setdefault(field, {"type": "string"})
    found = [
        _operation(file, whole, path, method, each, shared.get("parameters", []))
        for path, shared in whole["paths"].items()
        for method, each in shared.items()
        if method in ("get", "put", "post", "delete")
    ]
    return {"components": {"schemas": schemas}}, tuple(sorted(found, key=lambda one: -one.fixed))


def _operation(file: str, whole: Json, path: str, method: str, said: Json, shared: list[Json]) -> Operation:
    steps = [re.escape(step) if "{" not in step else "[^/]+" for step in path.strip("/").split("/")]
    rows = [_resolved(whole, row) for row in (*said.get("parameters", []), *shared)]
    status = next((str(code) for code in said["responses"] if str(code).startswith("2")), "")
    answer = said["responses"].get(status) or said["responses"].get(int(status or 0)) or {}
    body = said.get("requestBody", {}).get("content", {})
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        pattern=re.compile("/" + "/".join(steps), re.IGNORECASE),
        fixed=sum("{" not in step for step in path.split("/")),
        parameters=frozenset(row["name"].lower() for row in rows if row["in"] == "query"),
        body=body.get("application/json", {}).get("schema"),
        answer=answer.get("content", {}).get("application/json", {}).get("schema"),
        file=file,
    )


def _resolved(whole: Json, row: Json) -> Json:
    if "$ref" not in row:
        return row
    found: Json = whole["components"]["parameters"][row["$ref"].rpartition("/")[2]]
    return found


def operation_of(file: str, method: str, path: str) -> Operation | None:
    """The operation of one published file that a method and a path below the API's root are."""
    _, operations = published(file)
    return next((one for one in operations if one.method == method and one.pattern.fullmatch(path)), None)


def problems(file: str, schema: Json, value: Any, *, partial: bool = False) -> list[str]:
    """What the schema does not allow in a value; a `partial` one, which changes a record, may leave fields out."""
    whole, _ = published(file)
    checker = jsonschema.Draft4Validator(whole | {"allOf": [schema]})
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in checker.iter_errors(value)
        if not _known(error) and not (partial and error.validator == "required")
    ]


def _known(error: Any) -> bool:
    """Whether an error is only about fields that the published file forgot."""
    if error.validator != "additionalProperties":
        return False
    return {field for field in error.instance if field not in error.schema.get("properties", {})} <= UNNAMED
