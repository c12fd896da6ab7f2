"""What holds for every kind that names documents or money: figures, dates, the lock, and what is read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from approvals.proposal import Draft, Proposal
from approvals.sources import Source
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount
from books.refusal import Refusal
from xero_tools import currencies
from xero_tools.gateway import Gateway

ONE = Decimal(1)


def broken(noun: str, what: str, code: str) -> Refusal:
    """The refusal of a draft that could never be posted."""
    return Refusal(f"This {noun} {what}.", next_step="Prepare it again.", code=code)


def exact(amount: Decimal, currency: str, noun: str) -> Decimal:
    """The amount in the currency's minor units; raises Refusal when that would lose a part of it."""
    if not amount.is_finite():
        raise broken(noun, f"has no amount: {amount}", "no_amount")
    rounded = Money.of(amount, currency).rounded().amount
    if rounded != amount:
        raise broken(noun, f"has an amount finer than {currency} is kept in: {amount}", "too_fine")
    return rounded


def summed(moved: Iterable[tuple[str, Decimal]], rate: Decimal = ONE) -> dict[str, Decimal]:
    """What moves on each account code, in the base currency to the cent; `rate` is Xero's CurrencyRate."""
    sums: dict[str, Decimal] = {}
    for code, amount in moved:
        sums[code] = sums.get(code, Decimal(0)) + amount / rate
    return {code: amount.quantize(Decimal("0.01")) for code, amount in sums.items()}


def positive(amount: Decimal, noun: str) -> None:
    """Raises Refusal for nothing or less."""
    if not amount.is_finite() or amount <= 0:
        raise broken(noun, "has an amount that is not more than nothing", "no_amount")


def in_base(amount: Money, rate: Decimal, base: str) -> Money:
    """The amount in the base currency; `rate` is Xero's CurrencyRate: units of `amount` for one of the base."""
    return Money(amount.amount / rate, base).rounded()


def amount_stands(draft: Draft, amount: Money, rate: Decimal, noun: str) -> None:
    """Raises Refusal unless the draft's amount, which the limits look at, is the payload's in the base currency."""
    if not rate.is_finite() or rate <= 0:
        raise broken(noun, f"has the currency rate {rate}", "wrong_rate")
    if amount.currency == draft.amount.currency and rate != ONE:
        raise broken(noun, f"is in the base currency and has the currency rate {rate}", "wrong_rate")
    if draft.amount != in_base(amount, rate, draft.amount.currency):
        raise broken(noun, f"says {draft.amount}, but it is for {amount} at {rate}", "wrong_amount")


def in_period(draft: Draft, day: dt.date, noun: str) -> None:
    """Raises Refusal unless the day lies in the draft's period."""
    period = Period.of(draft.period)
    if day not in period:
        raise broken(noun, f"is dated {spoken(day)}, which is not in {period}", "outside_period")


def after_lock(noun: str, day: dt.date, lock_date: dt.date | None) -> Refusal | None:
    """Why Xero's lock date forbids a change dated `day`, or None."""
    if lock_date is None or day > lock_date:
        return None
    return Refusal(
        f"Xero is locked up to {spoken(lock_date)}, and this {noun} is dated {spoken(day)}.",
        next_step="Ask a partner to move the lock date, or prepare it for an open day.",
        code="locked",
    )


def evidence_names(draft: Draft, entity: str, document_id: str, noun: str) -> None:
    """Raises Refusal unless the document is among the evidence, so that a change of it voids the approval."""
    for each in draft.evidence:
        if each.source in (document_id, f"{entity}/{document_id}"):
            return
    raise broken(noun, f"rests on a document that is not among its evidence ({entity}/{document_id})", "not_bound")


def read_now(bound: Sequence[Source], entity: str, document_id: str, noun: str) -> Source:
    """The document as it was just read; raises Refusal when it is not among what was."""
    for each in bound:
        if (each.entity, each.id) == (entity, document_id):
            return each
    raise broken(noun, f"rests on a document that Xero does not show ({entity}/{document_id})", "not_bound")


def agrees(source: Source, noun: str, expected: Mapping[str, str]) -> None:
    """Raises Refusal that names the first field of the document that is not what the draft says."""
    for name, said in expected.items():
        if (now := source.fields.get(name, "")) != said:
            words = f"says that {source.label} has the {name} “{said}”, and in Xero it is “{now}”"
            raise broken(noun, words, "source_changed")


def bank_account(chart: Sequence[LedgerAccount], account_id: str, code: str, noun: str) -> LedgerAccount:
    """The bank account as the chart has it; raises Refusal when it is none, archived, or has another code."""
    found = next((each for each in chart if each.id == account_id), None)
    if found is None or not found.is_bank:
        raise broken(noun, f"names {code} ({account_id}), which is no bank account in Xero", "unknown_account")
    if found.status != "ACTIVE":
        raise broken(noun, f"uses the bank account {found.name}, which is archived", "archived_account")
    if found.code != code:
        raise broken(noun, f"calls the bank account {code}, and in Xero it is {found.code}", "unknown_account")
    return found


def currency_fits(account: LedgerAccount, currency: str, base: str, noun: str) -> None:
    """Raises Refusal unless the bank account is kept in the document's currency or in the base currency."""
    own = account.currency or base
    if own not in (currency, base):
        raise Refusal(
            f"This {noun} is in {currency}, and {account.name} is kept in {own}: Xero does not pay across the two.",
            next_step=f"Use a bank account in {currency} or in {base}.",
            code="currency_of_account",
        )


def base_is(draft: Draft, gateway: Gateway, noun: str) -> None:
    """Raises Refusal unless the draft's amount, which the limits look at, is in the books' base currency."""
    base = currencies.base(draft.organisation, gateway)
    if draft.amount.currency != base:
        raise broken(noun, f"is measured in {draft.amount.currency}, and these books are kept in {base}", "wrong_base")


def fine_print(proposal: Proposal) -> tuple[tuple[str, str], ...]:
    """What stands small on every card: whose books, which month, and the mark."""
    return (
        ("Client", proposal.client),
        ("Period", f"{Period.of(proposal.period)} ({proposal.period})"),
        ("Mark in Xero", proposal.mark),
        ("Xero organisation", proposal.organisation),
    )


def said_amount(amount: Money, proposal: Proposal, rate: Decimal) -> tuple[tuple[str, str], ...]:
    """The amount for the card; one in a foreign currency also in the base currency, with its rate."""
    if amount.currency == proposal.amount.currency:
        return (("Amount", f"{amount} ({amount.currency})"),)
    return (
        ("Amount", f"{amount} ({amount.currency})"),
        ("In the base currency", f"{proposal.amount} ({proposal.amount.currency})"),
        ("Currency rate", f"{rate} {amount.currency} for one {proposal.amount.currency}"),
    )
