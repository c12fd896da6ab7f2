"""Prepares the month's amortisation journals from the prepayments that the books show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from agents.findings import Figure, Finding, Prepared
from agents.journals.amortisation_draft import amortisation_draft
from agents.journals.amortised import Credit, Prepayment
from agents.journals.expense import Bearer, bearer_of
from agents.journals.survey import Survey, Tie, standing, survey, tolerance, total_of
from agents.journals.unclear import unexplained
from agents.ledger import Ledger
from agents.scope import Scope
from agents.wording import listed
from approvals.proposal import Draft
from books.money import Money
from books.period import spoken
from xero_tools.gateway import Gateway

CODE = "prepayments"


@dataclass(frozen=True, slots=True)
class Missing:
    """A month's share that no journal has posted; `bearer` is None when its expense account is not clear."""

    prepayment: Prepayment
    amount: Money
    bearer: Bearer | None


@dataclass(frozen=True, slots=True)
class Review:
    """What is missing and can be drafted, and everything else that a person must look at."""

    missing: tuple[Missing, ...]
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]


def prepayments(scope: Scope, gateway: Gateway) -> Prepared:
    """One `post_journal` draft for each prepayment whose share of the period no journal has posted.

    Only the period's own share is drafted; months before it that were missed are findings, because their books may be
    locked. What is ambiguous is a finding that asks a person. Raises Refusal when the books cannot be read.
    """
    ledger = Ledger(scope, gateway)
    found = survey(scope, ledger)
    result = review(scope, ledger, found)
    drafts = [each for missing in result.missing if (each := _draft(scope, ledger, found, missing))]
    return Prepared(
        client=scope.client.id,
        organisation=scope.organisation,
        period=scope.period.code,
        findings=result.findings,
        drafts=tuple(drafts),
        figures=result.figures,
    )


def _draft(scope: Scope, ledger: Ledger, found: Survey, missing: Missing) -> Draft | None:
    if missing.bearer is None:
        return None
    posted = found.placed.credits(missing.prepayment)
    return amortisation_draft(scope, ledger, missing.prepayment, missing.amount, missing.bearer, posted)


def review(scope: Scope, ledger: Ledger, found: Survey) -> Review:
    """Compares every schedule with what was posted up to the period."""
    missing: list[Missing] = []
    findings: list[Finding] = []
    for tie in found.ties:
        own = [each for each in found.prepayments if each.entry.account_code == tie.ledger_account.code]
        for prepayment in own:
            this_month = _missing(scope, ledger, found, prepayment, tie)
            if isinstance(this_month, Finding):
                findings.append(this_month)
            elif this_month:
                missing.append(this_month)
            findings += _missed_before(scope, ledger, found, prepayment, tie)
        findings += unexplained(scope, ledger, found, tie, CODE)
    findings += [_asks_for_account(scope, each) for each in missing if each.bearer is None]
    return Review(tuple(missing), tuple(findings), tuple(_figures(scope, found)))


def _missing(scope: Scope, ledger: Ledger, found: Survey, prepayment: Prepayment, tie: Tie) -> Missing | Finding | None:
    period, share = scope.period, prepayment.schedule.share(scope.period)
    currency = share.currency
    credited = found.placed.credits(prepayment)
    posted = Money.total((each.amount for each in credited if each.period == period), currency)
    behind = prepayment.schedule.expired(period) - total_of(credited, currency, until=period)
    if not share or abs(behind) <= tolerance(prepayment.schedule):
        return None
    if posted:
        return None if abs(posted - share) <= tolerance(prepayment.schedule) else _differs(scope, prepayment, posted)
    if behind < share:
        return None if behind.amount <= 0 else _differs(scope, prepayment, total_of(credited, currency, until=period))
    if drafted := [each for each in found.drafted.credits(prepayment) if each.period == period]:
        return _stands_in_draft(scope, prepayment, drafted[0])
    if loose := found.nowhere(prepayment.entry.account_code, period):
        return _cannot_tell(scope, prepayment, loose)
    if share > tie.balance:
        return _overdraws(scope, prepayment, tie)
    return Missing(prepayment, share, bearer_of(prepayment, found, ledger))


def _differs(scope: Scope, prepayment: Prepayment, posted: Money) -> Finding:
    due = prepayment.schedule.share(scope.period)
    words = f"{posted} is posted, the schedule over {prepayment.term} makes {due}. Correct the journal or the schedule."
    return _finding(prepayment, f"{prepayment.what}: amortisation differs from its schedule", words, posted - due)


def _stands_in_draft(scope: Scope, prepayment: Prepayment, drafted: Credit) -> Finding:
    words = f"{drafted.amount} stands in the draft journal “{drafted.entry.also}”. Post or delete that one."
    title = f"{prepayment.what}: {scope.period} is amortised in a draft journal"
    return _finding(prepayment, title, words, drafted.amount)


def _cannot_tell(scope: Scope, prepayment: Prepayment, loose: tuple[Credit, ...]) -> Finding:
    journals = listed(f"{each.amount} in “{each.entry.also}”" for each in loose)
    words = f"{journals} is on the same account and names no prepayment. Say in its narration what it amortises."
    title = f"{prepayment.what}: cannot tell whether {scope.period} is amortised"
    return _finding(prepayment, title, words, prepayment.schedule.share(scope.period))


def _overdraws(scope: Scope, prepayment: Prepayment, tie: Tie) -> Finding:
    share = prepayment.schedule.share(scope.period)
    words = (
        f"{share} is due by the schedule, but {tie.ledger_account.name} holds only {tie.balance}. Find what emptied it."
    )
    title = f"{prepayment.what}: the account does not hold its share of {scope.period}"
    return _finding(prepayment, title, words, share)


def _missed_before(scope: Scope, ledger: Ledger, found: Survey, prepayment: Prepayment, tie: Tie) -> Iterator[Finding]:
    """Months before the period that were never posted, as long as the account's balance bears that out.

    Debits without a clear term do not speak against it; credits that belong to nobody known do.
    """
    schedule, before = prepayment.schedule, scope.period.previous()
    unclear = (standing(each, found.placed) for each in found.unclear if each.account_code == tie.ledger_account.code)
    rest = tie.unexplained - Money.total(unclear, schedule.total.currency)
    if rest < -tolerance(schedule):
        return  # more has been taken out of the account than is known: the tie-out finding asks about it
    credited = found.placed.credits(prepayment)
    until = scope.period if prepayment.schedule.ends < scope.period else before
    behind = schedule.expired(before) - total_of(credited, schedule.total.currency, until=until)
    if until == before:  # what the period's own journals post beyond its share catches up
        now = total_of(credited, schedule.total.currency, until=scope.period)
        caught_up = now - total_of(credited, schedule.total.currency, until=before) - schedule.share(scope.period)
        behind -= max(caught_up, Money.zero(behind.currency))
    if behind <= tolerance(schedule):
        return
    posted = {each.period for each in credited}
    months = [each.period for each in schedule.shares if each.period <= before and each.period not in posted]
    when = listed(str(each) for each in months) or f"the months to {before}"
    words = (
        f"{behind} of the schedule over {prepayment.term} was never posted. "
        "Post it by hand in an open month, or ask a partner to unlock the month it belongs to."
    )
    yield _finding(prepayment, f"{prepayment.what}: amortisation of {when} is missing", words, behind)


def _asks_for_account(scope: Scope, missing: Missing) -> Finding:
    words = f"{missing.amount} is due for {scope.period}, but nothing in the books says which expense account bears it."
    title = f"{missing.prepayment.what}: which expense account?"
    return _finding(missing.prepayment, title, f"{words} Post this month's journal by hand once.", missing.amount)


def missing_finding(scope: Scope, found: Survey, missing: Missing) -> Finding:
    """What the close check says of a share that can be drafted; what remains is what the ledger will hold of it."""
    schedule = missing.prepayment.schedule
    left = schedule.total - found.amortised(missing.prepayment, scope.period) - missing.amount
    words = f"{missing.amount} is due by the schedule over {missing.prepayment.term}; {left} then remains."
    title = f"{missing.prepayment.what}: {scope.period} is not amortised"
    return _finding(missing.prepayment, title, words, missing.amount, prepares=CODE)


def _finding(prepayment: Prepayment, title: str, detail: str, amount: Money, prepares: str = "") -> Finding:
    entry = prepayment.entry
    return Finding(
        code=CODE,
        title=title,
        detail=detail,
        amount=amount,
        who="preparer",
        link=entry.link,
        source=entry.document,
        number=entry.number,
        date=entry.date,
        prepares=prepares,
    )


def _figures(scope: Scope, found: Survey) -> Iterator[Figure]:
    day = spoken(scope.period.end)
    for tie in found.ties:
        name = f"{tie.ledger_account.name} ({tie.ledger_account.code})"
        yield Figure(name=f"{name} at {day}", amount=tie.balance, source=f"Trial Balance at {day}")
        if tie.scheduled:
            yield Figure(name=f"{name} by the schedules", amount=tie.scheduled, source="Sum of unexpired shares")
            yield Figure(
                name=f"{name}, difference", amount=tie.balance - tie.scheduled, source="Balance less unexpired shares"
            )
