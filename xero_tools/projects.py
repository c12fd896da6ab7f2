"""Reads of projects and the time logged on them."""

from __future__ import annotations

from books.practice_records import Project, TimeEntry
from xero_tools import other_apis
from xero_tools.gateway import Gateway
from xero_tools.one import segment
from xero_tools.translate import required_day

PAGE = 50


def every(organisation: str, gateway: Gateway, *, interactive: bool = True) -> tuple[Project, ...]:
    """Every project of whatever status."""
    rows = _rows(organisation, gateway, "Projects", interactive)
    return tuple(
        Project(id=row.projectId or "", name=row.name or "", contact_id=row.contactId or "", status=row.status or "")
        for row in rows
    )


def time(organisation: str, gateway: Gateway, project_id: str, *, interactive: bool = True) -> tuple[TimeEntry, ...]:
    """The time logged on one project; raises Refusal when there is no such project."""
    rows = _rows(organisation, gateway, f"Projects/{segment(project_id)}/Time", interactive)
    return tuple(
        TimeEntry(
            id=row.timeEntryId or "",
            project_id=row.projectId or "",
            date=required_day(row.dateUtc, f"the time entry {row.timeEntryId}"),
            minutes=row.duration or 0,
            description=row.description or "",
            status=row.status or "",
        )
        for row in rows
    )


def _rows(organisation: str, gateway: Gateway, path: str, interactive: bool) -> list[other_apis.ProjectRow]:
    found: list[other_apis.ProjectRow] = []
    page = 1
    while True:
        answer = other_apis.read(organisation, gateway, other_apis.PROJECTS, path, other_apis.ProjectRows,
                                 page=page, interactive=interactive)  # fmt: skip
        found += answer.items
        if len(answer.items) < PAGE:
            return found
        page += 1
