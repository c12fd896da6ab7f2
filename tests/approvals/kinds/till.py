"""The nursery's till: customers, bills, credits and bank accounts, made by hand in the sandbox for each test.

Besides the practice's chart there are 200 Sales, 091 Savings and 092 US dollars (a bank account in USD).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from approvals.executor import Executor
from approvals.proposal import Draft, Evidence, Proposal
from books.money import Money
from tests.approvals.dying import Died, DyingGateway, DyingStore, Life
from tests.approvals.practice import ORGANISATION, Practice
from tests.support.xero_wire import Wire, send
from xero_tools import reports

DAY = dt.date(2026, 10, 20)
_NUMBERS = itertools.count(1)
_MORE = (
    {"Code": "200", "Name": "Sales", "Type": "REVENUE"},
    {"Code": "404", "Name": "Bank Fees", "Type": "EXPENSE"},
    {"Code": "091", "Name": "Savings", "Type": "BANK", "BankAccountNumber": "06200087654321"},
    {"Code": "092", "Name": "US dollars", "Type": "BANK", "BankAccountNumber": "0620009", "CurrencyCode": "USD"},
)


def aud(amount: str) -> Money:
    """Australian dollars."""
    return Money.of(amount, "AUD")


def named(entity: str, document_id: str, label: str = "the document") -> Evidence:
    """Evidence that binds a draft to a document."""
    return Evidence(label=label, detail="as read from Xero", source=f"{entity}/{document_id}")


@dataclass
class Till:
    """Documents made outside the approvals, as people make them in Xero."""

    practice: Practice
    wire: Wire = field(init=False)
    bank: dict[str, str] = field(init=False)
    last_payment: str = ""

    def __post_init__(self) -> None:
        self.wire = Wire(self.practice.xero.sandbox.url, ORGANISATION)
        known = {row.get("Code"): row["AccountID"] for row in self.wire.get("Accounts").json["Accounts"]}
        if "USD" not in {row["Code"] for row in self.wire.get("Currencies").json["Currencies"]}:
            self.wire.put("Currencies", {"Code": "USD"})
        for row in _MORE:
            if row["Code"] not in known:
                made = self.wire.put("Accounts", row)
                known[row["Code"]] = made.json["Accounts"][0]["AccountID"]
        self.bank = {str(code): str(identity) for code, identity in known.items()}

    def contact(self, name: str = "Acme") -> str:
        """A new customer or supplier."""
        return str(self._made("Contacts", {"Name": f"{name} {next(_NUMBERS)}"})["ContactID"])

    def invoice(self, amount: str = "500.00", *, kind: str = "ACCREC", contact: str = "", **more: Any) -> Any:
        """An approved sales invoice (or, as ACCPAY, a bill) of 20 October."""
        return self._made("Invoices", self._document(kind, amount, contact) | {"DueDate": "2026-11-20"} | more)

    def credit_note(self, amount: str = "120.00", *, kind: str = "ACCRECCREDIT", contact: str = "", **more: Any) -> Any:
        """An approved credit note."""
        return self._made("CreditNotes", self._document(kind, amount, contact) | more)

    def quote(self, amount: str = "500.00", *, contact: str = "", to: tuple[str, ...] = ()) -> Any:
        """A quote of 20 October, moved from draft through the statuses of `to`."""
        body = self._document("", amount, contact) | {"Status": "DRAFT", "LineAmountTypes": "NOTAX"}
        made = self._made("Quotes", {name: each for name, each in body.items() if name != "Type"})
        for status in to:
            row = {"QuoteID": made["QuoteID"], "Status": status, "Contact": made["Contact"], "Date": DAY.isoformat()}
            made = self.wire.post(f"Quotes/{made['QuoteID']}", {"Quotes": [row]}).json["Quotes"][0]
        return made

    def pay(self, invoice: Any, amount: str, *, bank: str = "090") -> Any:
        """A payment that somebody enters by hand."""
        body = {"Invoice": {"InvoiceID": invoice["InvoiceID"]}, "Account": {"AccountID": self.bank[bank]},
                "Date": DAY.isoformat(), "Amount": amount}  # fmt: skip
        made = self._made("Payments", body)
        self.last_payment = str(made["PaymentID"])
        return made

    def one(self, entity: str, identity: str) -> Any:
        """A document as Xero has it now."""
        return self.wire.get(f"{entity}/{identity}").json[entity][0]

    def reconciled(self, entity: str, identity: str, amount: str, *, bank: str = "090") -> None:
        """The bank's line of that amount arrives (spent is negative), and a person clicks OK beside this entry."""
        base = self.practice.xero.sandbox.url
        page = f"{base}/go/!wat01/Bank/BankRec.aspx?accountID={self.bank[bank]}"
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": base}

        def form(**said: str) -> str:
            return send(page, "POST", headers=kind, body=urlencode(said).encode()).text

        shown = form(statement=f"Date,Amount\n{DAY.isoformat()},{amount}\n")
        for each in (each for each in shown.split("<form")[1:] if ">OK<" in each):
            hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', each))
            if "Reconciled." in form(**hidden | {"kind": entity.lower(), "entry": identity}):
                return
        raise AssertionError("no statement line of that amount waits")

    def balance(self, code: str) -> Decimal:
        """An account's balance at the end of October, debit positive."""
        rows = reports.trial_balance(ORGANISATION, self.practice.gateway, as_at=dt.date(2026, 10, 31))
        return next((row.balance.amount for row in rows if row.account_code == code), Decimal(0))

    def _document(self, kind: str, amount: str, contact: str) -> dict[str, Any]:
        contact = contact or self.contact()
        line = {"Description": "Roses", "Quantity": 1, "UnitAmount": amount, "AccountCode": "200"}
        return {"Type": kind, "Contact": {"ContactID": contact}, "Date": DAY.isoformat(), "LineAmountTypes": "NoTax",
                "LineItems": [line], "Status": "AUTHORISED"}  # fmt: skip

    def _made(self, entity: str, body: dict[str, Any]) -> Any:
        answer = self.wire.put(entity, body)
        assert answer.status == 200, answer.text
        return answer.json[entity][0]


# Through the queue and the executor


def approved(practice: Practice, draft: Draft) -> Proposal:
    """Submitted by Alice, approved by Priya, and by Quentin too where money goes to a payee that is new."""
    proposal = practice.decide(practice.submit(draft)).proposal
    return practice.decide(proposal, "quentin").proposal if proposal.is_open else proposal


def done(practice: Practice, draft: Draft) -> Proposal:
    """Approved and carried out."""
    return practice.executor().carry_out(approved(practice, draft).id)


def undone(practice: Practice, proposal: Proposal) -> Proposal:
    """Alice asks for it to be taken back, Priya approves, and it is."""
    undo = practice.queue.undo(proposal.id, member=practice.member("alice"))
    return practice.executor().carry_out(practice.decide(undo).proposal.id)


def dies_after_the_write(practice: Practice, proposal: Proposal) -> None:
    """The process ends between Xero's doing and the answer; others finish, one sweep every eight minutes."""
    gateway = DyingGateway(practice.gateway, Life())
    life = gateway._life
    gateway.before_write = lambda: setattr(life, "ends_at", len(life.steps))
    executor = Executor(DyingStore(practice.store, life), practice.clock, gateway, timings=practice.timings)
    try:
        executor.carry_out(proposal.id)
    except Died:
        assert life.steps[-1].startswith("before writing")
    for _ in range(6):
        practice.clock.forward(minutes=8)
        practice.executor().run_pending()
