"""One client's lines and open items as plain columns: whole numbers and texts, so that a million lines stay quick.

Amounts are whole minor units of their currency, signed as the bank account feels them: an invoice is positive because
its payment comes in, a bill negative. Days are proleptic ordinals. Contacts are numbered by their first appearance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

DOCUMENT, LEDGER = 0, 1

_KINDS = {
    **dict.fromkeys(("ACCREC", "INVOICE", "SALESINVOICE", "RECEIVABLE", "INV", "AR", "SALE"), (1, DOCUMENT)),
    **dict.fromkeys(("ACCPAY", "BILL", "PURCHASE", "PAYABLE", "AP", "PURCHASEINVOICE", "EXPENSE"), (-1, DOCUMENT)),
    **dict.fromkeys(
        ("ACCRECCREDIT", "CREDITNOTE", "CREDIT", "ARCREDIT", "SALESCREDIT", "RECEIVEOVERPAYMENT", "RECEIVEPREPAYMENT"),
        (-2, DOCUMENT),
    ),
    **dict.fromkeys(("ACCPAYCREDIT", "SUPPLIERCREDIT", "APCREDIT", "DEBITNOTE", "BILLCREDIT"), (2, DOCUMENT)),
    **dict.fromkeys(("SPENDOVERPAYMENT", "SPENDPREPAYMENT"), (2, DOCUMENT)),
    **dict.fromkeys(("RECEIVE", "RECEIVEMONEY", "RECEIPT", "DEPOSIT", "RECEIVETRANSFER"), (1, LEDGER)),
    **dict.fromkeys(("ACCRECPAYMENT", "APCREDITPAYMENT"), (1, LEDGER)),
    **dict.fromkeys(("SPEND", "SPENDMONEY", "WITHDRAWAL", "CHEQUE", "SPENDTRANSFER"), (-1, LEDGER)),
    **dict.fromkeys(("ACCPAYPAYMENT", "ARCREDITPAYMENT"), (-1, LEDGER)),
}


@cache
def reading_of(kind: str) -> tuple[int, int]:
    """How a kind is read: its sign and whether it stands in the ledger already.

    Sign 1 and -1 are documents and transactions of that direction, 2 and -2 credits of that direction; 0 says that the
    kind is not known and the amount is taken as it is written.
    """
    return _KINDS.get("".join(filter(str.isalpha, kind)).upper(), (0, DOCUMENT))


@dataclass(eq=False, slots=True)
class ClientBook:
    """The columns of one client; the same place in each list is the same line or item."""

    line_ids: Sequence[str] = field(default_factory=list)
    accounts: Sequence[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    cents: list[int] = field(default_factory=list)
    currencies: Sequence[str] = field(default_factory=list)
    payers: Sequence[str] = field(default_factory=list)
    references: Sequence[str] = field(default_factory=list)
    descriptions: Sequence[str] = field(default_factory=list)

    item_ids: list[str] = field(default_factory=list)
    item_standing: list[int] = field(default_factory=list)
    item_contacts: list[int] = field(default_factory=list)
    item_numbers: list[str] = field(default_factory=list)
    item_orders: list[str] = field(default_factory=list)
    item_days: list[int] = field(default_factory=list)
    item_cents: list[int] = field(default_factory=list)
    item_currencies: list[str] = field(default_factory=list)

    contact_ids: list[str] = field(default_factory=list)
    contact_names: list[str] = field(default_factory=list)
    contact_places: dict[str, int] = field(default_factory=dict)

    def add_item(
        self,
        item_id: str,
        kind: str,
        contact: tuple[str, str],
        texts: tuple[str, str],
        day: int,
        cents: int,
        currency: str,
    ) -> None:
        """Appends an open item; `contact` is (id, name), `texts` is (number, reference).

        A bill's amount may be written positive, as Xero does, or signed: the kind decides. A credit of unknown side is
        taken against the customer unless it is written positive among bills that are written negative.
        """
        sign, standing = reading_of(kind)
        if sign == -1 and standing == DOCUMENT and cents > 0:
            cents = -cents
        elif sign in (2, -2):
            cents = abs(cents) if sign == 2 else -abs(cents)
        elif standing == LEDGER:
            cents = sign * abs(cents)
        self.item_ids.append(item_id)
        self.item_standing.append(standing)
        self.item_contacts.append(self._place_of(*contact))
        self.item_numbers.append(texts[0])
        self.item_orders.append(texts[1])
        self.item_days.append(day)
        self.item_cents.append(cents)
        self.item_currencies.append(currency)

    def _place_of(self, contact_id: str, name: str) -> int:
        key = contact_id or name
        place = self.contact_places.get(key)
        if place is None:
            place = self.contact_places[key] = len(self.contact_ids)
            self.contact_ids.append(contact_id)
            self.contact_names.append(name)
        return place
