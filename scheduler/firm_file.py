"""Reads the firm's file and holds the names in it against the lists that only the whole house knows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from approvals.kinds import KINDS
from books.firm import Firm, read_firm_file
from books.refusal import Refusal
from scheduler.timetable import TIMETABLE


def read_firm(path: Path) -> Firm:
    """The firm of the file at `path`; raises Refusal that names the mistake, a kind or post nobody knows included."""
    firm = read_firm_file(path)
    _known(path, "approvals", firm.approvals, [kind.name for kind in KINDS])
    _known(path, "automation", firm.automation, [kind.name for kind in KINDS if kind.may_be_automatic])
    for client in firm.clients:
        _known(path, f"the approvals of “{client.id}”", client.approvals, [kind.name for kind in KINDS])
        _known(path, f"the phases of “{client.id}”", client.phases, [kind.name for kind in KINDS])
    _known(path, "schedule", firm.schedule, [row.name for row in TIMETABLE])
    return firm


def _known(path: Path, part: str, names: Iterable[str], known: list[str]) -> None:
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Refusal(
            f"{path.name} has a mistake: “{unknown[0]}” under {part} is none of {', '.join(known)}.",
            next_step="Mend it and start again; docs/firm.md explains every line.",
            code="firm_file_broken",
        )
