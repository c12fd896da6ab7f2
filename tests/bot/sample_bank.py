"""A client's October at the bank, and its cheque account alone, for the cards that are drawn of them."""

from __future__ import annotations

import datetime as dt

import msgspec

from agents.findings import BankReconciliation, Choice, Finding
from agents.reconciliation.account_view import AccountTieOut, Entry
from books.firm import Client
from books.money import Money
from books.period import Period
from books.records import StatementLine
from books.refusal import Refusal
from bot.card import Card
from bot.cards.bank_account import account_card
from bot.cards.bank_overview import overview_card
from bot.cards.reconciliation import reconciliation_card

OCTOBER = dt.date(2026, 10, 31)
GO = "https://go.xero.com/organisationlogin/default.aspx?shortcode=!wat01&redirecturl=/Bank/BankRec.aspx"


def money(amount: str) -> Money:
    return Money.of(amount, "AUD")


def entry(number: int, day: dt.date, amount: str, who: str, reference: str, *, reconciled: bool = False) -> Entry:
    return Entry(
        entity="BankTransactions", id=f"entry-{number}", bank_account_id="a-090", date=day, amount=money(amount),
        who=who, reference=reference, is_reconciled=reconciled,
    )  # fmt: skip


CHEQUE = AccountTieOut(
    account_id="a-090",
    code="090",
    name="Business Cheque",
    currency="AUD",
    covered_to=OCTOBER,
    bank=money("12400.00"),
    ledger=money("12962.50"),
    under_way=(
        entry(1, dt.date(2026, 10, 29), "1210.00", "Marigold Lane Café", "INV-1905"),
        entry(2, dt.date(2026, 8, 14), "-638.00", "Coogee Shopfitters", "Cheque 000417"),
    ),
    not_entered=(
        StatementLine(id="line-1", date=dt.date(2026, 10, 27), amount=money("37.50"), payer="Osko deposit 4471"),
        StatementLine(id="line-2", date=dt.date(2026, 10, 30), amount=money("-28.00"), payer="Account keeping fee"),
    ),
    ticked_only=(),
    difference=money("0.00"),
)
SAVINGS = AccountTieOut(
    account_id="a-091",
    code="091",
    name="Business Savings",
    currency="AUD",
    covered_to=None,
    bank=None,
    ledger=money("51359.37"),
    under_way=(),
    not_entered=(),
    ticked_only=(),
    difference=None,
    why="No statement of this account was given yet: drop the bank's file here.",
)
BROKEN = AccountTieOut(
    account_id="a-092",
    code="092",
    name="Credit Card",
    currency="AUD",
    covered_to=OCTOBER,
    bank=money("-324.91"),
    ledger=money("-525.76"),
    under_way=(),
    not_entered=(),
    ticked_only=tuple(
        entry(10 + day, dt.date(2026, 10, day), "-10.00", "Corner Hardware", f"Card {day}", reconciled=True)
        for day in range(1, 26)
    ),
    difference=money("49.15"),
)
FOUND = BankReconciliation(
    client="wattle",
    client_name="Wattle Nursery Pty Ltd",
    organisation="wattle-books",
    period="2026-10",
    accounts=(CHEQUE, SAVINGS, BROKEN),
    tiers={"done": 61, "in the ledger": 2, "sure": 9, "likely": 3, "coded": 4, "candidates": 1, "none": 1},
    findings=(
        Finding(
            code="bank_exception",
            title="Money in, not in the books: Osko deposit 4471",
            detail="Business Cheque, 27 Oct 2026, 4 days before the cut-off. Two invoices are open with that amount. "
            "It may be INV-77 of Acme Pty Ltd (A$37.50) or INV-81 of Beta Ltd (A$37.50). Ask which one it pays.",
            amount=money("37.50"),
            who="preparer",
            link=GO,
            source="line-1",
            date=dt.date(2026, 10, 27),
        ),
    ),
    drafts=(),
    links={"a-090": GO, "a-091": GO, "a-092": GO},
    choices=(
        Choice(line="line-1", key="line-1:inv-77", label="It pays INV-77, Acme Pty Ltd", drafts=()),
        Choice(line="line-1", key="line-1:inv-81", label="It pays INV-81, Beta Ltd", drafts=()),
    ),
)


def client(number: int, name: str) -> Client:
    return Client(id=f"client-{number}", name=name, organisation=f"books-{number}")


def bank_of(number: int, *accounts: AccountTieOut, **tiers: int) -> BankReconciliation:
    named = {each.replace("_", " "): count for each, count in tiers.items()}
    return msgspec.structs.replace(
        FOUND, client=f"client-{number}", accounts=accounts, tiers=named, findings=FOUND.findings * number, choices=()
    )


OVERVIEW = (
    (client(0, "Harbour Café Ltd"), bank_of(0, CHEQUE, done=120)),
    (client(1, "Wattle Nursery Pty Ltd"), bank_of(1, CHEQUE, SAVINGS, done=61, sure=9, likely=3, candidates=1, none=1)),
    (client(2, "Kelpie Surf & Sons"), bank_of(2, CHEQUE, BROKEN, done=40, in_the_ledger=2, none=14)),
    (client(0, "Boab Timber"), bank_of(0, SAVINGS)),
    (
        client(3, "Quokka Tours"),
        Refusal("Xero asks us to slow down for this client.", next_step="Ask again in 20 seconds.", code="xero_busy"),
    ),
)
BANK_CARDS: dict[str, Card] = {
    "bank": reconciliation_card(FOUND, people={"preparer": "Alice Nguyen"}),
    "bank_overview": overview_card(Period.of("2026-10"), OVERVIEW),
    "bank_account": account_card(FOUND, CHEQUE),
    "bank_account_without_statement": account_card(FOUND, SAVINGS),
    "bank_account_not_explained": account_card(FOUND, BROKEN),
}
