"""The answer to “is this client ready to close?”: the verdict, the blockers in order, and who acts next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from agents.findings import CloseStatus, Finding
from books.period import Period, spoken
from bot import card
from bot.card import Button, Buttons, Card, Heading, Note, Part, Text

SHOWN = 12
NAMED = 3
NOBODY: Mapping[str, str] = {}
_PREPARES = {"prepayments": "Prepare amortisation journal", "lock_period": "Propose the lock"}


def close_status(status: CloseStatus, *, prepared: tuple[str, ...] = (), people: Mapping[str, str] = NOBODY) -> Card:
    """The card of a close run.

    `prepared` names the skills whose proposals already wait in the queue; `people` says who acts in each role.
    """
    verdict, tone = _verdict(status)
    parts: list[Part] = [Heading(verdict, tone), Text(_sentence(status, people))]
    parts += [_finding(number, each, people) for number, each in enumerate(status.blockers[:SHOWN], 1)]
    if more := len(status.blockers) - SHOWN:
        parts += [Text(f"… and {more} more. Clear these first, then check again.")] if more > 0 else []
    parts += [Text(f"Could not look: {check.question} {check.could_not}") for check in status.checks if check.could_not]
    parts += [Text(f"{each.title}. {each.detail}".strip(), subtle=True) for each in status.notices[:5]]
    parts.append(Buttons(_buttons(status, prepared)))
    parts.append(Note(_footnote(status)))
    return Card(f"{status.client_name}: {verdict}", tuple(parts))


def _verdict(status: CloseStatus) -> tuple[str, card.Tone]:
    period = Period.of(status.period)
    if status.is_ready:
        return f"{period} is ready to close", "good"
    if status.blockers:
        count = len(status.blockers)
        at_least = "at least " if any(check.could_not for check in status.checks) else ""
        return f"{period} is not ready: {at_least}{count} {'thing blocks' if count == 1 else 'things block'} it", "bad"
    return f"I cannot say whether {period} is ready", "warning"


def _sentence(status: CloseStatus, people: Mapping[str, str]) -> str:
    if status.is_ready:
        return f"{status.client_name}: nothing in Xero stands in the way. A partner can now lock the period."
    who = Counter(people.get(finding.who, finding.who) for finding in status.blockers if finding.who)
    acts = ", ".join(f"{name} ({count})" for name, count in who.most_common())
    return f"{status.client_name.rstrip('.')}. Who acts next: {acts}." if acts else f"{status.client_name.rstrip('.')}."


def _finding(number: int, finding: Finding, people: Mapping[str, str]) -> card.Finding:
    return card.Finding(
        title=f"{number}. {finding.title}",
        detail="\n".join([finding.detail, *_documents(finding)]),
        figure=str(finding.amount) if finding.amount is not None else "",
        who=people.get(finding.who, finding.who),
        link=finding.link,
        tone="neutral",
    )


def _documents(finding: Finding) -> list[str]:
    """The documents behind a finding, the first few by name; the rest are a click away in Xero."""
    named = [
        f"• {spoken(each.date) if each.date else 'undated'}: {each.label}, {each.amount}"
        for each in finding.documents[:NAMED]
    ]
    if more := len(finding.documents) - NAMED:
        named += [f"• and {more} more"] if more > 0 else []
    return named


def _buttons(status: CloseStatus, prepared: tuple[str, ...]) -> tuple[Button, ...]:
    subject = f"{status.client}|{status.period}"
    buttons = []
    for skill in dict.fromkeys(finding.prepares for finding in status.blockers + status.notices if finding.prepares):
        if skill in _PREPARES and skill not in prepared:
            buttons.append(Button(_PREPARES[skill], "prepare", f"{subject}|{skill}", style="primary"))
    if status.is_ready and "lock_period" not in prepared:
        buttons.append(Button(_PREPARES["lock_period"], "prepare", f"{subject}|lock_period", style="primary"))
    return (*buttons, Button("Check again", "recheck", subject))


def _footnote(status: CloseStatus) -> str:
    cut_off = spoken(Period.of(status.period).end)
    return (
        f"Read from Xero on {spoken(status.as_at)}, cut-off {cut_off}. Xero does not show bank statement lines to apps."
    )
