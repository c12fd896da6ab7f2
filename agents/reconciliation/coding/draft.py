"""Turns a coding into the draft of Xero's own entry for the bank line: its amount, date and reference, tax per part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from agents.reconciliation.coding.records import LIKELY, SURE, CodedPart, CodingProposal
from approvals.ground_rules import ONE, in_base
from approvals.kinds.receive_or_spend_money import MoneyLine, ReceiveOrSpendMoney
from approvals.proposal import Draft, Evidence
from approvals.sources import BANK_TRANSACTION
from books.money import Money
from books.period import Period, spoken
from books.records import LedgerAccount, StatementLine
from books.refusal import Refusal

NO_TAX = "NONE"
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books a draft is for. `percents` are the organisation's tax rates by tax type (15 means 15 %), `rate` is
    Xero's CurrencyRate on the line's day (units of the bank account's currency for one of the base), 1 in the base."""

    organisation: str
    client: str
    base: str
    percents: Mapping[str, Decimal] = field(default_factory=dict)
    rate: Decimal = ONE


def coding_draft(proposal: CodingProposal, line: StatementLine, bank_account: LedgerAccount, books: Books) -> Draft:
    """The entry as a `receive_or_spend_money` draft; raises Refusal for choices, and for a tax type of unknown rate."""
    if proposal.tier not in (SURE, LIKELY) or not proposal.parts:
        raise Refusal(
            f"Nothing says surely enough where the line of {spoken(line.date)} belongs.",
            next_step="Choose an account, or write a rule for it (docs/coding.md).",
            code="not_coded",
        )
    currency = bank_account.currency or books.base
    if line.amount.currency != currency or (currency == books.base and books.rate != ONE):
        raise Refusal(
            f"The line is in {line.amount.currency}, and {bank_account.name} is kept in {currency}.",
            next_step="Look which bank account the statement belongs to.",
            code="wrong_currency",
        )
    sort = "RECEIVE" if line.amount.amount > 0 else "SPEND"
    total = abs(line.amount)
    payload = ReceiveOrSpendMoney(
        sort=sort,
        contact=proposal.contact_name,
        contact_id=proposal.contact_id,
        bank_account=bank_account.name,
        bank_account_code=bank_account.code,
        bank_account_id=bank_account.id,
        date=line.date,
        reference=line.reference or line.description or line.payer,
        currency=currency,
        total=total.amount,
        lines=tuple(_money_line(part, sort, books) for part in proposal.parts),
        line_amounts="NoTax" if all(part.tax_type == NO_TAX for part in proposal.parts) else "Inclusive",
        currency_rate=books.rate,
    )
    return Draft(
        kind="receive_or_spend_money",
        organisation=books.organisation,
        client=books.client,
        period=Period.containing(line.date).code,
        payload=payload,
        because=proposal.because,
        amount=in_base(total, books.rate, books.base),
        key=f"coding:{line.id}",
        evidence=_evidence(proposal, line),
    )


def tax_within(gross: Money, tax_type: str, percents: Mapping[str, Decimal]) -> Money:
    """The tax that an amount contains: gross x percent / (100 + percent), half up as Xero rounds a line.

    Raises Refusal for a tax type whose rate is not known.
    """
    if tax_type == NO_TAX:
        return Money.zero(gross.currency)
    percent = percents.get(tax_type)
    if percent is None:
        raise Refusal(
            f"Xero has no tax rate {tax_type}.",
            next_step="Correct the tax type in the rule, or choose another account.",
            code="unknown_tax_type",
        )
    return gross.times(percent / (_HUNDRED + percent)).rounded()


def _money_line(part: CodedPart, sort: str, books: Books) -> MoneyLine:
    gross = part.amount if sort == "RECEIVE" else -part.amount
    return MoneyLine(
        account_code=part.account_code,
        account_name=part.account_name,
        description=part.description,
        amount=gross.rounded().amount,
        tax=tax_within(gross, part.tax_type, books.percents).amount,
        tax_type=part.tax_type,
        tracking=part.tracking,
    )


def line_evidence(line: StatementLine) -> Evidence:
    """The bank's line, as words that a person finds again on the statement."""
    texts = ", ".join(text for text in (line.payer, line.reference, line.description) if text)
    where = f" ({line.position})" if line.position else ""
    return Evidence(label=f"Bank line of {spoken(line.date)}{where}", detail=f"{line.amount}: “{texts}”")


def _evidence(proposal: CodingProposal, line: StatementLine) -> tuple[Evidence, ...]:
    by = f"Rule {proposal.rule}" if proposal.rule else "What people did before"
    detail = proposal.because
    unsure = "It is likely, not certain" if proposal.tier == LIKELY else ""
    found = [line_evidence(line), Evidence(label=by, detail=detail, unsure=unsure)]
    if proposal.last_id and proposal.last_on:
        label = f"The last one coded so, of {spoken(proposal.last_on)}"
        source = f"{BANK_TRANSACTION}/{proposal.last_id}"
        found.append(Evidence(label=label, detail=f"{proposal.contact_name}, in Xero", source=source))
    return tuple(found)
