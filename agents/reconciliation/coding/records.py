"""What coding says of a bank line, and what a rule's test on the past found, as frozen records."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from agents.reconciliation.matching.records import CANDIDATES as CANDIDATES  # the tiers are matching's
from agents.reconciliation.matching.records import LIKELY as LIKELY
from agents.reconciliation.matching.records import NONE as NONE
from agents.reconciliation.matching.records import SURE as SURE
from books.money import Money
from books.records import Record

Tracking = tuple[tuple[str, str], ...]
"""Each a category and its option, by name, in the order in which Xero gave them."""


class CodedPart(Record, frozen=True, kw_only=True):
    """One line of a coding: where so much of the bank line goes, signed as the line, a part kept back the other way."""

    account_code: str
    account_name: str
    amount: Money
    tax_type: str = "NONE"
    tracking: Tracking = ()
    description: str = ""


class Choice(Record, frozen=True, kw_only=True):
    """An account to which lines like this one went, how often, and when last."""

    account_code: str
    account_name: str
    tax_type: str
    tracking: Tracking
    contact_id: str
    contact_name: str
    support: int
    last_on: dt.date | None


class CodingProposal(Record, frozen=True, kw_only=True):
    """How a line could be coded. Tiers sure and likely carry `parts`; candidates carry `choices`; none says why.

    `support` is how often the past coded so and `share` of how many (1 is all), from written rule or habit. Account,
    tax type and tracking are the first part's. `last_id` is the last bank transaction coded so, `rule` the written
    rule's id.
    """

    line_id: str
    tier: str
    because: str
    account_code: str = ""
    account_name: str = ""
    contact_id: str = ""
    contact_name: str = ""
    tax_type: str = ""
    tracking: Tracking = ()
    support: int = 0
    share: Decimal = Decimal(0)
    parts: tuple[CodedPart, ...] = ()
    choices: tuple[Choice, ...] = ()
    rule: str = ""
    last_id: str = ""
    last_on: dt.date | None = None


class Difference(Record, frozen=True, kw_only=True):
    """A line of the past that a rule would have coded otherwise than people did; `was` and `would` in words."""

    on: dt.date
    amount: Money
    payer: str
    reference: str
    was: str
    would: str
    source: str = ""


class PastTest(Record, frozen=True, kw_only=True):
    """What a rule would have done in the past: of `looked_at` lines it takes `would_have_coded`, `differently` of them
    otherwise than people did; `examples` are the newest of those."""

    rule: str
    looked_at: int
    would_have_coded: int
    differently: int
    examples: tuple[Difference, ...] = ()
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    last_id: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether it coded something, and all of it as people did."""
        return self.would_have_coded > 0 and self.differently == 0

    @property
    def share(self) -> Decimal:
        """Which part of what it takes it codes as people did; 0 when it takes nothing."""
        if not self.would_have_coded:
            return Decimal(0)
        return (Decimal(self.would_have_coded - self.differently) / self.would_have_coded).quantize(Decimal("0.001"))
