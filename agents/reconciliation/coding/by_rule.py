"""What a written rule makes of a line: sure when its test on the past has no difference, likely otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from agents.reconciliation.coding.fits import apportioned
from agents.reconciliation.coding.records import LIKELY, NONE, SURE, CodedPart, CodingProposal, PastTest
from agents.reconciliation.coding.rules import Rule
from books.money import Money
from books.period import spoken
from books.records import Contact, LedgerAccount, StatementLine

LEAST_SUPPORT = 3
"""Fewer codings than this are no habit, and fewer lines in a test prove no rule."""
_CONTROL = ("DEBTORS", "CREDITORS", "RETAINEDEARNINGS")


def takes_no_line(account: LedgerAccount | None, code: str) -> str:
    """Why money cannot be coded to an account, in words; empty when it can (the same that Xero and the kind refuse)."""
    if account is None:
        return f"Xero has no account {code}"
    if account.status != "ACTIVE":
        return f"the account {code} {account.name} is archived"
    if account.is_bank or account.system.upper() in _CONTROL:
        return f"{account.name} ({code}) is a bank or control account, which no such line may use"
    return ""


def by_rule(
    rule: Rule,
    line: StatementLine,
    contacts: Sequence[Contact],
    chart: Mapping[str, LedgerAccount],
    test: PastTest | None,
) -> CodingProposal:
    """The rule's coding of a line that it fits; `contacts` are those that the rule or the payer may mean."""
    named = f"The rule “{rule.name}” ({rule.id}) fits"
    amounts = apportioned(rule.then.shares, line.amount)
    for share in rule.then.shares:
        if why := takes_no_line(chart.get(share.account), share.account):
            return CodingProposal(line_id=line.id, tier=NONE, because=f"{named}, but {why}.", rule=rule.id)
    if amounts is None:
        because = f"{named}, but its split leaves nothing or less for a part of {line.amount}."
        return CodingProposal(line_id=line.id, tier=NONE, because=because, rule=rule.id)
    if len(contacts) != 1:
        whom = rule.then.contact or line.payer or "the payer"
        several = "is several contacts" if contacts else "is no contact"
        because = f"{named}, but “{whom}” {several} in Xero: name one in the rule."
        return CodingProposal(line_id=line.id, tier=NONE, because=because, rule=rule.id)
    parts = _parts(rule, amounts, chart)
    is_sure = test is not None and test.is_clean and test.would_have_coded >= LEAST_SUPPORT
    return CodingProposal(
        line_id=line.id,
        tier=SURE if is_sure else LIKELY,
        because=f"{named}; {_tested(test)}.",
        account_code=parts[0].account_code,
        account_name=parts[0].account_name,
        contact_id=contacts[0].id,
        contact_name=contacts[0].name,
        tax_type=parts[0].tax_type,
        tracking=parts[0].tracking,
        support=test.would_have_coded - test.differently if test else 0,
        share=test.share if test else Decimal(0),
        parts=parts,
        rule=rule.id,
        last_id=test.last_id if test else "",
        last_on=test.last_on if test else None,
    )


def _parts(rule: Rule, amounts: Sequence[Money], chart: Mapping[str, LedgerAccount]) -> tuple[CodedPart, ...]:
    return tuple(
        CodedPart(
            account_code=share.account,
            account_name=chart[share.account].name,
            amount=amount,
            tax_type=share.tax or chart[share.account].tax_type or "NONE",
            tracking=tuple(share.tracking.items()),
            description=share.description or rule.then.description or rule.name,
        )
        for share, amount in zip(rule.then.shares, amounts, strict=True)
    )


def _tested(test: PastTest | None) -> str:
    if test is None:
        return "it was not tested on the past"
    if not test.would_have_coded or test.last_on is None:
        return "nothing of the past fits it"
    if not test.differently:
        return f"it codes all {test.would_have_coded} lines of the past as people did, last on {spoken(test.last_on)}"
    return f"of {test.would_have_coded} lines of the past it codes {test.differently} otherwise than people did"
