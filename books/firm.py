"""The firm: its members, clients, channels and rules, read from `firm.yml` and kept in the database."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import msgspec
from sqlalchemy import JSON, String, Table, Text, delete, insert, literal, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Mapped, Session, mapped_column

from books.firm_mistakes import BANK_STATEMENTS as BANK_STATEMENTS  # the words of `bank_statements` below
from books.firm_mistakes import PHASES as PHASES  # the words of `phase` below
from books.firm_mistakes import ROLES as ROLES  # the words of `role` below
from books.firm_mistakes import mistakes, where
from books.prepared import Prepared, placeholders
from books.refusal import Refusal
from books.store import Base

AUTOMATION = "automation"
"""Who the records name where the firm's own rule approved, and no person; no member has this id."""


class SlackIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a member is in Slack."""

    team: str
    user: str


class TeamsIdentity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a member is in Teams: the Entra tenant and the aadObjectId."""

    tenant: str
    user: str


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person of the firm, with one role and the clients they may see (all unless listed)."""

    id: str
    name: str
    role: str
    email: str = ""
    clients: tuple[str, ...] | None = None
    slack: SlackIdentity | None = None
    teams: TeamsIdentity | None = None

    def may_see(self, client_id: str) -> bool:
        """Whether this member may be told anything about that client."""
        return self.clients is None or client_id in self.clients


class Materiality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is worth a person's attention: both the amount (base currency) and the percentage must be passed."""

    amount: Decimal = Decimal("500.00")
    percent: Decimal = Decimal(10)


class Client(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client of the firm, the Xero organisation that holds its books, and where it is talked about.

    `phase` is how far the rollout went (see PHASES), `phases` the kinds of approval that stand elsewhere; `restricted`
    names the role that approves whatever touches `account 477` or the tracking option `Region: North`; `approvals` are
    its own rules for single kinds, in place of the firm's. `receipts` is whether its customers get a receipt by mail
    for what they paid, `bank_statements` where the bank's side comes from (see BANK_STATEMENTS).
    """

    id: str
    name: str
    organisation: str
    aliases: tuple[str, ...] = ()
    timezone: str = "UTC"
    channels: dict[str, str] = {}
    materiality: Materiality = Materiality()
    phase: str = "propose"
    phases: dict[str, str] = {}
    restricted: dict[str, str] = {}
    approvals: dict[str, ApprovalRule] = {}
    receipts: bool = False
    bank_statements: str = "files"

    def phase_of(self, kind: str) -> str:
        """How far the rollout of one kind of approval went for this client."""
        return self.phases.get(kind, self.phase)


class FirmName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The practice itself; `channels` is where it is told what concerns no single client."""

    name: str
    currency: str
    timezone: str = "UTC"
    channels: dict[str, str] = {}


class ApprovalRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may decide one kind of proposal: the lowest role, and the role needed above `limit` (base currency).

    Above `four_eyes_above` two people approve; `caps` names, by account code, the most that 24 hours may bring. A
    period that ended more than `months_back` months before the proposal was made needs the role above the limit. Above
    `typed_above` whoever approves types the amount.
    """

    role: str = "approver"
    limit: Decimal | None = None
    role_above_limit: str = "partner"
    four_eyes_above: Decimal | None = None
    caps: dict[str, Decimal] = {}
    months_back: int | None = None
    typed_above: Decimal | None = None
    remind_hours: int = 4
    escalate_hours: int = 24
    expires_hours: int = 72


class Automation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When one kind may post without a person, and for a client only where that was earned.

    `below` is the most, in the client's base currency, that one proposal and the 24 hours before it may come to; the
    last `decisions` that people made must show a precision whose lower bound (95 %, one-sided) is `precision` or more;
    `sample` is the share of automatic postings that a person reviews.
    """

    below: Decimal
    precision: Decimal = Decimal("0.95")
    decisions: int = 100
    sample: Decimal = Decimal("0.1")


class Delegation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"giver": "from"}):
    """One member decides in another's place, from `first` to `last`, both included, in the firm's time zone."""

    giver: str
    to: str
    first: dt.date
    last: dt.date


class FirmFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of `firm.yml`."""

    version: int
    firm: FirmName
    members: tuple[Member, ...]
    clients: tuple[Client, ...] = ()
    approvals: dict[str, ApprovalRule] = {}
    automation: dict[str, Automation] = {}
    delegations: tuple[Delegation, ...] = ()
    schedule: dict[str, str | int] = {}  # YAML reads an unquoted 17:30 as a number


@dataclass(frozen=True)
class Firm:
    """The firm as the rooms use it; `version` is the digest of the file it came from and stands in every proposal."""

    name: str
    currency: str
    timezone: str
    version: str
    members: tuple[Member, ...]
    clients: tuple[Client, ...]
    approvals: dict[str, ApprovalRule]
    schedule: dict[str, str]
    delegations: tuple[Delegation, ...] = ()
    automation: dict[str, Automation] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Everybody's name by id, the firm's automation included."""
        return {AUTOMATION: "the firm's automation", **{member.id: member.name for member in self.members}}

    def member(self, member_id: str) -> Member:
        """The member with that id; raises Refusal when there is none."""
        for member in self.members:
            if member.id == member_id:
                return member
        known = ", ".join(member.id for member in self.members)
        raise Refusal(
            f"Nobody called “{member_id}” belongs to the firm.",
            next_step=f"Use one of: {known}.",
            code="unknown_member",
        )

    def client(self, client_id: str) -> Client:
        """The client with that id; raises Refusal when there is none."""
        for client in self.clients:
            if client.id == client_id:
                return client
        raise Refusal(
            f"There is no client “{client_id}”.", next_step="Check the clients in firm.yml.", code="unknown_client"
        )

    def client_of(self, organisation: str) -> Client | None:
        """The client whose books that organisation holds."""
        return next((client for client in self.clients if client.organisation == organisation), None)


class FirmRow(Base):
    """The firm's settings as last read from `firm.yml`; one row."""

    __tablename__ = "firm"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    version: Mapped[str] = mapped_column(String(64))


class MemberRow(Base):
    """A member of the firm."""

    __tablename__ = "members"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(JSON)


class ClientRow(Base):
    """A client of the firm."""

    __tablename__ = "clients"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(JSON)


def _anew(row: type[FirmRow | MemberRow | ClientRow]) -> tuple[Prepared, Prepared]:
    """What empties a table, and what writes one of its rows."""
    table = cast(Table, row.__table__)
    return Prepared(delete(table)), Prepared(insert(table).values(placeholders(table.columns.keys())))


_ANEW = {row: _anew(row) for row in (FirmRow, MemberRow, ClientRow)}


def read_firm_file(path: Path) -> Firm:
    """The firm described by the file at `path`; raises Refusal that names the place of the first mistake."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"The firm's file {path} cannot be read.",
            next_step="Write one (docs/firm.md shows how) or point TIEOUT_FIRM at it.",
            code="firm_file_missing",
        ) from error
    try:
        content = msgspec.yaml.decode(text, type=FirmFile, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken(path, where(str(error))) from error
    if mistake := next(mistakes(content), None):
        raise _broken(path, mistake)
    return Firm(
        name=content.firm.name,
        currency=content.firm.currency,
        timezone=content.firm.timezone,
        version=hashlib.sha256(text).hexdigest(),
        members=content.members,
        clients=content.clients,
        approvals=content.approvals,
        schedule={post: str(time) for post, time in content.schedule.items()},
        delegations=content.delegations,
        automation=content.automation,
        channels=content.firm.channels,
    )


def _broken(path: Path, what: str) -> Refusal:
    return Refusal(
        f"{path.name} has a mistake: {what}.",
        next_step="Mend it and start again; docs/firm.md explains every line.",
        code="firm_file_broken",
    )


def save_firm(session: Session, firm: Firm) -> None:
    """Makes the database say what the firm's file says: its members, clients and rules, and nothing older."""
    settings: dict[str, object] = {"name": firm.name, "currency": firm.currency, "timezone": firm.timezone}
    settings["schedule"] = firm.schedule
    settings["approvals"] = msgspec.to_builtins(firm.approvals)
    settings["delegations"] = msgspec.to_builtins(firm.delegations)
    settings["automation"] = msgspec.to_builtins(firm.automation)
    settings["channels"] = firm.channels
    _replace(session, FirmRow, [{"id": 1, "content": settings, "version": firm.version}])
    for row, records in ((MemberRow, firm.members), (ClientRow, firm.clients)):
        contents = enumerate(msgspec.to_builtins(records))
        _replace(session, row, [{"id": each["id"], "position": place, "content": each} for place, each in contents])


def _replace(session: Session, row: type[FirmRow | MemberRow | ClientRow], rows: list[dict[str, Any]]) -> None:
    nothing, one = _ANEW[row]
    nothing.run(session)
    for each in rows:
        one.run(session, **each)


# One statement for all of it, because every decision asks; the contents as text, so that a text read before is known.
_FIRM = Prepared(
    union_all(
        select(
            literal(0).label("sort"),
            FirmRow.id.label("position"),
            FirmRow.version,
            sql_cast(FirmRow.content, Text).label("content"),
        ),
        select(literal(1), MemberRow.position, literal(""), sql_cast(MemberRow.content, Text)),
        select(literal(2), ClientRow.position, literal(""), sql_cast(ClientRow.content, Text)),
    ).order_by("sort", "position")
)


def load_firm(session: Session) -> Firm:
    """The firm as the database has it now; roles and clients are read again at every decision."""
    rows = _FIRM.all(session)
    settings = next(((version, content) for sort, _, version, content in rows if sort == 0), None)
    if settings is None:
        raise Refusal(
            "The firm is not set up yet.", next_step="Start `app.py run` once, or write firm.yml.", code="no_firm"
        )
    members, clients = (tuple(content for sort, *_, content in rows if sort == wanted) for wanted in (1, 2))
    return _firm(*settings, members, clients)


@lru_cache(maxsize=4)
def _firm(version: str, content: str, members: tuple[str, ...], clients: tuple[str, ...]) -> Firm:
    settings = msgspec.json.decode(content)
    return Firm(
        name=str(settings["name"]),
        currency=str(settings["currency"]),
        timezone=str(settings["timezone"]),
        version=version,
        members=tuple(msgspec.json.decode(each, type=Member, strict=False) for each in members),
        clients=tuple(msgspec.json.decode(each, type=Client, strict=False) for each in clients),
        approvals=msgspec.convert(settings["approvals"], dict[str, ApprovalRule], strict=False),
        schedule=msgspec.convert(settings["schedule"], dict[str, str]),
        # A database that an older version wrote says nothing of delegations, of automation or of the firm's channels.
        delegations=msgspec.convert(settings.get("delegations", ()), tuple[Delegation, ...], strict=False),
        automation=msgspec.convert(settings.get("automation", {}), dict[str, Automation], strict=False),
        channels=msgspec.convert(settings.get("channels", {}), dict[str, str]),
    )
