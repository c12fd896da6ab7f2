"""The Files API: the organisation's file library, uploads to it, and which document each file belongs to."""

import uuid
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message

from sandbox.xero.answering import JSON, Reply, Request, not_allowed
from sandbox.xero.refusals import NotFoundError, RefusedError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, decode, encode

MOST_BYTES = 10 * 1024 * 1024
_ENDINGS = (
    "7z", "bmp", "csv", "doc", "docx", "eml", "gif", "jpeg", "jpg", "key", "keynote", "msg", "numbers", "odf", "ods",
    "odt", "pages", "pdf", "png", "ppt", "pptx", "rar", "rtf", "tif", "tiff", "txt", "xls", "xlsx", "zip",
)  # fmt: skip
_GROUPS = {
    "Account": "accounts", "BankTransaction": "banktransactions", "Contact": "contacts", "CreditNote": "creditnotes",
    "Invoice": "invoices", "Item": "items", "ManualJournal": "manualjournals", "Overpayment": "overpayments",
    "Payment": "payments", "Prepayment": "prepayments", "Quote": "quotes", "Receipt": "receipts",
}  # fmt: skip


class FilesRefusedError(RefusedError):
    """400 in the words of the Files API: a list of what is wrong."""

    def __init__(self, title: str, detail: str) -> None:
        super().__init__(detail)
        self.title = title

    def body(self) -> list[Json]:
        """Type, title and detail."""
        return [{"type": "Validation", "title": self.title, "detail": str(self)}]


def answer_files(session: Session, request: Request, steps: list[str]) -> Reply | None:
    """Answer what concerns one file or writes one; None for the lists, which any page of rows answers."""
    method, rest = request.method, steps[1:]
    if steps[:1] != ["files"] or (method == "GET" and not rest):
        return None
    if not rest:
        return _upload(session, request)
    file = session.get("files", rest[0])
    if file is None:
        raise NotFoundError
    if rest[1:] == ["content"] and method == "GET":
        return _content(session, file)
    if rest[1:] == ["associations"]:
        return _associations(session, file, request)
    if rest[1:2] == ["associations"] and len(rest) == 3 and method == "DELETE":
        return _part(session, file, rest[2])
    if len(rest) == 1 and method == "GET":
        return Reply(JSON, encode(shown(file)))
    raise not_allowed(method)


def shown(file: Json) -> Json:
    """A file without what the sandbox keeps beside it."""
    return {name: value for name, value in file.items() if name not in ("UpdatedDateUTC", "Associations")}


def _upload(session: Session, request: Request) -> Reply:
    """Keeps the one file of a multipart form."""
    if request.method != "POST":
        raise not_allowed(request.method)
    part = _file_part(request)
    name, content = str(part.get_filename()), part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content or len(content) > MOST_BYTES:
        raise FilesRefusedError("Validation failure", "A file must have content, and at most 10 MB of it.")
    ending = name.rpartition(".")[2].lower()
    if ending not in _ENDINGS:
        raise FilesRefusedError("Validation failure", f"Extension: {ending} is not a valid File extension.")
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000")
    file: Json = {
        "Id": str(uuid.uuid4()), "Name": name, "MimeType": part.get_content_type(), "Size": len(content),
        "CreatedDateUtc": stamp, "UpdatedDateUtc": stamp,
    }  # fmt: skip
    with session.store.transaction():
        session.save("files", file["Id"], dict(file))
        session.store.db.execute(
            "INSERT OR REPLACE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (session.identity, "files", file["Id"], file["Id"], name, file["MimeType"], content),
        )
    return Reply(JSON, encode(file), status=201)


def _file_part(request: Request) -> Message:
    whole = message_from_bytes(f"Content-Type: {request.content_type}\r\n\r\n".encode() + request.body)
    parts = whole.get_payload() if whole.is_multipart() else []
    found = [part for part in parts if isinstance(part, Message) and part.get_filename()]
    if len(found) != 1:
        raise FilesRefusedError("Validation failure", "The request must hold one file as multipart/form-data.")
    return found[0]


def _content(session: Session, file: Json) -> Reply:
    row = session.store.db.execute(
        "SELECT mime, content FROM attachments WHERE organisation = ? AND kind = 'files' AND id = ?",
        (session.identity, str(file["Id"]).lower()),
    ).fetchone()
    if row is None:
        raise NotFoundError
    return Reply(row[0], row[1])


def _associations(session: Session, file: Json, request: Request) -> Reply:
    known = file.get("Associations") or []
    if request.method == "GET":
        return Reply(JSON, encode([{"FileId": file["Id"], **one} for one in known]))
    if request.method != "POST":
        raise not_allowed(request.method)
    body = decode(request.body)
    wanted = {field: str(body.get(field) or "") for field in ("ObjectId", "ObjectGroup", "ObjectType")}
    kind = _GROUPS.get(wanted["ObjectGroup"])
    if kind is None or session.get(kind, wanted["ObjectId"]) is None:
        raise FilesRefusedError("Validation failure", f"Object is not a {wanted['ObjectGroup']}")
    wanted = {field: text for field, text in wanted.items() if text}
    kept = [one for one in known if str(one["ObjectId"]).lower() != wanted["ObjectId"].lower()]
    session.save("files", str(file["Id"]), file | {"Associations": [*kept, wanted]})
    return Reply(JSON, encode({"FileId": file["Id"], **wanted}), status=201)


def _part(session: Session, file: Json, object_id: str) -> Reply:
    known = file.get("Associations") or []
    kept = [one for one in known if str(one["ObjectId"]).lower() != object_id]
    if len(kept) == len(known):
        raise NotFoundError
    session.save("files", str(file["Id"]), file | {"Associations": kept})
    return Reply(JSON, b"", status=204)
