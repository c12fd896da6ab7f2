"""The pen's money: payments, batches, bank transactions, transfers and allocations."""

from __future__ import annotations

from collections.abc import Mapping

from books.documents import Allocation, Credit
from xero_tools import credits, translate
from xero_tools import translate_documents as documents
from xero_tools.one import segment
from xero_tools.outcomes import OutcomeUnknown
from xero_tools.writes.pen import Nib, Receipt, numbers

DELETED: Mapping[str, str] = {"Status": "DELETED"}


class CashPen(Nib):
    """Money that moves in the ledger. A reconciled bank transaction or transfer Xero lets nobody delete."""

    def create_payment(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Makes the payment, or the refund of a credit, of payment_body. Mark: Reference."""
        return self.put(organisation, "PUT", "Payments", body, entity="Payments", key=key)

    def delete_payment(self, organisation: str, payment_id: str, *, key: str) -> Receipt:
        """Deletes a payment and so opens what it paid. Proof: the payment's Status is DELETED."""
        body = numbers.encode(DELETED)
        return self.put(organisation, "POST", f"Payments/{segment(payment_id)}", body, entity="Payments", key=key)

    def create_batch_payment(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Makes the batch of batch_payment_body. Mark: Reference or Details."""
        return self.put(organisation, "PUT", "BatchPayments", body, entity="BatchPayments", key=key)

    def delete_batch_payment(self, organisation: str, batch_id: str, *, key: str) -> Receipt:
        """Deletes a batch with all its payments. Proof: the batch's Status is DELETED."""
        body = numbers.encode(DELETED)
        return self.put(organisation, "POST", f"BatchPayments/{segment(batch_id)}", body, entity="BatchPayments",
                        key=key)  # fmt: skip

    def create_bank_transaction(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Makes the spent or received money of document_body. Mark: Reference.

        A kind ending in -OVERPAYMENT or -PREPAYMENT leaves a credit with the contact: see credits.overpayments.
        """
        return self.put(organisation, "PUT", "BankTransactions", body, entity="BankTransactions", key=key)

    def delete_bank_transaction(self, organisation: str, bank_transaction_id: str, *, key: str) -> Receipt:
        """Deletes a bank transaction. Proof: its Status is DELETED."""
        row = {"BankTransactionID": bank_transaction_id, **DELETED}
        path = f"BankTransactions/{segment(bank_transaction_id)}"
        return self.put(organisation, "POST", path, numbers.encode({"BankTransactions": [row]}),
                        entity="BankTransactions", key=key)  # fmt: skip

    def create_bank_transfer(self, organisation: str, body: bytes, *, key: str) -> Receipt:
        """Makes the transfer of bank_transfer_body. Mark: Reference."""
        return self.put(organisation, "PUT", "BankTransfers", body, entity="BankTransfers", key=key)

    def delete_bank_transfer(self, organisation: str, transfer_id: str, *, key: str) -> Receipt:
        """Deletes a transfer with both its sides. Proof: its Status is DELETED."""
        body = numbers.encode({"BankTransfers": [{"BankTransferID": transfer_id, **DELETED}]})
        return self.put(organisation, "POST", "BankTransfers", body, entity="BankTransfers", key=key)

    def allocate(self, organisation: str, entity: str, credit_id: str, body: bytes, *, key: str) -> Allocation:
        """Sets a credit (CreditNotes, Overpayments, Prepayments) against the invoice of allocation_body.

        An allocation carries no text of ours. Proof: the credit lists it (allocations_to), counted before and after.
        """
        path = f"{segment(entity)}/{segment(credit_id)}/Allocations"
        answer = self._gateway.write(organisation, "PUT", path, body, idempotency_key=key)
        rows = translate.envelope(answer.content).Allocations if answer.content else None
        credit = credits.get(organisation, self._gateway, entity, credit_id)
        if not rows:
            raise OutcomeUnknown("Xero accepted the allocation and named none.", status=200)
        return documents.allocation(rows[0], credit.total.currency)

    def allocations_to(
        self, organisation: str, entity: str, credit_id: str, invoice_id: str
    ) -> tuple[Credit, tuple[Allocation, ...]]:
        """The credit as it stands, and its allocations to one invoice: what proves that one was made or taken back."""
        credit = credits.get(organisation, self._gateway, entity, credit_id)
        return credit, tuple(each for each in credit.allocations if each.invoice_id == invoice_id)

    def remove_allocation(
        self, organisation: str, entity: str, credit_id: str, allocation_id: str, *, key: str
    ) -> None:
        """Takes one allocation back. Proof: the credit no longer lists it."""
        path = f"{segment(entity)}/{segment(credit_id)}/Allocations/{segment(allocation_id)}"
        self._gateway.write(organisation, "DELETE", path, b"", idempotency_key=key)
