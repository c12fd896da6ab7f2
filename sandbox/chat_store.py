"""One SQLite file that keeps what was said, so that the sandbox chats survive a restart."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Shelf:
    """JSON documents under one name: read from memory, written through to the file."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        rows = connection.execute("SELECT label, body FROM documents WHERE shelf = ? ORDER BY label", (name,))
        self._documents: dict[str, Json] = {label: json.loads(body) for label, body in rows}

    def get(self, label: str) -> Json | None:
        """The document of that label, or None."""
        return self._documents.get(label)

    def put(self, label: str, document: Json) -> Json:
        """Keep a document, replacing the one of the same label."""
        self._documents[label] = document
        self._connection.execute(
            "INSERT INTO documents (shelf, label, body) VALUES (?, ?, ?)"
            " ON CONFLICT (shelf, label) DO UPDATE SET body = excluded.body",
            (self._name, label, json.dumps(document)),
        )
        return document

    def remove(self, label: str) -> None:
        """Forget a document; one that is not there is no error."""
        if self._documents.pop(label, None) is not None:
            self._connection.execute("DELETE FROM documents WHERE shelf = ? AND label = ?", (self._name, label))

    def __contains__(self, label: str) -> bool:
        return label in self._documents

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def all(self) -> list[Json]:
        """Every document, in the order of their labels as first kept."""
        return list(self._documents.values())


class ChatStore:
    """The shelves of the sandbox chats, in one file."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS documents"
            " (shelf TEXT NOT NULL, label TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (shelf, label))"
        )
        self._shelves: dict[str, Shelf] = {}

    def shelf(self, name: str) -> Shelf:
        """The shelf of that name, made when first asked for."""
        if name not in self._shelves:
            self._shelves[name] = Shelf(self._connection, name)
        return self._shelves[name]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
