"""Short payments where a currency is in it: a dollar account as at home, and a home account where the rate decides.

The nursery keeps its books in AUD and has a bank account in USD (092). Its invoice of US$1,100.00 stands at 0.66, which
is A$1,666.67; Bank Fees are 404.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agents.ledger import Ledger
from agents.reconciliation import drafts as drafting
from agents.reconciliation.choosing import choices
from agents.reconciliation.coding.why_short import ShortPayment
from agents.reconciliation.matching.records import LIKELY, Allocation, LineMatch
from agents.reconciliation.short_paid import ShortPaid
from agents.scope import Scope
from approvals.proposal import POSTED, Draft
from books.money import Money
from books.period import Period
from books.records import Invoice, LedgerAccount, StatementLine
from tests.approvals.kinds.till import DAY, Till, done
from tests.approvals.practice import FIRM, ORGANISATION, Practice, Xero, write_books
from tests.support.databases import open_store
from tests.support.sandbox_server import start_sandbox
from xero_tools import invoices


class Desk:
    """One look at the nursery's bank, with one line in it."""

    def __init__(self, practice: Practice) -> None:
        self.till = Till(practice)
        self.made = self.till.invoice("1100.00", CurrencyCode="USD", CurrencyRate="0.66")
        self.practice = practice
        self.scope = Scope(FIRM.clients[0], Period.containing(DAY), DAY)
        self.ledger = Ledger(self.scope, practice.gateway)

    @property
    def document(self) -> Invoice:
        return invoices.get(ORGANISATION, self.practice.gateway, str(self.made["InvoiceID"]))

    def account(self, code: str) -> LedgerAccount:
        return next(each for each in self.ledger.chart if each.code == code)

    def why(self, line: StatementLine, code: str, paid: str, *, day: bool = False) -> ShortPayment | None:
        return ShortPaid(self.scope, self.practice.gateway, self.ledger).why(
            line, self.account(code), match(paid, day=day), self.document
        )

    def payment(self, line: StatementLine, code: str, paid: str, *, day: bool = False) -> tuple[Draft, ...]:
        known = {self.document.id: self.document}
        said = matched_with(self.document, match(paid, day=day))
        return drafting.payment(self.scope, self.ledger, self.account(code), line, said, known)


def match(paid: str, *, day: bool) -> LineMatch:
    """What matching said: so much of the invoice, at the day's rate where it knew one."""
    allocation = Allocation(item_id="", amount=Money.of(paid, "USD"))
    return LineMatch(
        line_id="L1", tier=LIKELY, because="It names it.", next_step="", allocations=(allocation,), at_days_rate=day
    )


def matched_with(document: Invoice, said: LineMatch) -> LineMatch:
    only = Allocation(item_id=document.id, amount=said.allocations[0].amount)
    return LineMatch(
        line_id="L1", tier=LIKELY, because="", next_step="", allocations=(only,), at_days_rate=said.at_days_rate
    )


def came(amount: str, currency: str, text: str = "INV") -> StatementLine:
    return StatementLine(id="L1", date=DAY, amount=Money.of(amount, currency), payer="Acme", reference=text)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The nursery, October 2026, on a fresh sandbox."""
    sandbox = start_sandbox(tmp_path, books=[write_books(tmp_path)], today="2026-11-05")
    with open_store("sqlite", tmp_path) as store:
        yield Desk(Practice.open(store, Xero(sandbox)))
    sandbox.stop()


def test_a_fee_on_a_dollar_account_is_settled_in_dollars_at_the_documents_rate(desk: Desk) -> None:
    """US$1,085.00 came; both entries reach Xero, and the limits look at A$1,666.67 and A$22.73."""
    why = desk.why(came("1085.00", "USD", "LESS OUR CHARGES"), "092", "1085.00")
    assert why is not None
    assert (why.reason, why.tier, str(why.missing)) == ("fee", LIKELY, "US$15.00")
    payment, fee = ShortPaid.settling(why)
    assert [str(each.amount) for each in (payment, fee)] == ["A$1,666.67", "A$22.73"]
    for draft in (payment, fee):
        proposal = done(desk.practice, draft)
        assert proposal.status == POSTED, proposal.problem
    assert desk.till.one("Invoices", desk.document.id)["Status"] == "PAID"


@pytest.mark.parametrize("amount", ["1590.00", "1666.67", "1750.00"])
def test_a_home_payment_near_the_documents_rate_pays_it_in_full_and_xero_books_the_rest(
    desk: Desk, amount: str
) -> None:
    """0.6918, 0.66 and 0.6286 US dollars for one: as far as a rate moves, nothing is short."""
    line = came(amount, "AUD")
    assert desk.why(line, "090", "1100.00") is None
    [draft] = desk.payment(line, "090", "1100.00")
    assert draft.amount == Money.of(amount, "AUD")
    proposal = done(desk.practice, draft)
    assert proposal.status == POSTED, proposal.problem
    assert desk.till.one("Invoices", desk.document.id)["Status"] == "PAID"


def test_what_no_rate_explains_is_named_and_a_person_may_take_it_as_a_part(desk: Desk) -> None:
    """A$1,400.00 is US$924.00 at the invoice's own rate; 0.79 would be needed to make it the whole."""
    line = came("1400.00", "AUD")
    why = desk.why(line, "090", "1100.00")
    assert why is not None
    assert (why.reason, ShortPaid.settling(why)) == ("currency", ())
    assert why.because == "At the document's own rate A$1,400.00 is US$924.00 of the US$1,100.00 due."
    assert "US$176.00 stays open" in why.settles
    assert desk.payment(line, "090", "1100.00") == (), "nothing is paid in full at a rate that nobody saw"
    [choice] = choices(desk.scope, desk.ledger, desk.account("090"), line, match("1100.00", day=False), {}, why)
    assert choice.label == "Propose what came; US$176.00 stays open"
    [part] = choice.drafts
    assert part.amount == Money.of("1400.00", "AUD")
    assert done(desk.practice, part).status == POSTED
    left: Any = desk.till.one("Invoices", desk.document.id)
    assert Decimal(str(left["AmountDue"])) == 176


def test_the_days_rate_that_other_lines_tell_outweighs_the_documents_own(desk: Desk) -> None:
    """At 0.72 A$1,527.78 is the whole, 8 % from the invoice's 0.66; and A$1,000.00 is US$720.00, a part."""
    whole = came("1527.78", "AUD")
    assert desk.why(whole, "090", "1100.00", day=True) is None
    assert len(desk.payment(whole, "090", "1100.00", day=True)) == 1
    part = came("1000.00", "AUD")
    why = desk.why(part, "090", "720.00", day=True)
    assert why is not None
    assert why.because == "At the day's rate A$1,000.00 is US$720.00 of the US$1,100.00 due."
    assert (why.reason, why.drafts) == ("currency", ()), "matching proposes that part itself"
    [draft] = desk.payment(part, "090", "720.00", day=True)
    assert draft.amount == Money.of("1000.00", "AUD")


def test_a_statement_of_another_currency_than_its_account_is_nobodys_short_payment(desk: Desk) -> None:
    assert desk.why(came("1085.00", "USD"), "090", "1085.00") is None
    assert desk.why(came("1000.00", "AUD"), "092", "1100.00") is None
