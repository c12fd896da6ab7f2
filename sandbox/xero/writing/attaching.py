"""Files attached to a document through the API: at most ten a document, each of 10 MB at most."""

import uuid

from sandbox.xero.kinds import Kind
from sandbox.xero.refusals import InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json
from sandbox.xero.writing.history import list_attachments

MOST_FILES, MOST_BYTES = 10, 10 * 1024 * 1024


def attach_file(session: Session, kind: Kind, identity: str, filename: str, mime: str, content: bytes) -> list[Json]:
    """Attach a file under its name, in place of an earlier one of that name; raises NotFoundError, InvalidError."""
    document = session.get(kind.name, identity)
    if document is None:
        raise NotFoundError
    if not content:
        raise InvalidError("The file to attach is empty.")
    if len(content) > MOST_BYTES:
        raise InvalidError("The file to attach is larger than 10 MB.")
    known = list_attachments(session, kind, identity)
    if len(known) >= MOST_FILES and all(one["FileName"] != filename for one in known):
        raise InvalidError(f"A document can have at most {MOST_FILES} attachments.")
    with session.store.transaction():
        session.store.db.execute(
            "INSERT OR REPLACE INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (session.identity, kind.name, identity.lower(), str(uuid.uuid4()), filename, mime, content),
        )
        number = document.get(kind.number_field or "")
        session.save(kind.name, identity, document | {"HasAttachments": True}, number=number)
        session.note(kind.name, identity, "Attached a file", f"Attached the file {filename} through the Xero API")
    return [one for one in list_attachments(session, kind, identity) if one["FileName"] == filename]
