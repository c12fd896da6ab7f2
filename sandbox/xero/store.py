"""The sandbox ledger's one SQLite file: organisations, documents as Xero shows them, and their postings."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sandbox.xero.wire import Json, decode, encode

_SCHEMA = """
CREATE TABLE IF NOT EXISTS organisations(
  id TEXT PRIMARY KEY, place INTEGER NOT NULL, active INTEGER NOT NULL, source TEXT NOT NULL, digest TEXT NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS documents(
  organisation TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, number TEXT, updated INTEGER NOT NULL,
  place INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(organisation, kind, id));
CREATE INDEX IF NOT EXISTS documents_in_order ON documents(organisation, kind, place);
CREATE INDEX IF NOT EXISTS documents_by_number ON documents(organisation, kind, number);
CREATE TABLE IF NOT EXISTS postings(
  organisation TEXT NOT NULL, account TEXT NOT NULL, date TEXT NOT NULL, cents INTEGER NOT NULL,
  source TEXT NOT NULL, source_id TEXT NOT NULL, text TEXT NOT NULL, tracking TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS postings_by_account ON postings(organisation, account, date, cents);
CREATE INDEX IF NOT EXISTS postings_by_source ON postings(organisation, source_id);
CREATE TABLE IF NOT EXISTS history(
  organisation TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, changes TEXT NOT NULL,
  user TEXT NOT NULL, details TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS history_of ON history(organisation, kind, id);
CREATE TABLE IF NOT EXISTS attachments(
  organisation TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, attachment TEXT NOT NULL, filename TEXT NOT NULL,
  mime TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY(organisation, kind, id, filename));
CREATE TABLE IF NOT EXISTS replays(
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, at INTEGER NOT NULL, status INTEGER NOT NULL, mime TEXT NOT NULL,
  body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_FORGET = (
    "DELETE FROM documents WHERE organisation = ?",
    "DELETE FROM postings WHERE organisation = ?",
    "DELETE FROM history WHERE organisation = ?",
    "DELETE FROM attachments WHERE organisation = ?",
)


EVER = -(1 << 62)  # before any UpdatedDateUTC


class Posting(NamedTuple):
    """One side of an entry: a debit (positive) or credit (negative) in cents of the base currency."""

    account: str
    date: str
    cents: int
    source: str
    source_id: str
    text: str
    tracking: str = ""


class Store:
    """Everything the sandbox Xero remembers. One connection, used from one thread at a time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(_SCHEMA)
        self.selections: dict[tuple[object, ...], tuple[int, list[str]]] = {}

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none of them; a nested use undoes only its own on failure."""
        nested = self.db.in_transaction
        self.db.execute("SAVEPOINT nested" if nested else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO nested" if nested else "ROLLBACK")
            if nested:
                self.db.execute("RELEASE nested")
            raise
        self.db.execute("RELEASE nested" if nested else "COMMIT")

    # organisations -----------------------------------------------------------------------------------------------

    def organisations(self) -> list[Json]:
        """The active organisations in the order they were loaded."""
        rows = self.db.execute("SELECT body FROM organisations WHERE active = 1 ORDER BY place, id").fetchall()
        return [decode(row[0]) for row in rows]

    def organisation(self, organisation: str) -> Json | None:
        """One active organisation, or nothing."""
        row = self.db.execute(
            "SELECT body FROM organisations WHERE id = ? AND active = 1", (organisation.lower(),)
        ).fetchone()
        return decode(row[0]) if row else None

    def save_organisation(self, organisation: str, body: Json) -> None:
        """Replace an organisation's settings (its lock dates, say)."""
        self.db.execute("UPDATE organisations SET body = ? WHERE id = ?", (encode(body), organisation))

    def add_organisation(self, body: Json, *, source: str, digest: str) -> None:
        """Put a new organisation into the file; it stays inactive until `activate` names it."""
        identity = str(body["OrganisationID"]).lower()
        self.db.execute(
            "INSERT INTO organisations(id, place, active, source, digest, body) VALUES (?, 0, 0, ?, ?, ?)",
            (identity, source, digest, encode(body)),
        )

    def loaded_from(self, source: str) -> list[tuple[str, str]]:
        """(organisation id, digest) of what was loaded from this source."""
        rows = self.db.execute("SELECT id, digest FROM organisations WHERE source = ? ORDER BY rowid", (source,))
        return [(row[0], row[1]) for row in rows]

    def activate(self, organisations: list[str]) -> None:
        """Make exactly these organisations the connected ones, in this order."""
        self.db.execute("UPDATE organisations SET active = 0")
        for place, identity in enumerate(organisations):
            self.db.execute("UPDATE organisations SET active = 1, place = ? WHERE id = ?", (place, identity))

    def forget(self, organisation: str) -> None:
        """Remove an organisation with everything that belongs to it."""
        for statement in _FORGET:
            self.db.execute(statement, (organisation,))
        self.db.execute("DELETE FROM organisations WHERE id = ?", (organisation,))

    # documents ---------------------------------------------------------------------------------------------------

    def get(self, organisation: str, kind: str, identity: str) -> Json | None:
        """One document as Xero shows it, or nothing."""
        row = self.db.execute(
            "SELECT body FROM documents WHERE organisation = ? AND kind = ? AND id = ?",
            (organisation, kind, identity.lower()),
        ).fetchone()
        return decode(row[0]) if row else None

    def numbered(self, organisation: str, kind: str, number: str) -> list[Json]:
        """The documents of a kind that carry this number (invoice number, account code, contact name)."""
        rows = self.db.execute(
            "SELECT body FROM documents WHERE organisation = ? AND kind = ? AND number = ? ORDER BY place",
            (organisation, kind, number),
        ).fetchall()
        return [decode(row[0]) for row in rows]

    def all(self, organisation: str, kind: str, *, since_ms: int = EVER) -> list[Json]:
        """All documents of a kind in the order they came, optionally only those changed after a moment."""
        rows = self.db.execute(
            "SELECT body FROM documents WHERE organisation = ? AND kind = ? AND updated > ? ORDER BY place",
            (organisation, kind, since_ms),
        ).fetchall()
        return [decode(row[0]) for row in rows]

    def several(self, organisation: str, kind: str, identities: Sequence[str]) -> list[Json]:
        """The documents with these ids, in the order of the ids."""
        marks = ",".join("?" * len(identities))
        rows = self.db.execute(
            f"SELECT id, body FROM documents WHERE organisation = ? AND kind = ? AND id IN ({marks})",  # noqa: S608
            (organisation, kind, *identities),
        )
        found = dict(rows.fetchall())
        return [decode(found[each]) for each in identities if each in found]

    def mentioning(self, organisation: str, kind: str, text: str) -> list[Json]:
        """The documents of a kind in whose JSON this text stands somewhere, such as a contact's id."""
        rows = self.db.execute(
            "SELECT body FROM documents WHERE organisation = ? AND kind = ? AND instr(body, ?) > 0 ORDER BY place",
            (organisation, kind, text.encode()),
        ).fetchall()
        return [decode(row[0]) for row in rows]

    def slice(self, organisation: str, kind: str, *, limit: int, offset: int) -> list[Json]:
        """One page of a kind, in the order they came."""
        rows = self.db.execute(
            "SELECT body FROM documents WHERE organisation = ? AND kind = ? ORDER BY place LIMIT ? OFFSET ?",
            (organisation, kind, limit, offset),
        ).fetchall()
        return [decode(row[0]) for row in rows]

    def count(self, organisation: str, kind: str) -> int:
        """How many documents of a kind there are."""
        row = self.db.execute(
            "SELECT count(*) FROM documents WHERE organisation = ? AND kind = ?", (organisation, kind)
        ).fetchone()
        return int(row[0])

    def put(self, organisation: str, kind: str, identity: str, body: Json, *, number: str | None, updated: int) -> None:
        """Save a document, keeping its place when it is already there."""
        self.db.execute(
            "INSERT INTO documents(organisation, kind, id, number, updated, place, body) VALUES (?, ?, ?, ?, ?, "
            "(SELECT coalesce(max(place), 0) + 1 FROM documents WHERE organisation = ? AND kind = ?), ?) "
            "ON CONFLICT(organisation, kind, id) DO UPDATE SET number = excluded.number, "
            "updated = excluded.updated, body = excluded.body",
            (organisation, kind, identity.lower(), number, updated, organisation, kind, encode(body)),
        )

    def put_many(self, organisation: str, kind: str, rows: Iterable[tuple[str, str | None, int, Json]]) -> None:
        """Save freshly loaded documents (id, number, updated, body) in one go, in their order."""
        self.db.executemany(
            "INSERT INTO documents(organisation, kind, id, number, updated, place, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (organisation, kind, identity, number, updated, place, encode(body))
                for place, (identity, number, updated, body) in enumerate(rows, start=1)
            ),
        )

    # postings ----------------------------------------------------------------------------------------------------

    def post(self, organisation: str, postings: Iterable[Posting]) -> None:
        """Add postings; whoever calls has already proved that they balance."""
        self.db.executemany(
            "INSERT INTO postings(organisation, account, date, cents, source, source_id, text, tracking) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((organisation, *posting) for posting in postings),
        )

    def unpost(self, organisation: str, source_id: str) -> None:
        """Take a document's postings out again, before it is posted anew."""
        self.db.execute("DELETE FROM postings WHERE organisation = ? AND source_id = ?", (organisation, source_id))

    def postings(self, organisation: str, *, source_id: str = "", account: str = "") -> list[Posting]:
        """The postings of one document or one account in date order; with neither, all of them."""
        sql = "SELECT account, date, cents, source, source_id, text, tracking FROM postings WHERE organisation = ?"
        values = [organisation]
        if source_id:
            sql, values = sql + " AND source_id = ?", [*values, source_id]
        if account:
            sql, values = sql + " AND account = ?", [*values, account]
        return [Posting(*row) for row in self.db.execute(sql + " ORDER BY date, rowid", values)]

    # settings ----------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """A remembered setting of the sandbox, such as its business date."""
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, value: str | None) -> None:
        """Keep a setting, or forget it when the value is None."""
        if value is None:
            self.db.execute("DELETE FROM settings WHERE name = ?", (name,))
        else:
            self.db.execute("INSERT OR REPLACE INTO settings(name, value) VALUES (?, ?)", (name, value))
