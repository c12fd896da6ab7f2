"""The banks of many clients in one look: whose tie out, how many of their lines are explained, and what is left."""

from __future__ import annotations

from collections.abc import Sequence

from agents.findings import BankReconciliation
from agents.wording import counted
from books.firm import Client
from books.period import Period
from books.refusal import Refusal
from bot.card import Card, Chart, Heading, Note, Part, Table, Text

MOST = 25
"""How many clients stand on the card, worst first; so many bars can still be read."""
NOT_EXPLAINED = ("candidates", "none")
Each = tuple[Client, BankReconciliation | Refusal]


def overview_card(period: Period, each: Sequence[Each]) -> Card:
    """The card; whoever could not be read is named with why."""
    read = sorted(((client, found) for client, found in each if isinstance(found, BankReconciliation)), key=_worst)
    away = [(client, why) for client, why in each if isinstance(why, Refusal)]
    good = sum(1 for _, found in read if _tie_out(found) == TIES_OUT)
    verdict = f"{period}: {good} of {counted(len(each), 'bank')} {'ties' if good == 1 else 'tie'} out"
    parts: list[Part] = [Heading(verdict, "good" if good == len(each) else "warning")]
    if shown := [(client, found) for client, found in read if found.tiers][:MOST]:
        parts.append(_chart(shown))
    if read:
        rows = tuple(_row(client, found) for client, found in read[:MOST])
        parts.append(Table(("Client", "Tie-out", "Lines left", "Exceptions"), rows, (2, 3)))
    if (more := len(read) - MOST) > 0:
        parts.append(Text(f"… and {counted(more, 'client')} more, of which less is left."))
    parts += [Text(f"{client.name} could not be read: {why}") for client, why in away[:MOST]]
    parts.append(Note("Left are lines with several candidates or none. “bank <client>” shows one client."))
    return Card(verdict, tuple(parts))


TIES_OUT = "ties out"


def _tie_out(found: BankReconciliation) -> str:
    known = [each for each in found.accounts if each.bank is not None]
    broken = [each for each in known if not each.is_explained]
    missing = len(found.accounts) - len(known)
    if not known:
        return "no statement yet"
    if broken:
        gap = broken[0].difference
        return f"{broken[0].code} {broken[0].name}: {gap} not explained" if gap else f"{broken[0].name} does not"
    return f"{counted(missing, 'account')} without a statement" if missing else TIES_OUT


def _chart(shown: Sequence[tuple[Client, BankReconciliation]]) -> Chart:
    """How many of each client's lines are reconciled, in the ledger, matched or coded, of a hundred."""
    counts = [(sum(found.tiers.values()), _left(found)) for _, found in shown]
    return Chart(
        "Lines of the bank that are explained",
        tuple(client.name for client, _ in shown),
        tuple(100.0 * (total - left) / total if total else 0.0 for total, left in counts),
        tuple(f"{total - left} of {total}" for total, left in counts),
    )


def _row(client: Client, found: BankReconciliation) -> tuple[str, str, str, str]:
    return (client.name, _tie_out(found), str(_left(found)), str(len(found.findings)))


def _left(found: BankReconciliation) -> int:
    return sum(found.tiers.get(tier, 0) for tier in NOT_EXPLAINED)


def _worst(each: tuple[Client, BankReconciliation]) -> tuple[int, int, int, str]:
    """What does not tie out first, then what has no statement, then by how much is left."""
    client, found = each
    order = {TIES_OUT: 2, "no statement yet": 1}.get(_tie_out(found), 0)
    return order, -_left(found), -len(found.findings), client.name
