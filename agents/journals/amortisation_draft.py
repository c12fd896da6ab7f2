"""Writes one amortisation journal with its source, its schedule and what was posted before as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from agents.journals.amortised import Credit, Prepayment
from agents.journals.expense import Bearer
from agents.journals.schedule import Share
from agents.journals.survey import total_of
from agents.ledger import Ledger
from agents.scope import Scope
from approvals.kinds.post_journal import JournalLine, PostJournal
from approvals.proposal import Draft, Evidence
from books.money import Money
from books.period import Period, spoken


def amortisation_draft(
    scope: Scope, ledger: Ledger, prepayment: Prepayment, amount: Money, bearer: Bearer, posted: Sequence[Credit]
) -> Draft:
    """The period's share from the prepayment account to the expense account, dated the period's last day."""
    place = _place(prepayment, scope.period)
    return Draft(
        kind="post_journal",
        organisation=scope.organisation,
        client=scope.client.id,
        period=scope.period.code,
        payload=_journal(scope, ledger, prepayment, amount, bearer, place),
        because=f"{prepayment.what} covers {prepayment.term}; its share of {scope.period} ({place}) is {amount}; "
        "no journal had posted it when this was prepared.",
        amount=amount,
        key=f"prepayment:{prepayment.key}:{scope.period.code}",
        evidence=_evidence(scope, prepayment, bearer, posted),
    )


def _place(prepayment: Prepayment, period: Period) -> str:
    months = [each.period for each in prepayment.schedule.shares]
    return f"{months.index(period) + 1} of {len(months)}"


def _journal(
    scope: Scope, ledger: Ledger, prepayment: Prepayment, amount: Money, bearer: Bearer, place: str
) -> PostJournal:
    own = ledger.by_code(prepayment.entry.account_code)
    words = prepayment.entry.words or prepayment.what
    debit = JournalLine(
        account_code=bearer.ledger_account.code,
        account_name=bearer.ledger_account.name,
        description=words,
        amount=amount.amount,
        tracking=bearer.tracking,
    )
    credit = JournalLine(
        account_code=prepayment.entry.account_code,
        account_name=own.name if own else "",
        description=words,
        amount=-amount.amount,
    )
    return PostJournal(
        date=scope.period.end,
        narration=f"Prepayment amortisation {scope.period}: {prepayment.what}, {place}",
        currency=amount.currency,
        lines=(debit, credit),
    )


def _evidence(scope: Scope, prepayment: Prepayment, bearer: Bearer, posted: Sequence[Credit]) -> tuple[Evidence, ...]:
    entry, schedule = prepayment.entry, prepayment.schedule
    source = Evidence(
        label=entry.title,
        detail=f"{spoken(entry.date)}, {entry.amount} without tax: “{entry.words or entry.also}”",
        link=entry.link,
        source=entry.document,
        version=entry.version,
    )
    shares = _in_words(schedule.shares)
    before = total_of(posted, schedule.total.currency, until=scope.period)
    journals = ", ".join(f"{each.amount} on {spoken(each.entry.date)}" for each in _in_order(posted))
    after = schedule.total - before - schedule.share(scope.period)
    account = f"{bearer.ledger_account.name} ({bearer.ledger_account.code}), {bearer.why}"
    return (
        source,
        Evidence(label=f"Straight line {schedule.convention} over {prepayment.term}", detail=shares),
        Evidence(label="Amortised before", detail=f"{before}: {journals}" if journals else f"{before}"),
        Evidence(label="Remains after this journal", detail=str(after)),
        Evidence(label="Expense account", detail=account),
    )


def _in_words(shares: Sequence[Share]) -> str:
    """The schedule, whole: runs of equal shares with their first and last month."""
    runs = [list(run) for _, run in groupby(shares, key=lambda each: each.amount)]
    return "; ".join(
        f"{run[0].period} {run[0].amount}"
        if len(run) == 1
        else f"{len(run)} months of {run[0].amount} each, {run[0].period} – {run[-1].period}"
        for run in runs
    )


def _in_order(posted: Sequence[Credit]) -> list[Credit]:
    return sorted(posted, key=lambda each: (each.entry.date, each.entry.document))
