"""A desk over the books of Paper Lantern Ltd: the pen, the gateway, and the ids that the tests name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from books.money import Money
from books.records import Line
from tests.sandbox.xero.paper_lantern import ORGANISATION, account_id, document_id
from tests.support.sandbox_server import RunningSandbox
from tests.support.xero_wire import Wire
from tests.xero_tools.conftest import gateway_to
from xero_tools import contacts, reports
from xero_tools.writes import Pen, Receipt

MARK = "TIE-4H8W2P"
DAY = dt.date(2026, 10, 30)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
ADAS_INVOICE, COLES_BILL = document_id(1), document_id(3)


def aud(amount: str) -> Money:
    """Australian dollars."""
    return Money.of(amount, "AUD")


def line(code: str, amount: str) -> Line:
    """A line whose tax Xero computes."""
    return Line(account_code=code, description="Work", amount=aud(amount), tax=aud("0"))


class Desk:
    """The pen and the gateway to one sandbox, and the ids that the tests name."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.gateway = gateway_to(sandbox.url)
        self.pen = Pen(self.gateway)
        self.wire = Wire(sandbox.url, ORGANISATION)
        self.contact = {each.name: each.id for each in contacts.every(ORGANISATION, self.gateway)}
        self.cheque = account_id("090")

    def savings(self) -> str:
        """A second bank account."""
        made = self.wire.put("Accounts", {"Name": "Savings", "Code": "091", "Type": "BANK", "BankAccountNumber": "1"})
        return str(made.json["Accounts"][0]["AccountID"])

    def balance(self, code: str) -> Decimal:
        """An account's balance at the end of October, debit positive."""
        rows = reports.trial_balance(ORGANISATION, self.gateway, as_at=dt.date(2026, 10, 31))
        return next((row.balance.amount for row in rows if row.account_code == code), Decimal(0))

    def find(self, entity: str) -> Receipt | None:
        """What carries the mark."""
        return self.pen.find_by_mark(ORGANISATION, entity, MARK, since=LONG_AGO)
