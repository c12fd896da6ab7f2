"""What every kind of approval must be able to say and do; the kinds themselves are one file each."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Generic, TypeVar

import msgspec

from approvals.proposal import Decided, Description, Draft, Proposal
from approvals.sources import Source
from approvals.typed import typed_like
from books.firm import ApprovalRule
from books.money import Money
from books.records import LedgerAccount, Organisation
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen

P = TypeVar("P", bound=msgspec.Struct)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Our own document as Xero has it now; `differs` says in words where it is not what was approved."""

    entity: str
    id: str
    status: str
    differs: str = ""
    parts: tuple[str, ...] = ()
    """Ids of what hangs on it and has no page of its own, such as allocations: an undo needs them."""


class PersonsFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a person gives to Xero by hand."""

    name: str
    content: bytes


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One field that a person may change before a proposal is approved; `value` is what stands there now."""

    name: str
    label: str
    value: str


class Kind(ABC, Generic[P]):
    """One kind of change: its typed payload, who may decide it, what it says and how it is taken back."""

    name: str
    payload: type[P]
    noun: str
    authority: ApprovalRule
    needs_chart: bool = False
    """Whether `check` wants the chart of accounts."""
    repeats: bool = False
    """Whether the same piece of work may be proposed again after it was posted (a period can be unlocked)."""

    def read(self, work: Proposal | Draft | Decided) -> P:
        """The typed payload; raises Refusal when the content is not this kind's."""
        if isinstance(work.payload, self.payload):
            return work.payload
        content = msgspec.to_builtins(work.payload) if isinstance(work, Draft) else work.payload
        try:
            return msgspec.convert(content, self.payload, strict=False)
        except msgspec.ValidationError as error:
            raise Refusal(
                f"This is not a {self.noun}: {error}.", next_step="Prepare it again.", code="broken_payload"
            ) from error

    def tidy(self, payload: P) -> P:
        """The payload with each figure in its one written form, so that equal content has an equal digest."""
        return payload

    may_be_automatic: bool = False
    """Whether a firm may let it post without a person, where that was earned: small, frequent, and easily undone."""

    def may_post_itself(self, payload: P) -> bool:
        """Whether this very one may post without a person, where its kind may."""
        return self.may_be_automatic

    editable: tuple[tuple[str, str], ...] = ()
    """Fields of the payload that a person may change as they stand, each with its label."""

    def alike(self, payload: P) -> str:
        """What the payloads of one batch have in common besides their kind; one card never adds up money in and out."""
        return ""

    def form(self, payload: P) -> tuple[FormField, ...]:
        """What a person may change of it; nothing where only another preparation helps."""
        return tuple(
            FormField(name=name, label=label, value=str(getattr(payload, name))) for name, label in self.editable
        )

    def edited(
        self, payload: P, values: Mapping[str, str], amount: Money, chart: Sequence[LedgerAccount]
    ) -> tuple[P, Money]:
        """The payload with the form's values in it, and its amount; raises Refusal for one that cannot be read."""
        if not self.form(payload):
            next_step = "Reject it with the reason; it is prepared anew."
            raise Refusal(f"A {self.noun} is not edited.", next_step=next_step, code="no_form")
        changed = {
            name: typed_like(getattr(payload, name), values[name]) for name, _ in self.editable if name in values
        }
        return msgspec.structs.replace(payload, **changed), amount

    def payees(self, payload: P) -> tuple[str, ...]:
        """The contacts that money goes out to, by their ids in Xero: new or changed ones need a second person."""
        return ()

    @abstractmethod
    def check(self, draft: Draft, chart: Sequence[LedgerAccount] | None) -> None:
        """Raises Refusal when the payload could never be posted; `chart` is None where it was not read."""

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """Raises Refusal when the books, read as it is submitted, do not allow it.

        `bound` are the documents of its evidence; what this rests on must be among them, so that a later change of it
        voids the approval.
        """
        return

    @abstractmethod
    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """Why the books no longer allow it, given the later of Xero's two lock dates, or None."""

    @abstractmethod
    def describe(self, proposal: Proposal) -> Description:
        """All of the payload in words; whatever the digest covers is shown here or as the proposal's evidence."""

    def spread(self, payload: P) -> dict[str, Decimal]:
        """How much goes to each payee or account, under the names that the sums of 24 hours and the caps use."""
        return {}

    def moves(self, payload: P) -> dict[str, Decimal]:
        """What it does to ledger accounts by their codes, in the base currency, debit positive; shown, not judged.

        Control accounts and tax, which Xero moves by itself, are left out; nothing where there is nothing else.
        """
        return {}

    @property
    def is_undoable(self) -> bool:
        """Whether a posted one can be taken back by another proposal."""
        return type(self).undoing is not Kind.undoing

    def undoing(self, proposal: Proposal, lock_date: dt.date | None) -> Draft:
        """The draft that takes a posted effect back; raises Refusal that says why there is none."""
        raise Refusal(
            f"A {self.noun} cannot be undone from here.",
            next_step=self.describe(proposal).undo or "It stands as it is.",
            code="cannot_be_undone",
        )


class Step(ABC):
    """A further write that a kind needs after its first: looked for, sent and recorded on its own."""

    reads_sources = True
    """Whether a change of what the proposal rests on stops this step: not where its own first write is the change."""

    @abstractmethod
    def request(self, proposal: Proposal) -> bytes:
        """The exact bytes; the same proposal gives the same bytes."""

    @abstractmethod
    def carry_out(self, pen: Pen, proposal: Proposal, first: Found, body: bytes, *, key: str) -> None:
        """Writes once, knowing what the first write made; raises OutcomeUnknown, NotSent or XeroRejected."""

    @abstractmethod
    def is_done(self, pen: Pen, proposal: Proposal, first: Found) -> bool:
        """Whether Xero shows it done, by our request or by a person's hand; raises Refusal when it cannot be read."""

    @abstractmethod
    def remains(self, proposal: Proposal) -> str:
        """What stands and what does not while this is not done, and what a person can do, in whole sentences."""


class PenKind(Kind[P]):
    """A change that we write to Xero ourselves."""

    resends = True
    """Whether the same request may leave again after a lost answer: not where nothing proves that it did not arrive."""

    proof = ""
    """What shows that it was done where Xero keeps no mark of ours, as in “its status”; empty: the mark."""

    @abstractmethod
    def request(self, proposal: Proposal) -> bytes:
        """The exact bytes that Xero will get, our mark among them; the same proposal gives the same bytes."""

    def steps(self, proposal: Proposal) -> tuple[Step, ...]:
        """The further writes of this proposal, in their order; most have none."""
        return ()

    @abstractmethod
    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Writes once; raises OutcomeUnknown, NotSent or XeroRejected."""

    @abstractmethod
    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """Our own document by its mark, compared with what was approved."""

    @abstractmethod
    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """The document as Xero has it, read by its id and compared with what was approved."""

    @abstractmethod
    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """Where a person opens the document in Xero."""


class PersonKind(Kind[P]):
    """A change that Xero lets only a person make: we give the link, and read Xero again to prove that it happened."""

    @abstractmethod
    def instruction(self, proposal: Proposal) -> str:
        """What the person does in Xero, in one sentence."""

    def file(self, proposal: Proposal) -> PersonsFile | None:
        """What the person gives to Xero, where it takes a file."""
        return None

    @abstractmethod
    def link(self, links: Links, organisation: Organisation, proposal: Proposal) -> str:
        """Where the person does it."""

    @abstractmethod
    def verify(self, proposal: Proposal, organisation: Organisation, gateway: Gateway) -> Found | None:
        """What Xero shows when it was done, or None while it is not; `organisation` was read just now.

        What was done in part is found with `differs`: the card says so, and it is not posted.
        """
