"""The audit of one month as a PDF that an auditor reads: the same rows as the JSON Lines, told proposal by proposal.

What people wrote reaches the typesetter as values (JSON through `sys.inputs`), never as markup, so that nothing in a
narration is ever carried out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typst

from approvals import register
from approvals.audit import AuditReport
from approvals.kinds import describe, kind_of
from approvals.proposal import APPROVED, EXPIRED, FAILED, POSTED, PROPOSED, REJECTED, STATUSES, WITHDRAWN, Proposal
from books.firm import AUTOMATION, Client, Firm
from books.money import Money
from books.period import Period, spoken
from books.refusal import Refusal
from books.store import Store
from bot.shown import clean

TEMPLATE = Path(__file__).with_name("audit.typ")
LONGEST_RUN = 36
FIGURES = ("Debit", "Credit", "Amount", "Balance", "Due before", "Due after")
DID = {
    "proposed": "Prepared and proposed",
    "approved": "Approved",
    "approved_in_part": "Approved, with another person to follow",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "expired": "Expired without a decision",
    "posted": "Posted to Xero and read back",
    "failed": "Not posted",
    "unknown": "Xero's answer was lost; being looked up",
    "awaiting_person": "Waiting for a person's step in Xero",
    "sending": "Request sent to Xero",
    "step_done": "One of several requests done",
    "waiting": "Waiting",
    "noted": "Note written into Xero's history",
    "refused": "Decision refused",
    "reviewed": "Reviewed",
    "question": "Asked",
    "comment": "Commented",
    "snoozed": "Put off",
    "reminder": "Reminder sent",
    "escalation": "Partners reminded",
    "demoted": "Automation taken away",
    "re-armed": "Automation given back",
    "stopped": "Writing stopped",
    "lifted": "Stop lifted",
    "xero_connected": "Connected to Xero",
    "xero_disconnected": "Disconnected from Xero",
    "bound": "Chat user bound to a member",
    "unbound": "Chat user unbound",
    "binding_refused": "Chat user turned away",
}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cover:
    """What stands on the first page: whose audit, who asked for it, and how the chain stood then."""

    firm: Firm
    client: Client | None
    period: Period
    exported_by: str
    exported_at: dt.datetime
    report: AuditReport
    head: tuple[int, str]
    anchors: int
    last_anchor: tuple[int, dt.datetime] | None


@dataclass(frozen=True)
class Printed:
    """A PDF: its bytes and how many pages and proposals it has."""

    content: bytes
    pages: int
    proposals: int


def printed(cover: Cover, rows: Sequence[Row], store: Store) -> Printed:
    """Sets the month's rows; raises Refusal when a row names a proposal that the register does not have."""
    told = _content(cover, rows, store)
    compiler = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"content": json.dumps(told)})
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2b"], timestamp=int(cover.exported_at.timestamp()))
    assert isinstance(pdf, bytes)
    pages = json.loads(compiler.query("<pages>", field="value", one=True))
    return Printed(pdf, int(pages), len(told["proposals"]))


def _content(cover: Cover, rows: Sequence[Row], store: Store) -> dict[str, Any]:
    firm, zone = cover.firm, ZoneInfo(cover.firm.timezone)
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        mine[row["proposal"]].append(row)
    beside = mine.pop("", [])
    with store.reading() as session:
        proposals = {each.id: each for each in register.several(session, list(mine))}
    for missing in mine.keys() - proposals.keys():
        raise Refusal(
            f"The audit tells of a proposal {missing} that the register does not have.",
            next_step="Run `audit verify` and tell a partner.",
            code="proposal_missing",
        )
    lines = _Lines(firm, zone)
    return {
        "cover": _cover(cover, len(rows), zone),
        "summary": _summary(rows, proposals),
        "kinds": _by_kind(rows, proposals),
        "proposals": [_proposal(proposals[each], told, lines, cover) for each, told in mine.items()],
        "beside": [lines.of(row) for row in beside],
    }


def _cover(cover: Cover, count: int, zone: ZoneInfo) -> dict[str, Any]:
    row, head = cover.head
    anchored = "It was never anchored outside the database."
    if cover.last_anchor is not None:
        at = cover.last_anchor[1].astimezone(zone)
        where = f"row {cover.last_anchor[0]:,} on {_moment(at)}"
        many = f"{cover.anchors} anchors outside the database, the last at {where}"
        anchored = f"Held against {many if cover.anchors > 1 else f'its one anchor outside the database, at {where}'}."
    holds = f"The chain of proof holds: all {cover.report.rows:,} rows were hashed anew and follow from each other."
    return {
        "firm": breakable(cover.firm.name),
        "client": breakable(cover.client.name if cover.client else "All clients"),
        "period": str(cover.period),
        "span": f"{spoken(cover.period.start)} to {spoken(cover.period.end)}, time zone {cover.firm.timezone}",
        "exported": f"{breakable(cover.exported_by)}, {_moment(cover.exported_at.astimezone(zone))}",
        "rows": f"{count:,}",
        "holds": cover.report.holds,
        "chain": holds
        if cover.report.holds
        else breakable(f"The chain of proof does not hold. {cover.report.problem}"),
        "anchors": anchored if cover.report.holds else "",
        "head": f"Row {row:,}",
        "hash": head,
    }


def _summary(rows: Sequence[Row], proposals: Mapping[str, Proposal]) -> list[tuple[str, str]]:
    def count(what: str, *, who: str = "", undoing: bool = False) -> str:
        found = [row for row in rows if row["what"] == what and who in ("", row["who"])]
        return str(sum(1 for row in found if not undoing or proposals[row["proposal"]].agent == "undo"))

    ended = sum(int(count(each)) for each in (WITHDRAWN, EXPIRED))
    return [
        ("Proposed", count(PROPOSED)),
        ("Approved", count(APPROVED)),
        ("of them by the firm's rule", count(APPROVED, who=AUTOMATION)),
        ("Rejected", count(REJECTED)),
        ("Withdrawn or expired", str(ended)),
        ("Posted", count(POSTED)),
        ("of them taking something back", count(POSTED, undoing=True)),
        ("Not posted", count(FAILED)),
    ]


def _by_kind(rows: Sequence[Row], proposals: Mapping[str, Proposal]) -> list[list[str]]:
    """A row for each kind and currency: how many were proposed, approved, rejected and posted, and what was posted."""
    found: dict[tuple[str, str], list[tuple[str, Money]]] = defaultdict(list)
    for row in rows:
        if row["proposal"] and row["what"] in (PROPOSED, APPROVED, REJECTED, POSTED):
            each = proposals[row["proposal"]]
            found[each.kind, each.amount.currency].append((row["what"], each.amount))
    lines = []
    for (kind, currency), told in sorted(found.items()):
        counts = [sum(1 for what, _ in told if what == each) for each in (PROPOSED, APPROVED, REJECTED, POSTED)]
        posted = Money.total((amount for what, amount in told if what == POSTED), currency)
        noun = kind_of(kind).noun
        named = f"{noun[:1].upper()}{noun[1:]}, {currency}"
        lines.append([named, *(str(each or "–") for each in counts), str(posted) if posted else "–"])
    return lines


def _proposal(proposal: Proposal, rows: Sequence[Row], lines: _Lines, cover: Cover) -> dict[str, Any]:
    said = describe(proposal)
    heads, *figures = said.rows or ((),)
    client = next((each.name for each in cover.firm.clients if each.id == proposal.client), proposal.client)
    ends = [row["what"] for row in rows if row["what"] in STATUSES]
    link = str(proposal.receipt.get("link", ""))
    return {
        "title": breakable(said.title),
        "state": (ends[-1] if ends else proposal.status).replace("_", " "),
        "client": "" if cover.client else breakable(client),
        "sentence": breakable(said.sentence),
        "because": breakable(proposal.because),
        "facts": [[breakable(label), breakable(value)] for label, value in said.facts],
        "heads": list(heads),
        "right": [number for number, head in enumerate(heads) if head in FIGURES],
        "figures": [[breakable(cell) for cell in row] for row in figures],
        "evidence": [[breakable(each.label), breakable(each.detail)] for each in proposal.evidence],
        "approvals": [lines.approval(each.member, each.at, each.on_behalf_of) for each in proposal.approvals],
        "story": [lines.of(row) for row in rows],
        "began": proposal.created_at.astimezone(lines.zone).date() < cover.period.start,
        "link": link if link.startswith(("https://", "http://127.0.0.1")) and link.isascii() else "",
        "mark": proposal.mark,
        "id": proposal.id,
        "digest": proposal.digest,
    }


@dataclass(frozen=True)
class _Lines:
    """Says rows of the audit in words."""

    firm: Firm
    zone: ZoneInfo

    def of(self, row: Row) -> dict[str, str]:
        at = dt.datetime.fromisoformat(row["at"]).astimezone(self.zone)
        after, before = row["after"], row["before"]
        words = row["reason"] or after.get("text") or after.get("why") or after.get("problem") or ""
        about = [str(each[name]) for each in (before, after) for name in ("name", "kind") if name in each]
        member = after.get("member") or before.get("member")
        about += [self._name(str(member))] if member and row["proposal"] == "" else []
        did = DID.get(row["what"], row["what"].replace("_", " ").capitalize())
        did += f" ({after['verdict']})" if row["what"] in ("reviewed", "refused") and "verdict" in after else ""
        return {
            "when": _moment(at),
            "who": breakable(self._name(row["who"])),
            "did": breakable(": ".join([did, about[0].replace("_", " ")]) if about and not row["proposal"] else did),
            "where": breakable(self._place(row["place"])),
            "reason": breakable(str(words)),
            "row": str(row["seq"]),
            "hash": row["hash"],
        }

    def approval(self, member: str, at: dt.datetime, giver: str) -> str:
        behalf = f" for {self._name(giver)}" if giver else ""
        return breakable(f"{self._name(member)}{behalf}, {_moment(at.astimezone(self.zone))}")

    def _name(self, who: str) -> str:
        return self.firm.names.get(who) or {"executor": "Tieout, posting", "queue": "Tieout, the queue"}.get(
            who, f"Tieout, {who.replace('_', ' ')}"
        )

    def _place(self, place: str) -> str:
        platform, _, channel = place.partition(":")
        if platform not in ("slack", "teams"):
            return {"cli": "command line", "rule": ""}.get(platform, place)
        here = [each.name for each in self.firm.clients if each.channels.get(platform) == channel]
        return f"{platform.title()}, channel of {here[0]}" if here else platform.title()


def _moment(at: dt.datetime) -> str:
    return f"{spoken(at.date())}, {at:%H:%M}"


def breakable(text: str) -> str:
    """The text without unseen characters, on one line, with a place to break in every run too long for a column."""
    words = " ".join(clean(text).split()).split(" ")
    return " ".join(
        "\u200b".join(word[at : at + LONGEST_RUN] for at in range(0, len(word), LONGEST_RUN)) for word in words
    )
