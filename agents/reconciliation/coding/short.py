"""Why a payment is less than the document it pays, from its words, what was kept back before, and the figures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from agents.reconciliation.matching.payers import plain
from books.documents import Credit
from books.money import Money, minor_units
from books.period import spoken
from books.records import Invoice, Record, StatementLine

DISPUTE, PART, CURRENCY, ROUNDING = "dispute", "part_payment", "currency", "rounding"
DISCOUNT, WITHHELD, FEE, UNCLEAR = "early_discount", "withheld_tax", "fee", "unclear"
REASONS = (DISPUTE, PART, CURRENCY, ROUNDING, DISCOUNT, WITHHELD, FEE, UNCLEAR)
MOST_ROUNDING_UNITS = 5
"""Cash is rounded to five cents in Australia; more is no rounding."""
DISCOUNTS = tuple(map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5")))
"""Percentages that payment terms usually give for paying early."""
WITHHOLDINGS = tuple(map(Decimal, ("5", "10", "15", "20", "30", "47")))
"""Rates at which payers withhold tax: 5 to 15 under treaties, 20 and 30 in the United Kingdom's construction scheme, 30
in the United States, 47 in Australia where no ABN was quoted. India's 1 and 2 look like discounts: they need words."""
DISCOUNT_DAYS = 30
MOST_FEE_SHARE = Decimal("0.05")
MOST_FEE = Decimal(50)
"""In the base currency."""
HUNDRED = Decimal(100)
_MOST = {DISCOUNT: Decimal(10), FEE: MOST_FEE_SHARE * HUNDRED, WITHHELD: Decimal(50)}
"""Percent of the document beyond which even the payer's own word is no more than a hint."""
LEAST_BEFORE = 2
"""So many times before say that a payer keeps this back."""
_WORDS = (
    (DISPUTE, re.compile(r"\b(DISPUTED?|DAMAGED?|RETURN(S|ED)?|SHORT (DELIVERED|DELIVERY)|CLAIM(S|ED)?|QUERY|FAULTY|"
                         r"OVERCHARGED?|NOT (DELIVERED|RECEIVED)|DEBIT NOTE|WITHHELD PENDING)\b")),
    (WITHHELD, re.compile(r"\b(WHT|WITHHOLDING|TAX WITHHELD|TDS|CIS|LESS TAX|QUELLENSTEUER)\b")),
    (DISCOUNT, re.compile(r"\b(DISCOUNT|DISC|SKONTO|EARLY (PAYMENT|SETTLEMENT)|PROMPT PAYMENT|ESCOMPTE)\b")),
    (FEE, re.compile(r"\b(FEES?|CHARGES?|SURCHARGE|COMMISSION|MERCHANT|OUR CHARGES|SHA)\b")),
    (PART, re.compile(r"\b(PART (PAYMENT|PMT|PAID)|PARTIAL|INSTALL?MENT|ON ACCOUNT|HALF|\d OF \d|"
                      r"REST FOLLOWS|DEPOSIT (FOR|ON|OF))\b")),
)  # fmt: skip
"""Words of a payer and the reason they give; a dispute outweighs the others."""


class Terms(Record, frozen=True, kw_only=True):
    """What the client grants for paying early: so many percent of the total within so many days of the document."""

    percent: Decimal
    within_days: int


class KeptBack(Record, frozen=True, kw_only=True):
    """What was kept back of an earlier document and how it was settled: reason, account, percent of the total."""

    contact_id: str
    reason: str
    account_code: str
    tax_type: str
    percent: Decimal
    amount: Money
    on: dt.date


class Reason(Record, frozen=True, kw_only=True):
    """Why a payment is short; `is_known` when words or earlier payments say so, and not the figures alone."""

    reason: str
    because: str
    is_known: bool
    percent: Decimal | None = None
    account_code: str = ""
    tax_type: str = ""
    others: tuple[str, ...] = ()


def kept_back_before(
    credits: Iterable[Credit], documents: Iterable[Invoice], reasons: dict[str, str] | None = None
) -> tuple[KeptBack, ...]:
    """What credit notes took off documents before, oldest first; `reasons` says which account is what (code -> reason).

    A credit note for a whole document is a cancellation and nothing kept back.
    """
    by_id = {each.id: each for each in documents}
    found = [
        KeptBack(
            contact_id=credit.contact.id,
            reason=(reasons or {}).get(credit.lines[0].account_code, DISCOUNT),
            account_code=credit.lines[0].account_code,
            tax_type=credit.lines[0].tax_type,
            percent=_percent(allocation.amount, document.total),
            amount=allocation.amount,
            on=allocation.date or credit.date,
        )
        for credit in credits
        if credit.lines
        for allocation in credit.allocations
        if (document := by_id.get(allocation.invoice_id)) is not None and allocation.amount < document.total
    ]
    return tuple(sorted(found, key=lambda each: each.on))


def _percent(part: Money, whole: Money) -> Decimal:
    return (part.amount * 100 / whole.amount).quantize(Decimal("0.01")) if whole else Decimal(0)


def reason_for(
    line: StatementLine, document: Invoice, history: Sequence[KeptBack] = (), *, terms: Terms | None = None
) -> Reason:
    """Why `line`, in the document's currency, is less than what is due on it.

    First its words speak, then what this payer kept back before, then the figures, where they fit one reason alone.
    """
    gap = document.due - abs(line.amount)
    text = plain(f"{line.reference} {line.description}")
    for reason, pattern in _WORDS:
        if said := pattern.search(text):
            known = _of_before(reason, document, history)
            return Reason(
                reason=reason,
                because=f"The payer writes “{said[0]}”, and {gap} is missing.",
                is_known=_percent(gap, document.total) <= _MOST.get(reason, HUNDRED),
                percent=_percent(gap, document.total),
                account_code=known.account_code if known else "",
                tax_type=known.tax_type if known else "",
            )
    unit = Decimal(1).scaleb(-minor_units(gap.currency))
    if gap.amount <= MOST_ROUNDING_UNITS * unit:
        return Reason(reason=ROUNDING, because=f"Only {gap} is missing: a rounding.", is_known=True)
    return _as_before(gap, document, history) or _by_figures(gap, line, document, terms)


def _of_before(reason: str, document: Invoice, history: Sequence[KeptBack]) -> KeptBack | None:
    own = [each for each in history if each.contact_id == document.contact.id and each.reason == reason]
    return own[-1] if own else None


def _as_before(gap: Money, document: Invoice, history: Sequence[KeptBack]) -> Reason | None:
    """The same percentage, or the same amount, as this payer kept back at least twice before."""
    own = [each for each in history if each.contact_id == document.contact.id and each.amount.currency == gap.currency]
    percent = _percent(gap, document.total)
    near = Decimal("0.02")
    like = [each for each in own if each.amount == gap or abs(each.percent - percent) <= near]
    if len(like) < LEAST_BEFORE or len({(each.reason, each.account_code) for each in like}) > 1:
        return None
    last = like[-1]
    return Reason(
        reason=last.reason,
        because=f"{document.contact.name} kept back {percent} % {len(like)} times before, last on {spoken(last.on)}.",
        is_known=True,
        percent=percent,
        account_code=last.account_code,
        tax_type=last.tax_type,
    )


def _by_figures(gap: Money, line: StatementLine, document: Invoice, terms: Terms | None) -> Reason:
    found: list[tuple[str, Decimal | None, str]] = []
    days = (line.date - document.date).days
    if terms is not None and days <= terms.within_days and _is_share(gap, document.total, terms.percent):
        granted = f"the {terms.percent} % that the terms grant within {terms.within_days} days"
        because = f"{gap} is {granted} (paid after {days})."
        return Reason(reason=DISCOUNT, because=because, is_known=True, percent=terms.percent)
    for percent in DISCOUNTS if terms is None and days <= DISCOUNT_DAYS else ():
        if _is_share(gap, document.total, percent):
            found.append((DISCOUNT, percent, f"{gap} is {percent} % of {document.total}, paid after {days} days"))
    for percent in WITHHOLDINGS:
        for base in dict.fromkeys((document.net, document.total)):
            if _is_share(gap, base, percent):
                found.append((WITHHELD, percent, f"{gap} is {percent} % of {base}, a rate at which tax is withheld"))
    is_small = gap.amount <= MOST_FEE * document.currency_rate and gap.amount <= document.total.amount * MOST_FEE_SHARE
    if is_small and not found and not document.is_bill:  # an exact percentage is no accident
        found.append((FEE, None, f"{gap} is as little as a bank or a card takes"))
    reasons = tuple(dict.fromkeys(reason for reason, _, _ in found))
    if len(reasons) == 1:
        reason, share, because = found[0]
        because = f"{because}; nothing but the figures says so."
        return Reason(reason=reason, because=because, is_known=False, percent=share)
    if reasons:
        because = "; or ".join(dict.fromkeys(words for _, _, words in found))
        return Reason(reason=UNCLEAR, because=f"{because}.", is_known=False, others=reasons)
    because = f"{gap} of {document.due} is missing, and no fee, discount or tax explains it"
    return Reason(reason=PART, because=f"{because}: it looks like a part payment.", is_known=False)


def _is_share(gap: Money, base: Money, percent: Decimal) -> bool:
    """Whether the gap is that percentage to the minor unit."""
    unit = Decimal(1).scaleb(-minor_units(gap.currency))
    return abs((base.times(percent / 100)).rounded().amount - gap.amount) < unit
