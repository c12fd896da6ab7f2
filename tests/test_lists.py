"""The lists of the house: a row without its file, its line in the docs and its test does not pass."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from agents.close.checks import CHECKS, Check
from agents.skills import SKILLS, Skill
from approvals.kinds import KINDS
from approvals.kinds.kind import Kind
from books.firm import ROLES, read_firm_file
from books.firm_mistakes import PLATFORMS
from scheduler.timetable import TIMETABLE, Row
from xero_tools.toolbox import TOOLS, Tool

HOUSE = Path(__file__).resolve().parents[1]
DEMO = HOUSE / "sandbox" / "demo" / "firm.yml"


def rows_of(heading: str) -> dict[str, list[str]]:
    """The table under a heading of docs/skills.md: the name in the first column, then the other columns."""
    page = (HOUSE / "docs" / "skills.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "| `" in line]
    return {first.strip("`"): rest for first, *rest in lines}


@cache
def told_in(*folders: str) -> str:
    """The text of all tests and snapshots in these folders of tests/."""
    paths = [path for folder in folders for path in sorted((HOUSE / "tests" / folder).rglob("*.*"))]
    return "\n".join(path.read_text() for path in paths if path.suffix in (".py", ".json", ".txt"))


def is_tried(name: str, *folders: str) -> bool:
    """Whether a test names this row, as a word of its own in quotes or after an import."""
    return bool(re.search(rf"[\"' ]{name}[\"' ,.]", told_in(*folders)))


def test_the_page_tells_of_these_lists_and_no_others() -> None:
    assert list(rows_of("Skills")) == [skill.name for skill in SKILLS]
    assert list(rows_of("Checks of a close")) == [check.code for check in CHECKS]
    assert list(rows_of("Kinds of approval")) == [kind.name for kind in KINDS]
    assert list(rows_of("Scheduled posts")) == [row.name for row in TIMETABLE]
    assert list(rows_of("Reads")) == [tool.name for tool in TOOLS]


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_a_skill_is_told_and_tried(skill: Skill) -> None:
    assert rows_of("Skills")[skill.name] == [skill.what]
    assert f"`{skill.name}`" in (HOUSE / "docs" / "cli.md").read_text()
    assert is_tried(skill.name, "agents")
    assert is_tried(skill.name, "stories"), "no story runs it"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_is_one_file_told_and_tried(check: Check) -> None:
    assert (HOUSE / "agents" / "close" / "checks" / f"{check.code}.py").is_file()
    assert rows_of("Checks of a close")[check.code][0] == check.question
    assert is_tried(check.code, "agents"), "no test of the agents names it"


def test_every_check_of_the_folder_is_asked() -> None:
    files = {path.stem for path in (HOUSE / "agents" / "close" / "checks").glob("*.py")} - {"__init__"}
    assert files == {check.code for check in CHECKS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_one_file_told_and_tried(kind: Kind[object]) -> None:  # type: ignore[type-var]
    assert (HOUSE / "approvals" / "kinds" / f"{kind.name}.py").is_file()
    assert {kind.authority.role, kind.authority.role_above_limit} <= set(ROLES)
    for page in ("skills.md", "firm.md"):
        assert f"`{kind.name}`" in (HOUSE / "docs" / page).read_text()
    assert is_tried(kind.name, "approvals/kinds")
    assert is_tried(kind.name, "stories"), "no story decides on it"


def test_every_kind_of_the_folder_can_be_proposed() -> None:
    files = {path.stem for path in (HOUSE / "approvals" / "kinds").glob("*.py")} - {"__init__", "kind"}
    assert files == {kind.name for kind in KINDS}


@pytest.mark.parametrize("row", TIMETABLE, ids=lambda row: row.name)
def test_a_post_is_one_file_told_and_tried(row: Row) -> None:
    assert (HOUSE / "scheduler" / "posts" / f"{row.name}.py").is_file()
    assert re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", row.at)
    assert row.platform in PLATFORMS
    assert rows_of("Scheduled posts")[row.name] == [row.at, row.what]
    assert f"| `{row.name}` | {row.at} |" in (HOUSE / "docs" / "firm.md").read_text()
    assert f"`{row.name}`" in (HOUSE / "docs" / "cli.md").read_text()
    assert is_tried(row.name, "scheduler", "stories"), "no test posts it"


def test_every_post_of_the_folder_is_on_the_timetable() -> None:
    files = {path.stem for path in (HOUSE / "scheduler" / "posts").glob("*.py")} - {"__init__"}
    assert files == {row.name for row in TIMETABLE}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_is_told_and_does_not_ask_a_model_for_the_organisation(tool: Tool) -> None:
    """That each answers over the wire and describes itself is tried in tests/xero_tools/test_toolbox.py."""
    assert rows_of("Reads")[tool.name] == [tool.what]
    assert "organisation" not in tool.parameters.__struct_fields__, "the house says which organisation, not a model"


@pytest.mark.parametrize("rows", [SKILLS, TIMETABLE, KINDS, TOOLS], ids=["skills", "posts", "kinds", "tools"])
def test_a_name_stands_in_its_list_once(rows: tuple[Skill | Row | Tool, ...]) -> None:
    names = [row.name for row in rows]
    assert sorted(set(names)) == sorted(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)


def test_the_demo_firm_names_only_kinds_and_posts_that_exist() -> None:
    firm = read_firm_file(DEMO)
    assert set(firm.approvals) <= {kind.name for kind in KINDS}
    assert set(firm.schedule) <= {row.name for row in TIMETABLE}
    assert firm.approvals == {kind.name: kind.authority for kind in KINDS}, "docs/firm.md calls these the kinds' own"


def test_every_word_of_the_demo_firm_is_explained() -> None:
    page = (HOUSE / "docs" / "firm.md").read_text()
    keys = set(re.findall(r"[{ ,-]([a-z_]+):(?= |\n)", re.sub(r"#.*", "", DEMO.read_text()))) - {"id"}
    assert len(keys) > 20
    assert not [key for key in sorted(keys) if key not in page]
