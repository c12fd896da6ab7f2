"""The Accounting API's paths below /api.xro/2.0: which request is answered by which part."""

from datetime import date
from urllib.parse import unquote

from sandbox.xero.answering import JSON, Reply, Request, not_allowed, reply
from sandbox.xero.below import PDF, answer_below
from sandbox.xero.kinds import KINDS, Kind
from sandbox.xero.other_apis import ROOTS, answer_other
from sandbox.xero.reading import read_list, read_one
from sandbox.xero.refusals import BadRequestError, NotFoundError
from sandbox.xero.reports.requests import make_report
from sandbox.xero.simulator import Session
from sandbox.xero.unit_prices import with_unit_prices
from sandbox.xero.wire import Json, encode, envelope, parse_date, truthy
from sandbox.xero.writing import WRITERS
from sandbox.xero.writing.batch import elements_of, write_batch
from sandbox.xero.writing.labels import currencies
from sandbox.xero.writing.mailing import invoice_pdf

__all__ = ["JSON", "Reply", "Request", "answer", "split_path"]
_DELETED_ONLY = ("batchpayments", "banktransfers", "currencies")  # POST makes nothing new there


def split_path(path: str) -> tuple[str, ...]:
    """The steps of a path below /api.xro/2.0."""
    return tuple(unquote(step) for step in path.split("/") if step)


def answer(session: Session, request: Request) -> Reply:
    """Answer one request; raises a RefusedError for everything Xero says no to."""
    steps = request.steps
    first = steps[0].lower() if steps else ""
    if first in ("organisation", "organisations", "reports") or not steps:
        return _settings(session, request, first)
    if [step.lower() for step in steps] == ["invoicereminders", "settings"]:
        return _reminders(session, request)
    if first in ROOTS:
        return answer_other(session, request)
    kind = KINDS.get(first)
    if kind is None:
        raise NotFoundError
    if len(steps) >= 3:
        return answer_below(session, kind, request)
    if request.method != "GET":
        return _write(session, kind, request)
    if len(steps) == 1:
        return _list(session, kind, request)
    if kind.name == "invoices" and PDF in request.accept:
        return Reply(PDF, invoice_pdf(session, steps[1]))
    return reply(kind.plural, with_unit_prices([read_one(session, kind, steps[1], request.query)], request.query))


def _list(session: Session, kind: Kind, request: Request) -> Reply:
    query = {name.lower(): value for name, value in request.query.items()}
    if kind.name in ("quotes", "purchaseorders"):
        size = {"pagesize": query["pagesize"]} if kind.name == "purchaseorders" and "pagesize" in query else {}
        query = _asked_in_words(query) | size
    rows, pagination = read_list(session, kind, query, request.modified_since)
    if kind.name == "quotes":
        pagination = None  # the one paged list that does not say how many pages it has
    if kind.name == "banktransfers" and not truthy(query.get("includedeleted", "")):
        rows = [row for row in rows if row.get("Status") != "DELETED"]
    if kind.name == "currencies":
        rows = currencies(session, rows)
    return Reply(JSON, encode(envelope(kind.plural, with_unit_prices(rows, query), pagination)))


def _asked_in_words(query: Json) -> Json:
    """Quotes and orders are narrowed by parameters of their own, which are put in the words of a where clause."""
    clauses = []
    for name, field, operator in (
        ("datefrom", "Date", ">="), ("dateto", "Date", "<="),
        ("expirydatefrom", "ExpiryDate", ">="), ("expirydateto", "ExpiryDate", "<="),
    ):  # fmt: skip
        if query.get(name):
            day = _day(query[name])
            clauses.append(f"{field}{operator}DateTime({day.year},{day.month:02d},{day.day:02d})")
    for name, field in (("status", "Status"), ("quotenumber", "QuoteNumber")):
        if query.get(name):
            clauses.append(f'{field}=="{query[name]}"')
    if query.get("contactid"):
        clauses.append(f'Contact.ContactID==guid("{query["contactid"]}")')
    kept = {name: query[name] for name in ("page", "order") if query.get(name)}
    return kept | ({"where": " AND ".join(clauses)} if clauses else {})


def _day(text: str) -> date:
    try:
        return parse_date(text)
    except ValueError as error:
        raise BadRequestError(str(error)) from None


def _reminders(session: Session, request: Request) -> Reply:
    """Xero's own reminders of overdue invoices, which the API shows and cannot switch."""
    if request.method != "GET":
        raise not_allowed(request.method)
    kept = session.store.all(session.identity, "invoicereminders")
    return reply("InvoiceReminders", [{"Enabled": any(truthy(row["Enabled"]) for row in kept)}])


def _settings(session: Session, request: Request, first: str) -> Reply:
    if request.method != "GET" or not request.steps:
        raise not_allowed(request.method)
    if first == "reports":
        if len(request.steps) == 1:
            return reply("Reports", [])
        return reply("Reports", [make_report(session, request.steps[1].lower(), request.query)])
    if len(request.steps) == 1:
        return reply("Organisations", [session.organisation])
    if request.steps[1].lower() != "actions":
        raise NotFoundError
    allowed = "ALLOWED" if session.connecting_user_is_adviser() else "NOT-ALLOWED"
    names = (("ApproveTransactions", "ALLOWED"), ("ApproveTransactionsBeforePeriodLockDate", allowed))
    return reply("Actions", [{"Name": name, "Status": status} for name, status in names])


def _write(session: Session, kind: Kind, request: Request) -> Reply:
    writer = WRITERS.get(kind.name)
    if writer is None or request.method not in ("PUT", "POST") or (request.method == "PUT" and len(request.steps) == 2):
        raise not_allowed(request.method)
    rows = elements_of(kind.plural, request.body)
    making = request.method == "POST" and len(request.steps) == 1 and any(not row.get(kind.id_field) for row in rows)
    if making and kind.name in _DELETED_ONLY:
        raise not_allowed(request.method)
    query = {name.lower(): value for name, value in request.query.items()}
    written = write_batch(
        session,
        kind,
        with_unit_prices(rows, query),
        writer,
        path_id=request.steps[1] if len(request.steps) == 2 else None,
        summarize=truthy(query.get("summarizeerrors", "true")),
        creating=request.method == "PUT",
    )
    return reply(kind.plural, written)
