"""The plan of the house, checked in its own source: who imports whom, who reads the environment, sizes and names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

HOUSE = Path(__file__).resolve().parents[1]
ROOMS = ("scheduler", "bot", "agents", "approvals", "xero_tools", "books")
PACKAGES = (*ROOMS, "sandbox", "benchmarks")
FILES = sorted(path for name in PACKAGES for path in (HOUSE / name).rglob("*.py"))
TESTS = sorted((HOUSE / "tests").rglob("*.py"))
APP = HOUSE / "app.py"
WRITTEN_OUT = {"tests/sandbox/xero/paper_lantern.py"}
"""Whole books as one literal: longer than code may be, and none of it is code."""

NOT_USED = re.compile(r"(^|_)(helpers?|utils?|utilities|managers?|misc|common)($|_)")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}


def place(path: Path) -> str:
    """A file as a reader names it."""
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The file, parsed once."""
    return ast.parse(path.read_text(), filename=place(path))


def imported(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{place(path)}:{node.lineno} imports relatively"
            yield node.module or ""


def words(name: str) -> str:
    """`ChatManager` as `chat_manager`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_the_import_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """The contracts stand in pyproject.toml: one direction, one pen, one door to the model, two strangers."""
    outcome = lint_imports(config_filename=str(HOUSE / "pyproject.toml"), no_cache=True, no_logo=True)
    told = capsys.readouterr().out
    assert outcome == 0, told
    assert "0 broken" in told


def test_every_package_is_under_contract() -> None:
    found = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    assert found == set(PACKAGES), "a new package needs a place in the plan, in the contracts and in this list"


@pytest.mark.parametrize("path", [*FILES, *TESTS], ids=place)
def test_nobody_imports_the_app(path: Path) -> None:
    assert not [name for name in imported(path) if name.split(".")[0] == "app"]


@pytest.mark.parametrize("path", FILES, ids=place)
def test_only_the_app_reads_the_environment(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert node.attr not in ENVIRONMENT, f"{place(path)}:{node.lineno} reads the environment"
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            assert not ENVIRONMENT & {each.name for each in node.names}, f"{place(path)}:{node.lineno}"


def is_float(node: ast.expr) -> bool:
    """Whether an expression is plainly a float: `1.5`, `-1.5` or `float(…)`."""
    if isinstance(node, ast.UnaryOp):
        return is_float(node.operand)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"


@pytest.mark.parametrize("path", [*FILES, *TESTS, APP], ids=place)
def test_money_is_never_made_from_a_float(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Money", "Money.of", "Decimal", "decimal.Decimal"):
            assert not any(map(is_float, node.args)), f"{place(path)}:{node.lineno}"
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "float":
            name = ast.unparse(node.target)
            assert not re.search(r"amount|total|balance|price|tax$|due$", name), f"{place(path)}:{node.lineno} {name}"


@pytest.mark.parametrize("path", [path for path in [*FILES, *TESTS, APP] if place(path) not in WRITTEN_OUT], ids=place)
def test_files_and_functions_are_short(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= 400, f"{place(path)} has {lines} lines"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{place(path)}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=place)
def test_a_package_says_in_one_sentence_what_it_is_for(path: Path) -> None:
    sentence = ast.get_docstring(tree(path)) or ""
    assert re.fullmatch(r"[^.!?\n]+(\.(?=\w)[^.!?\n]*)*\.", sentence), f"{place(path)}: {sentence!r}"


@pytest.mark.parametrize("path", [*FILES, *TESTS, APP], ids=place)
def test_every_module_class_and_public_function_of_a_room_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{place(path)} says nothing"
    if path in TESTS or path == APP:
        return
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{place(path)}: {node.name} says nothing"


@pytest.mark.parametrize("path", [*FILES, *TESTS, APP], ids=place)
def test_names_say_what_things_are(path: Path) -> None:
    parts = [*path.relative_to(HOUSE).parts[:-1], path.stem]
    assert not [part for part in parts if NOT_USED.search(part.lower())]
    names = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert not [name for name in names if NOT_USED.search(words(name))]


@pytest.mark.parametrize("path", [*FILES, *TESTS, APP], ids=place)
def test_nothing_is_left_unfinished(path: Path) -> None:
    found = UNFINISHED.search(path.read_text())
    assert not found, f"{place(path)} has a {found and found[0]}"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            assert node.id not in ("NotImplementedError", "NotImplemented"), f"{place(path)}:{node.lineno}"
        if isinstance(node, ast.ExceptHandler):
            first = node.body[0]
            silent = isinstance(first, ast.Pass) and "#" not in path.read_text().splitlines()[first.lineno - 1]
            assert not silent, f"{place(path)}:{node.lineno} swallows an error without saying why"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_the_business_date_comes_from_the_clock(path: Path) -> None:
    """Outside the clock (and the sandbox's own), nobody asks the machine what day it is."""
    if place(path) == "books/clock.py" or place(path).startswith(("sandbox/", "benchmarks/")):
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr in ("today", "utcnow"):
            assert ast.unparse(node.value) not in ("date", "dt.date", "datetime", "dt.datetime", "datetime.date"), (
                f"{place(path)}:{node.lineno}"
            )
