"""History notes and attachments of a document."""

from datetime import UTC, datetime

from sandbox.xero.kinds import Kind
from sandbox.xero.refusals import InvalidBatchError, InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, ms_stamp
from sandbox.xero.writing.batch import elements_of

MOST_CHARACTERS = 2_500


def read_history(session: Session, kind: Kind, identity: str) -> list[Json]:
    """The history of a document, newest first."""
    if session.get(kind.name, identity) is None:
        raise NotFoundError
    rows = session.store.db.execute(
        "SELECT at, changes, user, details FROM history WHERE organisation = ? AND kind = ? AND id = ? "
        "ORDER BY at DESC, rowid DESC",
        (session.identity, kind.name, identity.lower()),
    ).fetchall()
    return [_record(*row) for row in rows]


def _record(at: int, changes: str, user: str, details: str) -> Json:
    text = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return {"Changes": changes, "DateUTCString": text, "DateUTC": ms_stamp(at), "User": user, "Details": details}


def add_notes(session: Session, kind: Kind, identity: str, raw: bytes) -> list[Json]:
    """Append notes; a note is at most 2,500 characters and belongs to the user `System Generated`."""
    if session.get(kind.name, identity) is None:
        raise NotFoundError
    rows = elements_of("HistoryRecords", raw)
    for row in rows:
        details = row.get("Details")
        if not isinstance(details, str) or not details.strip():
            raise InvalidBatchError([row | _errors("Details must not be empty.")])
        if len(details) > MOST_CHARACTERS:
            raise InvalidBatchError([row | _errors(f"The Details field must be at most {MOST_CHARACTERS} characters.")])
    with session.store.transaction():
        for row in rows:
            session.note(kind.name, identity, "Note", str(row["Details"]))
    return read_history(session, kind, identity)[: len(rows)][::-1]


def _errors(message: str) -> Json:
    return {"ValidationErrors": [{"Message": text} for text in InvalidError(message).messages]}


def list_attachments(session: Session, kind: Kind, identity: str) -> list[Json]:
    """The attachments of a document, without their content."""
    if session.get(kind.name, identity) is None:
        raise NotFoundError
    rows = session.store.db.execute(
        "SELECT attachment, filename, mime, length(content) FROM attachments "
        "WHERE organisation = ? AND kind = ? AND id = ? ORDER BY filename",
        (session.identity, kind.name, identity.lower()),
    ).fetchall()
    url = f"https://api.xero.com/api.xro/2.0/{kind.plural}/{identity}/Attachments/"
    return [
        {
            "AttachmentID": row[0],
            "FileName": row[1],
            "Url": url + str(row[1]),
            "MimeType": row[2],
            "ContentLength": row[3],
        }
        for row in rows
    ]


def attachment_content(session: Session, kind: Kind, identity: str, name: str) -> tuple[str, bytes]:
    """(MIME type, bytes) of one attachment, by file name or AttachmentID."""
    row = session.store.db.execute(
        "SELECT mime, content FROM attachments WHERE organisation = ? AND kind = ? AND id = ? "
        "AND (attachment = ? OR filename = ?)",
        (session.identity, kind.name, identity.lower(), name.lower(), name),
    ).fetchone()
    if row is None:
        raise NotFoundError
    return str(row[0]), bytes(row[1])
