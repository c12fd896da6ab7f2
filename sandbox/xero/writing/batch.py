"""A write of one or many documents: all in one transaction, failures echoed with their messages."""

from collections.abc import Callable
from typing import Any

from sandbox.xero.kinds import Kind
from sandbox.xero.refusals import BadRequestError, InvalidBatchError, InvalidError, NotFoundError
from sandbox.xero.simulator import Session
from sandbox.xero.wire import Json, decode
from sandbox.xero.writing.shapes import shaped

WriteOne = Callable[[Session, Json, Json | None], Json]
MOST_ELEMENTS = 500


def elements_of(kind_plural: str, raw: bytes) -> list[Json]:
    """The documents of a body: {"Invoices": [...]}, one bare object, or a bare list; BadRequestError otherwise."""
    try:
        body: Any = decode(raw) if raw.strip() else {}
    except ValueError as error:
        raise BadRequestError(
            f"The request body is not valid JSON: {error}", number=17, kind="PostDataInvalidException"
        ) from None
    if isinstance(body, dict):
        key = next((name for name in body if name.lower() == kind_plural.lower()), None)
        rows = body[key] if key else body
    else:
        rows = body
    rows = rows if isinstance(rows, list) else [rows]
    if not rows or any(not isinstance(row, dict) or not row for row in rows):
        raise BadRequestError("The request holds no document to write", number=17, kind="PostDataInvalidException")
    if len(rows) > MOST_ELEMENTS:
        raise BadRequestError(
            f"A request may hold at most {MOST_ELEMENTS} documents", number=17, kind="PostDataInvalidException"
        )
    return rows


def write_batch(
    session: Session,
    kind: Kind,
    rows: list[Json],
    write_one: WriteOne,
    *,
    path_id: str | None,
    summarize: bool,
    creating: bool,
) -> list[Json]:
    """Write each document; with `summarize` one failure undoes all and raises InvalidBatchError.

    Without it the good ones stay and each answer tells its own StatusAttributeString.
    """
    if path_id is not None:
        _must_exist(session, kind, path_id)
        rows = [rows[0] | {kind.id_field: path_id}]
    answers: list[Json] = []
    failed = False
    with session.store.transaction():
        for row in rows:
            session.store.db.execute("SAVEPOINT one")
            try:
                body = shaped(row)
                done = write_one(session, body, _existing(session, kind, body, creating=creating))
                answers.append(done if summarize else done | {"StatusAttributeString": "OK"})
            except InvalidError as error:
                session.store.db.execute("ROLLBACK TO one")
                failed = True
                answers.append(_echo(kind, row, error, summarize=summarize))
            session.store.db.execute("RELEASE one")
        if failed and summarize:
            raise InvalidBatchError([row for row in answers if row.get("ValidationErrors")])
    return answers


def _must_exist(session: Session, kind: Kind, identity: str) -> None:
    if session.get(kind.name, identity) is None:
        raise NotFoundError


def _existing(session: Session, kind: Kind, row: Json, *, creating: bool) -> Json | None:
    """The document a body names by id (or, on POST, by its unique number); InvalidError for an id nobody knows."""
    identity = row.get(kind.id_field)
    if identity and not (creating and kind.name == "currencies"):  # a currency is its own code
        found = session.get(kind.name, str(identity))
        if found is None:
            raise InvalidError(
                f"The {kind.plural.removesuffix('s')} with {kind.id_field} '{identity}' could not be found."
            )
        return found
    if creating or kind.name not in ("invoices", "contacts", "creditnotes") or not row.get(kind.number_field or ""):
        return None
    numbered = session.store.numbered(session.identity, kind.name, str(row[kind.number_field or ""]))
    return next(
        (one for one in numbered if one.get("Type") != "ACCPAY" and one.get("Status") not in ("DELETED", "VOIDED")),
        None,
    )


def _echo(kind: Kind, row: Json, error: InvalidError, *, summarize: bool) -> Json:
    echo = dict(row)
    echo.setdefault(kind.id_field, "00000000-0000-0000-0000-000000000000")
    echo["ValidationErrors"] = [{"Message": message} for message in error.messages]
    if not summarize:
        echo |= {"StatusAttributeString": "ERROR", "HasErrors": True}
    return echo
