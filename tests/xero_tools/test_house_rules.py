"""The rules of this room that a reader cannot be trusted to keep: checked in the source itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[2] / "xero_tools"
NOUNS = (
    "accounts", "attachments", "bank", "budgets", "contacts", "history", "invoices", "journals", "organisations",
    "reports", "tax_rates", "tracking", "currencies", "credits", "transfers", "batch_payments", "quotes", "repeating",
    "contact_groups", "people", "customer_copies", "payroll", "projects", "files", "aged_reports", "products",
    "purchase_orders", "reminders", "summaries",
)  # fmt: skip
PENS = tuple(f"writes/{name}" for name in ("journals", "documents", "cash", "evidence", "settings", "marks"))
NO_ORGANISATION = {
    "connections": "asks which organisations there are",
}


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """The public functions of a file, and the public methods of the pens and of Gateway."""
    tree = ast.parse(path.read_text())
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Pen", "Gateway")):
            found += [each for each in node.body if isinstance(each, ast.FunctionDef)]
    return [each for each in found if not each.name.startswith("_")]


@pytest.mark.parametrize("name", [*NOUNS, *PENS, "gateway"])
def test_the_organisation_comes_first(name: str) -> None:
    functions = public_functions(ROOM / f"{name}.py")
    assert functions
    for function in functions:
        if function.name in NO_ORGANISATION:
            continue
        first = next(each.arg for each in function.args.args if each.arg != "self")
        assert first == "organisation", f"{name}.{function.name} takes {first} first"
        assert len(function.args.defaults) < len(function.args.args), f"{name}.{function.name} may omit it"


@pytest.mark.parametrize("name", NOUNS)
def test_a_reader_takes_the_gateway_second_and_writes_nothing(name: str) -> None:
    for function in public_functions(ROOM / f"{name}.py"):
        assert [each.arg for each in function.args.args][:2] == ["organisation", "gateway"]
    assert ".write(" not in (ROOM / f"{name}.py").read_text()


def test_the_sdk_is_imported_where_the_decision_says() -> None:
    importers = {
        path.stem for path in ROOM.rglob("*.py") if "xero_python" in path.read_text().replace("xero-python", "")
    }
    assert importers == {"transport", "token_requests"}


def test_no_reader_reaches_the_pen() -> None:
    for path in ROOM.glob("*.py"):
        assert "xero_tools.writes" not in path.read_text()
        assert "import writes" not in path.read_text()
