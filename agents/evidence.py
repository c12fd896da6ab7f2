"""What a model is told of a result: our own words and figures, and texts from the books that are marked as such."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agents.findings import BankReconciliation, CloseStatus, Finding, Prepared, VarianceReport
from agents.skills import Result
from agents.wording import shortened
from books.money import Money
from books.period import Period, spoken

MOST_FINDINGS = 20
LONGEST_TEXT = 160
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)


def harmless(text: str, *, most: int = LONGEST_TEXT) -> str:
    """Text from the books on one line, without invisible characters, brackets, mentions or links, cut to `most`."""
    plain = unicodedata.normalize("NFKC", text)
    visible = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in plain)
    return shortened(re.sub(r"[<>\[\]{}⟦⟧`|@#*]", " ", _LINK.sub("(link)", visible)), most)


@dataclass
class Evidence:
    """A result as a model may see it, with the amounts, other numbers, names and dates that a sentence may repeat."""

    opening: str
    closing: str
    lines: list[str] = field(default_factory=list)
    amounts: set[str] = field(default_factory=set)
    numbers: set[Decimal] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @property
    def told(self) -> str:
        """The text that the model gets."""
        return "\n".join(self.lines)

    def quoted(self, text: str) -> str:
        """Text from the books between the marks; it is also a name that may be repeated."""
        clean = harmless(text)
        if clean:
            self.names.add(clean)
        return f"{self.opening}{clean}{self.closing}"

    def figure(self, amount: Money) -> str:
        """An amount in words; its size may be repeated without the sign."""
        self.amounts.add(str(abs(amount)))
        return str(amount)

    def number(self, count: int | Decimal) -> str:
        """A count or a percentage."""
        self.numbers.add(abs(Decimal(count)))
        return str(count)

    def day(self, day: date) -> str:
        """A date as it may be repeated."""
        self.names.add(spoken(day))
        return spoken(day)


def evidence_of(result: Result, *, opening: str, closing: str) -> Evidence:
    """What to tell of a result; `opening` and `closing` are marks that nobody else can know."""
    evidence = Evidence(opening, closing)
    period = Period.of(result.period)
    evidence.names |= {str(period), period.code, str(period).split()[0]}
    match result:
        case CloseStatus():
            _tell_status(evidence, result)
        case VarianceReport():
            _tell_variance(evidence, result)
        case Prepared():
            _tell_prepared(evidence, result)
        case BankReconciliation():
            _tell_reconciliation(evidence, result)
    return evidence


def _tell_status(evidence: Evidence, status: CloseStatus) -> None:
    period = Period.of(status.period)
    could_not = sum(1 for check in status.checks if check.could_not)
    verdict = "ready to close" if status.is_ready else "NOT ready to close"
    if not status.is_ready and not status.blockers:
        verdict = "cannot be judged"
    evidence.lines.append(f"{evidence.quoted(status.client_name)}, {period}: {verdict}.")
    evidence.lines.append(
        f"{evidence.number(len(status.blockers))} block, {evidence.number(len(status.notices))} are notices, "
        f"{evidence.number(could_not)} questions could not be answered. As at {evidence.day(status.as_at)}, "
        f"cut-off {evidence.day(period.end)}."
    )
    who = Counter(each.who for each in status.blockers if each.who)
    evidence.lines.append("Who acts next: " + ", ".join(f"{each} {evidence.number(who[each])}" for each in who))
    _tell_findings(evidence, (*status.blockers, *status.notices))


def _tell_findings(evidence: Evidence, findings: Iterable[Finding]) -> None:
    for each in list(findings)[:MOST_FINDINGS]:
        amount = f", {evidence.figure(each.amount)}" if each.amount is not None else ""
        dated = f", dated {evidence.day(each.date)}" if each.date else ""
        rests = f", {evidence.number(len(each.documents))} documents" if each.documents else ""
        verb = "blocks" if each.blocks else "notice"
        if each.number:
            evidence.names.add(harmless(each.number))
        evidence.lines.append(f"- {each.code}, {verb}, {each.who}{amount}{dated}{rests}: {evidence.quoted(each.title)}")


def _tell_variance(evidence: Evidence, report: VarianceReport) -> None:
    client, period = evidence.quoted(report.client_name), Period.of(report.period)
    if report.missing:
        evidence.lines.append(f"{client}, {period}: {report.missing}")
        return
    evidence.lines.append(f"{client}, {period}: {evidence.number(len(report.lines))} lines beyond materiality.")
    for line in report.lines[:MOST_FINDINGS]:
        percent = f", {evidence.number(line.percent)} %" if line.percent is not None else ""
        effect = "better" if line.favourable else "worse"
        evidence.lines.append(
            f"- {evidence.quoted(line.account_name)}: actual {evidence.figure(line.actual)}, "
            f"budget {evidence.figure(line.budget)}, difference {evidence.figure(line.difference)}{percent}, "
            f"{effect} for the profit"
        )
        for mover in line.movers:
            evidence.lines.append(f"  - {evidence.quoted(mover.label)}: {evidence.figure(mover.amount)}")


def _tell_reconciliation(evidence: Evidence, found: BankReconciliation) -> None:
    client, period = evidence.quoted(found.client_name), Period.of(found.period)
    count = evidence.number(len(found.findings))
    evidence.lines.append(f"{client}, {period}: {evidence.number(len(found.accounts))} accounts, {count} exceptions.")
    for each in found.accounts:
        if each.bank is None or each.ledger is None or each.difference is None:
            evidence.lines.append(f"- {evidence.quoted(each.name)}: cannot be tied out")
            continue
        evidence.lines.append(
            f"- {evidence.quoted(each.name)}: bank {evidence.figure(each.bank)}, "
            f"ledger {evidence.figure(each.ledger)}, "
            f"unexplained {evidence.figure(each.difference)}"
        )
    evidence.lines += [f"- {tier}: {evidence.number(number)} lines" for tier, number in found.tiers.items()]
    _tell_findings(evidence, found.findings)


def _tell_prepared(evidence: Evidence, prepared: Prepared) -> None:
    count = evidence.number(len(prepared.drafts))
    evidence.lines.append(f"{Period.of(prepared.period)}: {count} proposals prepared; people decide on them.")
    for each in prepared.drafts:
        evidence.lines.append(f"- {each.kind}, {evidence.figure(each.amount)}: {evidence.quoted(each.because)}")
    _tell_findings(evidence, prepared.findings)
