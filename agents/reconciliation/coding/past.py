"""What a written rule would have made of the past, which is bank lines as the ledger's entries show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from agents.reconciliation.coding.fits import apportioned, fits
from agents.reconciliation.coding.records import Difference, PastTest
from agents.reconciliation.coding.rules import Rule
from agents.reconciliation.matching.payers import plain
from books.money import Money, minor_units
from books.records import BankTransaction, Payment, Record, StatementLine

MOST_EXAMPLES = 5
DIRECT = ("SPEND", "RECEIVE")
"""Xero's types of money that no document and no credit explains."""


class PastLine(Record, frozen=True, kw_only=True):
    """A bank line of the past and what people made of it: an entry with its lines, or a payment (`paid`: of what)."""

    line: StatementLine
    bank_account_code: str
    entry: BankTransaction | None = None
    paid: str = ""


def past_lines(entries: Iterable[BankTransaction], payments: Iterable[Payment] = ()) -> tuple[PastLine, ...]:
    """The past as bank lines, oldest first, live entries only.

    Xero gives no statement lines, so an entry stands for its own: contact as payer, reference, the lines' descriptions.
    A reconciled entry has its line's amount by Xero's own matching. Transfers between own accounts are left out.
    """
    found = [_of_entry(each) for each in entries if each.kind.split("-")[-1] != "TRANSFER" and _is_live(each.status)]
    found += [_of_payment(each) for each in payments if _is_live(each.status)]
    return tuple(sorted(found, key=lambda each: (each.line.date, each.line.id)))


def _is_live(status: str) -> bool:
    return status not in ("DELETED", "VOIDED")


def _of_entry(entry: BankTransaction) -> PastLine:
    line = StatementLine(
        id=entry.id,
        date=entry.date,
        amount=entry.total if entry.is_receipt else -entry.total,
        payer=entry.contact.name if entry.contact else "",
        reference=entry.reference,
        description=" ".join(dict.fromkeys(each.description for each in entry.lines if each.description)),
    )
    return PastLine(line=line, bank_account_code=entry.bank_account_code, entry=entry)


def _of_payment(payment: Payment) -> PastLine:
    line = StatementLine(
        id=payment.id,
        date=payment.date,
        amount=payment.bank_amount if payment.is_receipt else -payment.bank_amount,
        payer=payment.contact.name if payment.contact else "",
        reference=payment.reference,
    )
    paid = payment.invoice_number or "a document"
    return PastLine(line=line, bank_account_code=payment.bank_account_code, paid=paid)


def try_on_the_past(rule: Rule, past: Sequence[PastLine], taxes: Mapping[str, str] | None = None) -> PastTest:
    """What the rule would have done to these lines, had it stood there; a rule that is off is tested as if it were on.

    `taxes` gives each account's own tax type, which a rule means that names none. Different is: a payment of a
    document, an over- or prepayment, other accounts, tax types or amounts (by more than one minor unit), a contact or
    tracking option that the rule names and the entry does not have.
    """
    armed = msgspec.structs.replace(rule, off=False)
    taken = [each for each in past if fits(armed, each.line, each.bank_account_code)]
    differences = [found for each in reversed(taken) if (found := _difference(armed, each, taxes or {})) is not None]
    entries = [each for each in taken if each.entry is not None]
    return PastTest(
        rule=rule.id,
        looked_at=len(past),
        would_have_coded=len(taken),
        differently=len(differences),
        examples=tuple(differences[:MOST_EXAMPLES]),
        first_on=taken[0].line.date if taken else None,
        last_on=taken[-1].line.date if taken else None,
        last_id=entries[-1].line.id if entries else "",
    )


def gross_lines(entry: BankTransaction) -> tuple[Money, ...]:
    """What each line takes of the total, tax included; Xero's lines include it or not, and the total tells which."""
    plain_sum = Money.total((each.amount for each in entry.lines), entry.total.currency)
    if plain_sum == entry.total:
        return tuple(each.amount for each in entry.lines)
    return tuple(each.amount + each.tax for each in entry.lines)


def _difference(rule: Rule, past: PastLine, taxes: Mapping[str, str]) -> Difference | None:
    amounts, entry = apportioned(rule.then.shares, past.line.amount), past.entry
    was = f"a payment of {past.paid}" if entry is None else _was(entry)
    if entry is not None and amounts is not None and not (against := _against(rule, amounts, entry, taxes)):
        return None
    if entry is not None and amounts is not None:
        was = f"{was} ({against})"
    return Difference(
        on=past.line.date,
        amount=past.line.amount,
        payer=past.line.payer,
        reference=past.line.reference,
        was=was,
        would=_would(rule, amounts),
        source="" if entry is None else entry.id,
    )


def _would(rule: Rule, amounts: Sequence[Money] | None) -> str:
    if amounts is None:
        return "nothing, because the split does not fit this amount"
    shares = rule.then.shares
    if len(shares) == 1:
        return f"{shares[0].account} {shares[0].tax}".strip()
    return ", ".join(f"{share.account} {share.tax} {amount}" for share, amount in zip(shares, amounts, strict=True))


def _was(entry: BankTransaction) -> str:
    if len(entry.lines) == 1:
        return f"{entry.lines[0].account_code} {entry.lines[0].tax_type}".strip()
    parts = zip(entry.lines, gross_lines(entry), strict=True)
    return ", ".join(f"{line.account_code} {line.tax_type} {gross}" for line, gross in parts)


def _against(rule: Rule, amounts: Sequence[Money], entry: BankTransaction, taxes: Mapping[str, str]) -> str:
    """In which way the entry is not what the rule makes; empty when it is the same."""
    if entry.kind not in DIRECT:
        return "an over- or prepayment"
    contact = entry.contact.name if entry.contact else "nobody"
    if rule.then.contact and plain(rule.then.contact) != plain(contact):
        return f"for {contact}"
    sign = 1 if entry.is_receipt else -1
    wanted: dict[tuple[str, str], Decimal] = {}
    for share, amount in zip(rule.then.shares, amounts, strict=True):
        key = (share.account, share.tax or taxes.get(share.account, ""))
        wanted[key] = wanted.get(key, Decimal(0)) + amount.amount * sign
    actual: dict[tuple[str, str], Decimal] = {}
    for line, gross in zip(entry.lines, gross_lines(entry), strict=True):
        said = (line.account_code, line.tax_type or "NONE")
        key = said if said in wanted else (line.account_code, "") if (line.account_code, "") in wanted else said
        actual[key] = actual.get(key, Decimal(0)) + gross.amount
    if {code for code, _ in wanted} != {code for code, _ in actual}:
        return "other accounts"
    if wanted.keys() != actual.keys():
        return "another tax type"
    unit = Decimal(1).scaleb(-minor_units(entry.total.currency))
    if any(abs(wanted[key] - actual[key]) > unit for key in wanted):
        return "other amounts"
    return _tracked_otherwise(rule, entry)


def _tracked_otherwise(rule: Rule, entry: BankTransaction) -> str:
    for share in rule.then.shares:
        own = [line for line in entry.lines if line.account_code == share.account]
        if not all(set(share.tracking.items()) <= set(line.tracking) for line in own):
            return "tracked otherwise"
    return ""
