"""The Accounting API's paths below /api.xro/2.0: which request is answered by which part."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from sandbox.xero.kinds import KINDS, Kind
from sandbox.xero.reading import read_list, read_one
from sandbox.xero.refusals import NotFoundError, ProblemError
from sandbox.xero.reports.requests import make_report
from sandbox.xero.simulator import Session
from sandbox.xero.wire import encode, envelope, truthy
from sandbox.xero.writing import WRITERS
from sandbox.xero.writing.batch import elements_of, write_batch
from sandbox.xero.writing.history import add_notes, attachment_content, list_attachments, read_history

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One API request, as the endpoints need it."""

    method: str
    steps: tuple[str, ...]
    query: Mapping[str, str]
    modified_since: str
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back: a MIME type and bytes (status 200)."""

    mime: str
    body: bytes


def split_path(path: str) -> tuple[str, ...]:
    """The steps of a path below /api.xro/2.0."""
    return tuple(unquote(step) for step in path.split("/") if step)


def answer(session: Session, request: Request) -> Reply:
    """Answer one request; raises a RefusedError for everything Xero says no to."""
    steps = request.steps
    first = steps[0].lower() if steps else ""
    if first in ("organisation", "organisations", "reports") or not steps:
        return _settings(session, request, first)
    kind = KINDS.get(first)
    if kind is None:
        raise NotFoundError
    if len(steps) >= 3:
        return _below(session, kind, request)
    if request.method == "GET":
        if len(steps) == 2:
            return _reply(kind.plural, [read_one(session, kind, steps[1], request.query)])
        rows, pagination = read_list(session, kind, request.query, request.modified_since)
        return Reply(JSON, encode(envelope(kind.plural, rows, pagination)))
    return _write(session, kind, request)


def _reply(plural: str, rows: list[dict[str, object]]) -> Reply:
    return Reply(JSON, encode(envelope(plural, rows)))


def _settings(session: Session, request: Request, first: str) -> Reply:
    if request.method != "GET" or not request.steps:
        raise _not_allowed(request.method)
    if first == "reports":
        if len(request.steps) == 1:
            return _reply("Reports", [])
        return _reply("Reports", [make_report(session, request.steps[1].lower(), request.query)])
    if len(request.steps) == 1:
        return _reply("Organisations", [session.organisation])
    if request.steps[1].lower() != "actions":
        raise NotFoundError
    allowed = "ALLOWED" if session.connecting_user_is_adviser() else "NOT-ALLOWED"
    names = (("ApproveTransactions", "ALLOWED"), ("ApproveTransactionsBeforePeriodLockDate", allowed))
    return _reply("Actions", [{"Name": name, "Status": status} for name, status in names])


def _write(session: Session, kind: Kind, request: Request) -> Reply:
    writer = WRITERS.get(kind.name)
    if writer is None or request.method not in ("PUT", "POST") or (request.method == "PUT" and len(request.steps) == 2):
        raise _not_allowed(request.method)
    rows = elements_of(kind.plural, request.body)
    query = {name.lower(): value for name, value in request.query.items()}
    written = write_batch(
        session,
        kind,
        rows,
        writer,
        path_id=request.steps[1] if len(request.steps) == 2 else None,
        summarize=truthy(query.get("summarizeerrors", "true")),
        creating=request.method == "PUT",
    )
    return _reply(kind.plural, written)


def _below(session: Session, kind: Kind, request: Request) -> Reply:
    """/{Kind}/{id}/History and /{Kind}/{id}/Attachments."""
    _, identity, what, *rest = request.steps
    if what.lower() == "history" and kind.history and not rest:
        if request.method == "GET":
            return _reply("HistoryRecords", read_history(session, kind, identity))
        if request.method == "PUT":
            return _reply("HistoryRecords", add_notes(session, kind, identity, request.body))
        raise _not_allowed(request.method)
    if what.lower() == "attachments" and kind.attachments:
        if request.method != "GET":
            raise _not_allowed(request.method)
        if not rest:
            return _reply("Attachments", list_attachments(session, kind, identity))
        mime, content = attachment_content(session, kind, identity, rest[-1])
        return Reply(mime, content)
    raise NotFoundError


def _not_allowed(method: str) -> ProblemError:
    return ProblemError(405, "Method Not Allowed", f"The sandbox does not answer {method} here")
