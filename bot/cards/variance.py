"""The budget-variance alert: which lines are off, by how much, and the documents that say why."""

from __future__ import annotations

from agents.findings import Variance, VarianceReport
from books.money import Money
from books.period import Period
from bot.card import Card, Chart, Finding, Heading, Note, Part, Table, Text

SHOWN = 5


def budget_variance(report: VarianceReport) -> Card:
    """The card of a variance report, worst line first."""
    period = Period.of(report.period)
    if report.missing:
        words = f"{report.client_name}: {report.missing}"
        return Card(words, (Heading(f"{period}: no budget to compare with", "neutral"), Text(words)))
    if not report.lines:
        words = f"{report.client_name}: nothing is off budget by more than the client's materiality."
        return Card(words, (Heading(f"{period} is within budget", "good"), Text(words)))
    worst = report.lines[0]
    headline = f"{period}: {worst.account_name} is {_off(worst)} budget"
    parts: list[Part] = [Heading(headline, "bad" if not worst.favourable else "good"), Text(_lead(report, worst))]
    parts.append(_table(report))
    if len(report.lines) > 1:
        parts.append(_chart(report))
    parts += [_reason(line) for line in report.lines[:SHOWN] if line.why or line.movers]
    parts.append(Note(f"▲ better, ▼ worse for the profit; whole amounts in the table, without tax. {_sources(report)}"))
    return Card(f"{report.client_name}, {headline}", tuple(parts))


def _sources(report: VarianceReport) -> str:
    return f"Actuals from Xero's profit and loss, budget “{report.budget_name}”."


def _off(line: Variance) -> str:
    side = "over" if line.difference.amount > 0 else "under"
    percent = f" ({abs(line.percent):.0f} %)" if line.percent is not None else ""
    return f"{abs(line.difference)}{percent} {side}"


def _lead(report: VarianceReport, worst: Variance) -> str:
    others = len(report.lines) - 1
    rest = f" {others} more {'line is' if others == 1 else 'lines are'} off by more than is material." if others else ""
    return f"{report.client_name.rstrip('.')}. {worst.why}{rest}"


def _table(report: VarianceReport) -> Table:
    rows = tuple(
        (
            f"{'▲' if line.favourable else '▼'} {line.account_name}",
            line.actual.whole(),
            line.budget.whole(),
            f"{'+' if line.difference.amount > 0 else ''}{line.difference.whole()}{_percent(line)}",
        )
        for line in report.lines
    )
    return Table(("Account", "Actual", "Budget", "Variance"), rows, (1, 2, 3))


def _percent(line: Variance) -> str:
    return "" if line.percent is None else f" ({line.percent:+.0f}\u00a0%)".replace("-", "−")


def _signed(amount: Money) -> str:
    return ("+" if amount.amount > 0 else "") + str(amount)


def _chart(report: VarianceReport) -> Chart:
    lines = report.lines[:SHOWN]
    return Chart(
        "Variance by account",
        tuple(line.account_name for line in lines),
        tuple(float(line.difference.amount) for line in lines),
        tuple(str(line.difference) for line in lines),
    )


def _reason(line: Variance) -> Finding:
    movers = "\n".join(f"{mover.label}: {_signed(mover.amount)}" for mover in line.movers[:4])
    return Finding(
        title=f"Why {line.account_name} moved",
        detail=movers or line.why,
        figure=_signed(line.difference),
        link=line.link,
        link_text="See the transactions in Xero",
        tone="good" if line.favourable else "bad",
    )
