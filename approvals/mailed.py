"""Having Xero e-mail an invoice: whom it reaches, what proves that it left, and that it is never sent a second time.

Xero mails a sales invoice that is submitted, approved or paid, as it stands and in its own template's words, to its
contact's address and to those of the contact's people who are included in e-mails. It takes no words of ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from approvals import ground_rules
from approvals.documents import INVOICES
from approvals.ground_rules import ONE, broken
from approvals.kinds.kind import Found, PenKind
from approvals.proposal import Draft, Proposal
from approvals.sources import ADDRESSEE, Source
from books.money import Money
from books.records import Organisation
from books.refusal import Refusal
from xero_tools.gateway import Gateway
from xero_tools.links import Links
from xero_tools.writes import Pen

CANNOT_BE_UNDONE = "It cannot be undone: an e-mail that has left is not called back."


class MailedInvoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One invoice that is e-mailed; `times_sent` is how often its history says Xero did so before.

    `addresses` are those that Xero mails to; `due` is what stands to be paid, in the invoice's own currency.
    """

    invoice_id: str
    number: str
    contact: str
    contact_id: str
    addresses: tuple[str, ...]
    date: dt.date
    due: Decimal
    currency: str
    currency_rate: Decimal = ONE
    times_sent: int = 0

    @property
    def money(self) -> Money:
        """What is due, in its own currency."""
        return Money(self.due, self.currency)


M = TypeVar("M", bound=MailedInvoice)


class MailKind(PenKind[M]):
    """An e-mail in Xero's own words. The invoice's history, one entry longer, is the proof."""

    proof = "the invoice's history"
    resends = False

    def tidy(self, payload: M) -> M:
        """What is due in the currency's minor units."""
        return msgspec.structs.replace(payload, due=ground_rules.exact(payload.due, payload.currency, self.noun))

    def check_mail(self, draft: Draft) -> None:
        """A customer with an address, and the invoice and its addressee among the evidence."""
        payload = self.read(draft)
        if not payload.addresses:
            raise Refusal(
                f"{payload.contact} has no e-mail address in Xero.",
                next_step="Ask the client for one and enter it in Xero, or call the customer.",
                code="no_address",
            )
        if payload.times_sent < 0:
            raise broken(self.noun, "says that it was sent fewer than no times", "wrong_count")
        ground_rules.evidence_names(draft, INVOICES, payload.invoice_id, self.noun)
        ground_rules.evidence_names(draft, ADDRESSEE, payload.contact_id, self.noun)

    def check_books(self, draft: Draft, bound: Sequence[Source], gateway: Gateway) -> None:
        """It is a sales invoice due that, goes to these addresses, and was mailed as often as the card says."""
        payload = self.read(draft)
        ground_rules.base_is(draft, gateway, self.noun)
        source = ground_rules.read_now(bound, INVOICES, payload.invoice_id, self.noun)
        expected = {"type": "ACCREC", "status": "AUTHORISED" if payload.due else "PAID", "contact": payload.contact,
                    "due": str(payload.money), "contact's id": payload.contact_id}  # fmt: skip
        ground_rules.agrees(source, self.noun, expected)
        addressee = ground_rules.read_now(bound, ADDRESSEE, payload.contact_id, self.noun)
        ground_rules.agrees(addressee, self.noun, {"addresses": ", ".join(payload.addresses)})
        sent = Pen(gateway).times_emailed(draft.organisation, payload.invoice_id)
        if sent != payload.times_sent:
            raise broken(self.noun, f"says {payload.times_sent} e-mails before it, and Xero {sent}", "source_changed")

    def still_open(self, proposal: Proposal, lock_date: dt.date | None) -> Refusal | None:
        """An e-mail changes no figure: no lock date forbids it."""
        return None

    def mailed_before(self, payload: M) -> tuple[str, str]:
        """How often it was mailed, for the card."""
        return ("Mailed by Xero before", f"{_times(payload.times_sent)} now, {_times(payload.times_sent + 1)} after")

    def ids(self, payload: M) -> tuple[tuple[str, str], ...]:
        """What binds the rest of the content, for the small print."""
        return (
            ("Invoice in Xero", payload.invoice_id),
            ("Contact's id in Xero", payload.contact_id),
            ("Rate", str(payload.currency_rate)),
        )

    def request(self, proposal: Proposal) -> bytes:
        """An empty object: Xero takes no words of ours."""
        return b"{}"

    def carry_out(self, pen: Pen, proposal: Proposal, body: bytes, *, key: str) -> Found:
        """Has it mailed."""
        invoice_id = self.read(proposal).invoice_id
        pen.email_invoice(proposal.organisation, invoice_id, key=key)
        return Found(entity=INVOICES, id=invoice_id, status="mailed")

    def find(self, pen: Pen, proposal: Proposal, *, since: dt.datetime) -> Found | None:
        """The invoice once its history has one e-mail more, by our request or by a person's hand."""
        found = self.read_back(pen.gateway, proposal, self.read(proposal).invoice_id)
        return None if found.differs else found

    def read_back(self, gateway: Gateway, proposal: Proposal, document_id: str) -> Found:
        """How often the history says it was mailed."""
        sent = Pen(gateway).times_emailed(proposal.organisation, document_id)
        differs = "" if sent > self.read(proposal).times_sent else "its history does not show the e-mail"
        return Found(entity=INVOICES, id=document_id, status="mailed", differs=differs)

    def link(self, links: Links, organisation: Organisation, proposal: Proposal, document_id: str) -> str:
        """The invoice in Xero."""
        return links.invoice(organisation, document_id)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
