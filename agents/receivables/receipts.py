"""Prepares the receipt for what a customer paid: the invoice itself, which Xero mails with what was paid and remains.

Nothing is prepared that the books do not show any more, and nothing of which Xero has told the customer since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approvals import ground_rules
from approvals.kinds.send_receipt import ReceivedPayment, SendReceipt
from approvals.proposal import Draft, Evidence
from approvals.receipts import Received
from approvals.sources import ADDRESSEE, INVOICE
from books.documents import InvoicePayment
from books.firm import Client
from books.period import Period, spoken
from books.records import Invoice
from xero_tools import contacts, currencies, history, invoices, organisations
from xero_tools.gateway import Gateway

AGENT = "receipts"


@dataclass(frozen=True, slots=True)
class NoReceipt:
    """Why there is none; `ask` is what a person can do about it, empty where nothing is amiss."""

    why: str
    ask: str = ""


def receipt(client: Client, gateway: Gateway, received: Sequence[Received]) -> Draft | NoReceipt:
    """The draft for what was received of one invoice, or why there is none; raises Refusal when Xero cannot be read."""
    invoice = invoices.get(client.organisation, gateway, received[0].invoice_id)
    if invoice.kind != "ACCREC" or invoice.status not in ("AUTHORISED", "PAID"):
        return NoReceipt(f"{invoice.number} is {invoice.status} in Xero")
    standing = _standing(received, invoices.payments_of(client.organisation, gateway, invoice.id))
    if not standing:
        return NoReceipt(f"{invoice.number} does not show the payment any more")
    mails = history.mails(client.organisation, gateway, invoice.id)
    mailed_at = [each.at for each in mails if each.at is not None]
    untold = [pair for pair in standing if not any(at >= pair[0].approved_at for at in mailed_at)]
    if not untold:
        return NoReceipt(f"Xero has mailed {invoice.number} since it was paid")
    addresses = contacts.mailed_to(client.organisation, gateway, invoice.contact.id)
    if not addresses:
        return NoReceipt(
            f"{invoice.contact.name} has no e-mail address in Xero, so there is no receipt for {invoice.number}.",
            ask="Enter the address in Xero and mail the invoice from there.",
        )
    return _draft(client, gateway, invoice, untold, addresses, len(mails))


def _standing(received: Sequence[Received], shown: Sequence[InvoicePayment]) -> list[tuple[Received, InvoicePayment]]:
    """What was received, each with its payment as the invoice shows it; what was taken back is left out."""
    left, pairs = list(shown), list[tuple[Received, InvoicePayment]]()
    for each in sorted(received, key=lambda one: (one.approved_at, one.payment)):
        for there in left:
            is_same = there.id == each.document if each.document else True
            if is_same and (there.date, there.amount) == (each.date, each.amount):
                pairs.append((each, there))
                left.remove(there)
                break
    return pairs


def _draft(
    client: Client,
    gateway: Gateway,
    invoice: Invoice,
    untold: Sequence[tuple[Received, InvoicePayment]],
    addresses: tuple[str, ...],
    times_sent: int,
) -> Draft:
    payload = SendReceipt(
        invoice_id=invoice.id,
        number=invoice.number,
        contact=invoice.contact.name,
        contact_id=invoice.contact.id,
        addresses=addresses,
        date=invoice.date,
        due=invoice.due.amount,
        currency=invoice.total.currency,
        currency_rate=invoice.currency_rate,
        times_sent=times_sent,
        payments=tuple(
            ReceivedPayment(payment_id=there.id, date=there.date, amount=there.amount.amount) for _, there in untold
        ),
    )
    days = " and ".join(dict.fromkeys(spoken(there.date) for _, there in untold))
    base = currencies.base(client.organisation, gateway)
    return Draft(
        kind="send_receipt",
        organisation=client.organisation,
        client=client.id,
        period=Period.containing(untold[-1][1].date).code,
        payload=payload,
        because=f"{invoice.contact.name} paid {payload.paid} of {invoice.number} on {days}; no mail has left since.",
        amount=ground_rules.in_base(payload.paid, payload.currency_rate, base),
        key=f"receipt:{invoice.id}:{untold[0][1].id}",
        evidence=_evidence(client, gateway, invoice, untold),
    )


def _evidence(
    client: Client,
    gateway: Gateway,
    invoice: Invoice,
    untold: Sequence[tuple[Received, InvoicePayment]],
) -> tuple[Evidence, ...]:
    """The invoice and the addressee, which bind; the payments only by what the invoice shows of them.

    A payment changes in Xero when somebody reconciles it, and its receipt stays as right as it was.
    """
    organisation = organisations.get(client.organisation, gateway)
    remains = f"{invoice.due} of {invoice.total} still due" if invoice.due else f"{invoice.total}, paid in full"
    return (
        Evidence(
            label=invoice.number,
            detail=remains,
            link=gateway.links.invoice(organisation, invoice.id),
            source=f"{INVOICE}/{invoice.id}",
            version=invoice.updated_at.isoformat() if invoice.updated_at else "",
        ),
        *(
            Evidence(
                label=f"Payment of {spoken(there.date)}",
                detail=f"{there.amount}, approved and posted from here ({each.mark})",
                link=gateway.links.bank_transaction(organisation, there.id),
            )
            for each, there in untold
        ),
        Evidence(
            label="Addressee",
            detail="The contact's addresses in Xero; if they change, this is void.",
            link=gateway.links.contact(organisation, invoice.contact.id),
            source=f"{ADDRESSEE}/{invoice.contact.id}",
        ),
    )
