"""The pen's invoices, bills, credit notes, quotes and contacts."""

from __future__ import annotations

import datetime as dt

from books.documents import RepeatingInvoice
from xero_tools import repeating
from xero_tools.document_lines import EVERY_DECIMAL
from xero_tools.one import segment
from xero_tools.writes import marks
from xero_tools.writes.bodies import status_body
from xero_tools.writes.pen import Nib, Receipt, first, marked, numbers


class DocumentPen(Nib):
    """Documents that name a contact, and the contact itself."""

    def find_by_mark(self, organisation: str, entity: str, mark: str, *, since: dt.datetime) -> Receipt | None:
        """The record of `entity` (Xero's plural) carrying `mark`, of whatever status; see marks.MARKS for where."""
        return marks.find(organisation, self._gateway, entity, mark, since=since)

    def create_invoice(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the invoice or bill of document_body. Mark: Reference of an invoice, Url of a bill."""
        return self.put(organisation, "PUT", "Invoices", body, entity="Invoices", key=key)

    def create_credit_note(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the credit note of document_body.

        Mark: Reference of a customer's. A supplier's has no reference of ours: its CreditNoteNumber finds it.
        """
        return self.put(organisation, "PUT", "CreditNotes", body, entity="CreditNotes", key=key)

    def create_quote(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the quote of document_body. Mark: Reference."""
        return self.put(organisation, "PUT", "Quotes", body, entity="Quotes", key=key)

    def create_repeating(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Creates the template of repeating_body. Mark: Reference, or a line's description: find_repeating_by_mark."""
        return self.put(organisation, "PUT", "RepeatingInvoices", body, entity="RepeatingInvoices", key=key)

    def find_repeating_by_mark(self, organisation: str, mark: str) -> RepeatingInvoice | None:
        """The template whose reference or line carries `mark`, one that still runs first, or None."""
        every = repeating.every(organisation, self._gateway)
        found = marked(every, mark, lambda each: (each.reference, *(line.description for line in each.lines)))
        return first(found, live=lambda each: each.status != "DELETED")

    def delete_repeating(self, organisation: str, repeating_id: str, *, key: str) -> Receipt:
        """Ends a template; the documents made of it stay. Proof: its Status is DELETED."""
        return self.set_status(organisation, "RepeatingInvoices", repeating_id, "DELETED", key=key)

    def set_status(self, organisation: str, entity: str, document_id: str, status: str, *, key: str) -> Receipt:
        """Moves an invoice, bill, credit note, bank transaction or journal to a status Xero allows.

        Proof: the document's own Status. A quote needs more: see set_quote_status.
        """
        return self.change(organisation, entity, document_id, status_body(entity, document_id, status), key=key)

    def set_quote_status(
        self, organisation: str, quote_id: str, status: str, *, contact_id: str, date: dt.date, key: str
    ) -> Receipt:
        """Moves a quote to SENT, ACCEPTED, DECLINED, INVOICED or DELETED; Xero wants contact and date said again.

        Proof: the quote's own Status.
        """
        body = status_body("Quotes", quote_id, status, contact_id=contact_id, date=date)
        return self.change(organisation, "Quotes", quote_id, body, key=key)

    def expect_payment(self, organisation: str, invoice_id: str, date: dt.date, *, key: str) -> Receipt:
        """Writes the day a customer promised to pay by (ExpectedPaymentDate). Proof: the invoice carries that day."""
        row = {"InvoiceID": invoice_id, "ExpectedPaymentDate": date.isoformat()}
        return self.change(organisation, "Invoices", invoice_id, numbers.encode({"Invoices": [row]}), key=key)

    def create_contact(
        self, organisation: str, name: str, *, number: str, email: str = "", bank_account: str = "", key: str
    ) -> Receipt:
        """Creates a customer or supplier. Mark: ContactNumber, which no person sees or changes in Xero."""
        contact = {"Name": name, "ContactNumber": number} | _contact_fields(email, bank_account)
        body = numbers.encode({"Contacts": [contact]})
        return self.put(organisation, "PUT", "Contacts", body, entity="Contacts", key=key)

    def update_contact(
        self, organisation: str, contact_id: str, *, email: str = "", bank_account: str = "",
        archived: bool | None = None, key: str,
    ) -> Receipt:  # fmt: skip
        """Changes a contact's e-mail address or bank account, or archives or restores it. Proof: contacts.payee."""
        row = {"ContactID": contact_id} | _contact_fields(email, bank_account)
        if archived is not None:
            row["ContactStatus"] = "ARCHIVED" if archived else "ACTIVE"
        return self.change(organisation, "Contacts", contact_id, numbers.encode({"Contacts": [row]}), key=key)

    def change(self, organisation: str, entity: str, document_id: str, body: bytes, *, key: str) -> Receipt:
        """Changes what the body names of a document that stands (see status_body). Proof: its fields."""
        path = f"{entity}/{segment(document_id)}"
        return self.put(organisation, "POST", path, body, entity=entity, key=key)

    def recode(self, organisation: str, entity: str, document_id: str, body: bytes, *, key: str) -> Receipt:
        """Gives a document's lines the codes of recoding_body. Proof: the lines themselves, see document_lines.get."""
        path = f"{entity}/{segment(document_id)}?unitdp={EVERY_DECIMAL['unitdp']}"
        return self.put(organisation, "POST", path, body, entity=entity, key=key)


def _contact_fields(email: str, bank_account: str) -> dict[str, str]:
    given = {"EmailAddress": email, "BankAccountDetails": bank_account}
    return {field: text for field, text in given.items() if text}
