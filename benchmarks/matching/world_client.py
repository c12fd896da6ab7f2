"""One made-up client: its customers and suppliers, its price points, its habits of numbering."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from benchmarks.matching.world_words import person, trading_name

FIRST_DAY = dt.date(2026, 4, 1).toordinal()
DAYS = 180
OTHER_NAME, NO_NAME = 0.06, 0.06
PRICE_POINTS = (4900, 9900, 11000, 14900, 19900, 22000, 25000, 33000, 49500, 55000, 99000, 110000)


@dataclass(eq=False)
class Payer:
    """A customer or supplier; `habit` says how it pays: under its name, always under `other`, or silent behind `code`.

    A silent payer of which the bank prints nothing at all has no code.
    """

    id: str
    name: str
    supplier: bool
    prices: bool
    typical_cents: int
    habit: str
    other: str
    code: str
    currency: str


@dataclass(eq=False)
class Document:
    """An open document or unreconciled ledger transaction; `cents` is signed, money in positive."""

    id: str
    kind: str
    contact: Payer
    number: str
    order: str
    day: int
    due_day: int
    cents: int
    currency: str

    def row(self, client: str) -> tuple[str, ...]:
        """As open_items.csv and transactions.csv have it; bills stand with a positive amount, as in Xero."""
        cents = abs(self.cents) if self.kind in ("ACCREC", "ACCPAY") else self.cents
        days = (_iso(self.day), _iso(self.due_day))
        named = (self.contact.id, self.contact.name, self.number, self.order)
        return (self.id, client, self.kind, *named, *days, f"{cents / 100:.2f}", self.currency)


@dataclass(eq=False)
class BankLine:
    """A statement line with its truth: what it pays, of whom, and whether its payer's text tells so."""

    id: str
    bank: str
    day: int
    cents: int
    currency: str
    payer: str
    reference: str
    description: str
    kind: str
    pays: tuple[tuple[Document, int], ...] = ()
    contact: Payer | None = None
    payer_told: bool = True

    def row(self, client: str) -> tuple[str, ...]:
        """As lines.csv has it."""
        texts = (self.payer, self.reference, self.description)
        return (self.id, client, self.bank, _iso(self.day), f"{self.cents / 100:.2f}", self.currency, *texts)


@dataclass(eq=False)
class Ledger:
    """A client's made-up books while they are being made."""

    name: str
    dice: Random
    payers: list[Payer]
    prices: tuple[int, ...]
    next_number: int
    documents: list[Document] = field(default_factory=list)
    lines: list[BankLine] = field(default_factory=list)
    daily_rate: dict[int, float] = field(default_factory=dict)
    twins: list[tuple[BankLine, BankLine]] = field(default_factory=list)


def _iso(day: int) -> str:
    return dt.date.fromordinal(day).isoformat()


def make_client(dice: Random, name: str) -> Ledger:
    """A client with about 170 customers and suppliers, some of them near namesakes; 30 % share 12 price points."""
    payers: list[Payer] = []
    for place in range(170):
        known_as = trading_name(dice)
        if payers and dice.random() < 0.06:  # a near namesake: another legal form or branch of the same house
            known_as = dice.choice(payers).name.split(" ")[0] + " " + known_as.split(" ", 1)[-1]
        typical = int(dice.lognormvariate(11.2, 1.0))
        foreign = dice.random() < 0.03
        payers.append(
            Payer(
                id=f"{name}-K{place:04d}",
                name=known_as,
                supplier=dice.random() < 0.2,
                prices=dice.random() < 0.30,
                typical_cents=typical,
                habit=dice.choices(("told", "other", "silent"), (1 - OTHER_NAME - NO_NAME, OTHER_NAME, NO_NAME))[0],
                other=person(dice).upper(),
                code=f"{dice.randrange(10**8, 10**9)}" if dice.random() < 0.9 else "",
                currency="USD" if foreign else "AUD",
            )
        )
    for payer in payers:
        if dice.random() < 0.3:  # paid by a sister company that is itself a customer
            payer.other = dice.choice(payers).name.upper()
    ledger = Ledger(name, dice, payers, PRICE_POINTS, next_number=dice.randrange(1000, 60000))
    rate = 1.5
    for day in range(FIRST_DAY - 120, FIRST_DAY + DAYS + 60):
        rate *= 1 + dice.gauss(0, 0.004)
        ledger.daily_rate[day] = rate
    return ledger
