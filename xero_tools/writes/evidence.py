"""The pen's evidence: notes, attached files, and the e-mail of an invoice."""

from __future__ import annotations

import hashlib

import msgspec

from books.practice_records import StoredFile
from books.records import Attachment
from xero_tools import attachments, files, history, other_apis
from xero_tools.one import segment
from xero_tools.outcomes import OutcomeUnknown
from xero_tools.writes.bodies import file_form
from xero_tools.writes.pen import Nib, numbers

NOTE_LENGTH = 2_500  # characters that Xero keeps of a note
MOST_FILES = 10  # attachments that Xero keeps of a document


class EvidencePen(Nib):
    """What stands beside a document and changes no figure."""

    def note(self, organisation: str, entity: str, entity_id: str, text: str, *, look: bool = True) -> bool:
        """Writes a History note unless the same one stands there already; says whether it wrote. Mark: its words.

        `look` is False where nobody can have written it before.
        """
        kept = text[:NOTE_LENGTH]
        known = history.notes(organisation, self._gateway, entity, entity_id) if look else ()
        if any(each.details == kept for each in known):
            return False
        body = numbers.encode({"HistoryRecords": [{"Details": kept}]})
        key = hashlib.sha256("|".join((organisation, entity, entity_id, kept)).encode()).hexdigest()
        path = f"{segment(entity)}/{segment(entity_id)}/History"
        self._gateway.write(organisation, "PUT", path, body, idempotency_key=key)
        return True

    def attach(
        self, organisation: str, entity: str, entity_id: str, *, filename: str, mime: str, content: bytes
    ) -> Attachment:
        """Attaches a file to a document, or finds it there with the same name and length. Mark: the file's name.

        The same name with other bytes replaces the file, as Xero does; put the mark or a date in the name.
        """
        known = self.find_attachment(organisation, entity, entity_id, filename)
        if known is not None and known.length_bytes == len(content):
            return known
        key = hashlib.sha256("|".join((organisation, entity, entity_id, filename)).encode() + content).hexdigest()
        path = f"{segment(entity)}/{segment(entity_id)}/Attachments/{segment(filename)}"
        self._gateway.write(organisation, "PUT", path, content, idempotency_key=key, content_type=mime)
        found = self.find_attachment(organisation, entity, entity_id, filename)
        return found or Attachment(id="", filename=filename, mime=mime, length_bytes=len(content))

    def find_attachment(self, organisation: str, entity: str, entity_id: str, filename: str) -> Attachment | None:
        """The file of that name attached to a document, or None."""
        files = attachments.listing(organisation, self._gateway, entity, entity_id)
        return next((each for each in files if each.filename == filename), None)

    def upload_file(self, organisation: str, *, filename: str, mime: str, content: bytes) -> StoredFile:
        """Puts a file into the library, or finds it there with the same name and length. Mark: the file's name."""
        known = next((each for each in files.listing(organisation, self._gateway) if each.name == filename), None)
        if known is not None and known.size_bytes == len(content):
            return known
        key = hashlib.sha256("|".join((organisation, filename)).encode() + content).hexdigest()
        form, content_type = file_form(filename, mime, content, boundary=key)
        answer = self._gateway.write(organisation, "POST", "Files", form, idempotency_key=key,
                                     content_type=content_type, api=other_apis.FILES)  # fmt: skip
        row = msgspec.json.decode(answer.content, type=other_apis.FileRow)
        if not row.Id:
            raise OutcomeUnknown("Xero accepted the file and named none.", status=answer.status)
        return other_apis.stored_file(row)

    def associate_file(self, organisation: str, file_id: str, document_id: str, *, group: str) -> bool:
        """Ties a library file to a document unless it is tied already; says whether it wrote.

        `group` is Xero's ObjectGroup: Invoice, BankTransaction, Contact, CreditNote, ManualJournal, Payment, … The tie
        carries no mark. Proof: files.of_document names the file.
        """
        if file_id in files.of_document(organisation, self._gateway, document_id):
            return False
        body = msgspec.json.encode({"ObjectId": document_id, "ObjectGroup": group})
        key = hashlib.sha256("|".join((organisation, file_id, document_id, group)).encode()).hexdigest()
        self._gateway.write(organisation, "POST", f"Files/{segment(file_id)}/Associations", body, idempotency_key=key,
                            api=other_apis.FILES)  # fmt: skip
        return True

    def part_file(self, organisation: str, file_id: str, document_id: str, *, key: str) -> None:
        """Unties a library file from a document. Proof: files.of_document no longer names the file."""
        path = f"Files/{segment(file_id)}/Associations/{segment(document_id)}"
        self._gateway.write(organisation, "DELETE", path, b"", idempotency_key=key, api=other_apis.FILES)

    def email_invoice(self, organisation: str, invoice_id: str, *, key: str) -> None:
        """Has Xero mail a sales invoice to its contact, in Xero's own words. Proof: times_emailed has grown by one."""
        path = f"Invoices/{segment(invoice_id)}/Email"
        self._gateway.write(organisation, "POST", path, b"{}", idempotency_key=key)

    def times_emailed(self, organisation: str, invoice_id: str) -> int:
        """How often Xero has mailed an invoice, by its history: to be read before a mail and after a lost answer."""
        return len(history.mails(organisation, self._gateway, invoice_id))
