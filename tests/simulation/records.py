"""The database as it stands, read by plain SQL: nothing here passes through the code under test."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property
from typing import Any

import psycopg

from books.store import Store


@dataclass(frozen=True)
class Given:
    """One approval."""

    member: str
    on_behalf_of: str
    rule: dict[str, Any]


@dataclass(frozen=True)
class Card:
    """A proposal's row with the hands it went through."""

    id: str
    organisation: str
    kind: str
    key: str
    content: str
    digest: str
    mark: str
    preparer: str
    status: str
    expires_at: dt.datetime
    decided_at: dt.datetime | None
    decided_by: str
    reason: str
    problem: str
    approvals: tuple[Given, ...] = field(default=(), compare=False)

    @cached_property
    def parsed(self) -> Any:
        """The content."""
        return json.loads(self.content)

    @property
    def client(self) -> str:
        """The client it is for."""
        return str(self.parsed["client"])

    @property
    def amount(self) -> Decimal:
        """Its amount without a sign."""
        return abs(Decimal(self.parsed["amount"]["amount"]))

    @property
    def date(self) -> dt.date:
        """The day it is dated."""
        return dt.date.fromisoformat(self.parsed["payload"]["date"])

    @cached_property
    def by_account(self) -> dict[str, Decimal]:
        """Each ledger account with its debits or its credits, whichever are more."""
        sides: dict[str, dict[bool, Decimal]] = {}
        for code, amount in self.lines:
            side = sides.setdefault(code, {True: Decimal(0), False: Decimal(0)})
            side[amount > 0] += abs(amount)
        return {code: max(side.values()) for code, side in sides.items()}

    @cached_property
    def lines(self) -> list[tuple[str, Decimal]]:
        """The journal's lines."""
        return [(line["account_code"], Decimal(line["amount"])) for line in self.parsed["payload"]["lines"]]


_COLUMNS = tuple(each.name for each in fields(Card) if each.name != "approvals")
_CARDS = f"SELECT {', '.join(_COLUMNS)} FROM proposals ORDER BY created_at, id"
_HANDS = "SELECT proposal, member, part, on_behalf_of, rule FROM hands ORDER BY at, member"


class Records:
    """One connection of its own; on SQLite in memory, the only one there is."""

    def __init__(self, store: Store) -> None:
        self._sqlite = store.is_sqlite
        self._connection: Any
        if self._sqlite:
            self._kept_open = store.engine.raw_connection()
            self._connection = self._kept_open.driver_connection
        else:
            url = store.engine.url
            where: dict[str, Any] = {**url.translate_connect_args(username="user", database="dbname"), **url.query}
            self._connection = psycopg.connect(**where, autocommit=True)
        self._read_at: object = None
        self._cards: dict[str, Card] = {}
        self._as_read: dict[str, tuple[Any, list[Any]]] = {}

    def close(self) -> None:
        """Lets go of PostgreSQL's connection."""
        if not self._sqlite:
            self._connection.close()

    def version(self) -> object:
        """Something that differs whenever anything was written; on PostgreSQL it always differs."""
        return self._connection.total_changes if self._sqlite else object()

    def rows(self, query: str, *asked: object) -> list[Any]:
        """The rows of a query whose parameters are question marks."""
        found: list[Any] = self._connection.execute(
            query if self._sqlite else query.replace("?", "%s"), asked
        ).fetchall()
        return found

    def cards(self) -> dict[str, Card]:
        """Every proposal by its id, oldest first."""
        version = self.version()
        if version == self._read_at:
            return self._cards
        self._read_at = version
        hands: dict[str, list[Any]] = {}
        for row in self.rows(_HANDS):
            hands.setdefault(row[0], []).append(row)
        read = {row[0]: (row, hands.get(row[0], [])) for row in self.rows(_CARDS)}
        known, before = self._cards, self._as_read
        self._cards = {
            each: known[each] if before.get(each) == kept else self._card(*kept) for each, kept in read.items()
        }
        self._as_read = read
        return self._cards

    def card(self, proposal_id: str) -> Card:
        """One proposal."""
        return self.cards()[proposal_id]

    def moment(self, kept: Any) -> dt.datetime:
        """A moment as either database gives it."""
        return dt.datetime.fromisoformat(kept).replace(tzinfo=dt.UTC) if isinstance(kept, str) else kept

    def json(self, kept: Any) -> Any:
        """JSON as either database gives it."""
        return json.loads(kept) if isinstance(kept, str) else kept

    def _card(self, row: Any, hands: list[Any]) -> Card:
        approvals = tuple(Given(each[1], each[3], self.json(each[4])) for each in hands if each[2] == "approved")
        columns: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
        columns["expires_at"] = self.moment(columns["expires_at"])
        columns["decided_at"] = columns["decided_at"] and self.moment(columns["decided_at"])
        return Card(**columns, approvals=approvals)
