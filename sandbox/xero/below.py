"""What stands below one document: its history, attachments, allocations, and what is done with it."""

from sandbox.xero.answering import Reply, Request, not_allowed, reply
from sandbox.xero.kinds import Kind
from sandbox.xero.refusals import NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import encode
from sandbox.xero.writing import labels
from sandbox.xero.writing.allocations import CREDITS, add_allocations, remove_allocation
from sandbox.xero.writing.attaching import attach_file
from sandbox.xero.writing.history import add_notes, attachment_content, list_attachments, read_history
from sandbox.xero.writing.mailing import email_invoice, invoice_pdf, online_invoice

JSON = "application/json; charset=utf-8"
PDF = "application/pdf"


def answer_below(session: Session, kind: Kind, request: Request) -> Reply:
    """Answer a request for /{Kind}/{id}/{what}…; raises NotFoundError for what there is not."""
    _, identity, what, *rest = request.steps
    low = what.lower()
    if low == "history" and kind.history and not rest:
        return _history(session, kind, identity, request)
    if low == "attachments" and kind.attachments:
        return _attachments(session, kind, identity, rest, request)
    if low == "allocations" and kind.name in CREDITS:
        return _allocations(session, kind, identity, rest, request)
    if kind.name == "invoices" and not rest and low in ("email", "onlineinvoice", "pdf"):
        return _to_the_customer(session, identity, low, request)
    if kind.name == "contactgroups" and low == "contacts":
        return _group(session, identity, rest, request)
    if kind.name == "trackingcategories" and low == "options" and not rest:
        if request.method != "PUT":
            raise not_allowed(request.method)
        return reply("Options", labels.add_options(session, identity, request.body))
    raise NotFoundError


def _history(session: Session, kind: Kind, identity: str, request: Request) -> Reply:
    if request.method == "GET":
        return reply("HistoryRecords", read_history(session, kind, identity))
    if request.method == "PUT":
        return reply("HistoryRecords", add_notes(session, kind, identity, request.body))
    raise not_allowed(request.method)


def _attachments(session: Session, kind: Kind, identity: str, rest: list[str], request: Request) -> Reply:
    if request.method in ("PUT", "POST") and len(rest) == 1:
        mime = request.content_type or "application/octet-stream"
        return reply("Attachments", attach_file(session, kind, identity, rest[0], mime, request.body))
    if request.method != "GET":
        raise not_allowed(request.method)
    if not rest:
        return reply("Attachments", list_attachments(session, kind, identity))
    mime, content = attachment_content(session, kind, identity, rest[-1])
    return Reply(mime, content)


def _allocations(session: Session, kind: Kind, identity: str, rest: list[str], request: Request) -> Reply:
    if request.method == "PUT" and not rest:
        return reply("Allocations", add_allocations(session, kind, identity, request.body))
    if request.method == "DELETE" and len(rest) == 1:
        return Reply(JSON, encode(remove_allocation(session, kind, identity, rest[0])))
    raise not_allowed(request.method)


def _to_the_customer(session: Session, identity: str, what: str, request: Request) -> Reply:
    wanted = "POST" if what == "email" else "GET"
    if request.method != wanted:
        raise not_allowed(request.method)
    if what == "pdf":
        return Reply(PDF, invoice_pdf(session, identity))
    if what == "onlineinvoice":
        return reply("OnlineInvoices", [online_invoice(session, identity)])
    with session.store.transaction():
        email_invoice(session, identity)
    return Reply(JSON, b"", status=204)


def _group(session: Session, identity: str, rest: list[str], request: Request) -> Reply:
    if request.method == "PUT" and not rest:
        return reply("Contacts", labels.add_contacts(session, identity, request.body))
    if request.method == "DELETE" and len(rest) == 1:
        labels.remove_contact(session, identity, rest[0])
        return Reply(JSON, b"", status=204)
    raise not_allowed(request.method)
