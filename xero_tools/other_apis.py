"""The shapes and paging of Xero's APIs beside Accounting, which have envelopes of their own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

import msgspec

from books.practice_records import StoredFile
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.wire_base import Text, Wire

AU_PAYROLL, PAYROLL, PROJECTS, FILES = "payroll.xro/1.0", "payroll.xro/2.0", "projects.xro/2.0", "files.xro/1.0"
FINANCE = "finance.xro/1.0"
Shape = TypeVar("Shape")


class AuPayRun(Wire):
    """An Australian pay run."""

    PayRunID: Text = None
    PayrollCalendarID: Text = None
    PayRunPeriodStartDate: Text = None
    PayRunPeriodEndDate: Text = None
    PaymentDate: Text = None
    PayRunStatus: Text = None
    Wages: Decimal | None = None
    NetPay: Decimal | None = None


class AuPayRuns(Wire):
    """A page of Australian pay runs."""

    PayRuns: tuple[AuPayRun, ...] = ()


class NewerPayRun(Wire):
    """A pay run of New Zealand or the United Kingdom."""

    payRunID: Text = None  # noqa: N815
    payrollCalendarID: Text = None  # noqa: N815
    periodStartDate: Text = None  # noqa: N815
    periodEndDate: Text = None  # noqa: N815
    paymentDate: Text = None  # noqa: N815
    payRunStatus: Text = None  # noqa: N815
    totalCost: Decimal | None = None  # noqa: N815
    totalPay: Decimal | None = None  # noqa: N815


class NewerPayRuns(Wire):
    """A page of pay runs of New Zealand or the United Kingdom."""

    payRuns: tuple[NewerPayRun, ...] = ()  # noqa: N815


class ProjectRow(Wire):
    """A project, or an entry of time on one."""

    projectId: Text = None  # noqa: N815
    timeEntryId: Text = None  # noqa: N815
    contactId: Text = None  # noqa: N815
    name: Text = None
    description: Text = None
    status: Text = None
    dateUtc: Text = None  # noqa: N815
    duration: int | None = None


class ProjectRows(Wire):
    """A page of projects or of time."""

    items: tuple[ProjectRow, ...] = ()


class FileRow(Wire):
    """A file, or what ties one to a document."""

    Id: Text = None
    FileId: Text = None
    ObjectId: Text = None
    Name: Text = None
    MimeType: Text = None
    Size: int | None = None


class FileRows(Wire):
    """A page of files."""

    Items: tuple[FileRow, ...] = ()


def read(
    organisation: str, gateway: Gateway, api: str, path: str, shape: type[Shape], *, page: int = 0,
    query: Mapping[str, str] | None = None, interactive: bool,
) -> Shape:  # fmt: skip
    """One answer of another API, typed; `page` 0 asks for no page. Raises Refusal."""
    asked: dict[str, str | int | bool] = {**(query or {}), **({"page": page} if page else {})}
    content = gateway.read_beside(organisation, api, path, asked, interactive=interactive)
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError as error:
        raise Refusal(
            "Xero's answer cannot be read.",
            next_step="Try again; if it stays so, report it to whoever looks after Tieout.",
            code="xero_unreadable",
            detail=str(error),
        ) from error


def stored_file(row: FileRow) -> StoredFile:
    """A file of the library as Xero tells it."""
    return StoredFile(id=row.Id or "", name=row.Name or "", mime=row.MimeType or "", size_bytes=row.Size or 0)
