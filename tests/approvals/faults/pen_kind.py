"""A write of the pen as a kind of its own, so that it passes through the same queue, executor and protocol."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from approvals.kinds.kind import Found, PenKind
from approvals.proposal import Description, Draft, Proposal
from books.firm import ApprovalRule
from books.money import Money
from tests.approvals.faults.bench import Bench
from tests.approvals.faults.samples import Sample
from tests.approvals.practice import ORGANISATION
from xero_tools.gateway import Gateway
from xero_tools.writes import Pen

Ids = dict[str, str]


@dataclass(frozen=True)
class Call:
    """What a row's method works on: the pen, the ids of what stands in the books, our mark, the bytes and the key."""

    pen: Pen
    ids: Ids
    mark: str
    since: dt.datetime
    body: bytes = b""
    key: str = ""

    @property
    def gateway(self) -> Gateway:
        """The pen's own way to Xero."""
        return self.pen._gateway

    def document(self, entity: str, identity: str) -> Any:
        """A document as Xero has it."""
        return json.loads(self.gateway.read(ORGANISATION, f"{entity}/{identity}"))[entity][0]


@dataclass(frozen=True)
class PenRow:
    """One method: what must stand in the books before, its bytes, the call, and how it is seen to be done."""

    prepare: Callable[[Bench], Ids]
    write: Callable[[Call], object]
    seen: Callable[[Call], object]
    body: Callable[[Ids, str], bytes] = lambda ids, mark: b""
    clear: Callable[[Bench], None] = lambda bench: None


class PenPayload(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ids that the method works on."""

    ids: dict[str, str]


class PenRowKind(PenKind[PenPayload]):
    """A method of the pen, carried out and looked for as every kind is."""

    payload = PenPayload
    noun = "write"
    authority = ApprovalRule(role="approver")

    def __init__(self, method: str, row: PenRow) -> None:
        self.name, self._row = f"pen.{method}", row

    def check(self, draft: Draft, chart: Sequence[Any] | None) -> None:
        """Anything goes."""

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> None:
        """Always."""

    def describe(self, proposal: Proposal) -> Description:
        """The ids."""
        return Description(title=self.name, sentence="A write.", facts=tuple(self.read(proposal).ids.items()), undo="-")

    def request(self, proposal: Proposal) -> bytes:
        """The method's bytes, where it takes any."""
        return self._row.body(self.read(proposal).ids, proposal.mark)

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """One call of the method."""
        self._row.write(self._call(pen, proposal, body, key))
        return self._found(proposal)

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """By its mark or its proof."""
        return self._found(proposal) if self._row.seen(self._call(pen, proposal, b"", "", since)) else None

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The same question once more."""
        found = self.find(Pen(gateway), proposal, since=proposal.created_at)
        return found or msgspec.structs.replace(self._found(proposal), differs="it is not seen there")

    def link(self, *_: Any) -> str:
        """None."""
        return ""

    def _found(self, proposal: Proposal) -> Found:
        return Found(entity="Invoices", id=self.read(proposal).ids["noted"], status="done")

    def _call(self, pen: Pen, proposal: Proposal, body: bytes, key: str, since: dt.datetime | None = None) -> Call:
        return Call(pen, self.read(proposal).ids, proposal.mark, since or proposal.created_at, body, key)


def sample_of(method: str, row: PenRow) -> Sample:
    """The row's work, beside an invoice that takes the note."""

    def prepare(bench: Bench) -> Draft:
        noted = bench.till.invoice("1.00")["InvoiceID"]
        return Draft(
            kind=f"pen.{method}", organisation=ORGANISATION, client="wattle", period="2026-10",
            payload=PenPayload(ids={"noted": noted, **row.prepare(bench)}), because="A test asks for it.",
            amount=Money(Decimal(12), "AUD"), key=f"work {bench.number}",
        )  # fmt: skip

    return Sample(prepare, clear=row.clear)
