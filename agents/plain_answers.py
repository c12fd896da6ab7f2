"""One or two plain sentences for each result; every figure in them is the result's own."""

from __future__ import annotations

from agents.findings import BankReconciliation, CloseStatus, Prepared, VarianceReport
from agents.skills import Result
from agents.wording import counted, listed
from approvals.kinds import kind_of
from books.period import Period


def plain_answer(result: Result) -> str:
    """What a colleague would say first."""
    match result:
        case CloseStatus():
            return _of_status(result)
        case VarianceReport():
            return _of_variance(result)
        case Prepared():
            return _of_prepared(result)
        case BankReconciliation():
            return _of_reconciliation(result)


def _of_status(status: CloseStatus) -> str:
    period, name = Period.of(status.period), status.client_name
    could_not = [check for check in status.checks if check.could_not]
    if status.is_ready:
        notice = f" {status.notices[0].title}." if status.notices else ""
        return f"{name} is ready to close {period}: nothing blocks it.{notice}"
    if not status.blockers:
        questions = counted(len(could_not), "question")
        return f"I cannot say whether {name} is ready to close {period}: {questions} could not be answered."
    count = len(status.blockers)
    titles = listed((each.title for each in status.blockers), most=3)
    unknown = f" {counted(len(could_not), 'question')} could not be answered." if could_not else ""
    verb = "blocks" if count == 1 else "block"
    return f"{name} is not ready to close {period}: {counted(count, 'thing')} {verb} it. {titles}.{unknown}"


def _of_variance(report: VarianceReport) -> str:
    period, name = Period.of(report.period), report.client_name
    if report.missing:
        return f"{name}: {report.missing}"
    if not report.lines:
        return f"{name} is within budget in {period}: nothing is off by more than is material."
    worst = report.lines[0]
    side = "over" if worst.difference.amount > 0 else "under"
    percent = f" ({abs(worst.percent)} %)" if worst.percent is not None else ""
    return (
        f"{name}, {period}: {worst.account_name} is {abs(worst.difference)}{percent} {side} budget. {worst.why} "
        f"{counted(len(report.lines), 'line is', 'lines are')} off by more than is material."
    )


def _of_reconciliation(found: BankReconciliation) -> str:
    period, name = Period.of(found.period), found.client_name
    known = [each for each in found.accounts if each.bank is not None]
    if not known:
        return f"{name}: no bank statement was given for {period}. Drop the bank's files here."
    broken = [each for each in known if not each.is_explained]
    verdict = "ties out" if not broken else f"does not tie out ({broken[0].name})"
    count = len(found.findings)
    rest = f"{counted(count, 'exception')} left" if count else "nothing is left"
    proposed = f" {counted(len(found.drafts), 'entry can', 'entries can')} be proposed." if found.drafts else ""
    return f"{name}, {period}: the bank {verdict}; {rest}.{proposed}"


def _of_prepared(prepared: Prepared) -> str:
    period = Period.of(prepared.period)
    if prepared.drafts:
        nouns = [kind_of(each.kind).noun for each in prepared.drafts]
        amounts = listed(str(each.amount) for each in prepared.drafts if each.amount)
        over = f" of {amounts}" if amounts else ""
        said = f"I prepared {counted(len(nouns), nouns[0])}{over} for {period}."
    else:
        said = f"There is nothing to propose for {period}."
    return " ".join([said, *(f"{each.title}." for each in prepared.findings[:3])])
