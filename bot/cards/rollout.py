"""How far automation went: for each client, kind and tier its phase and its record, and the card that says it fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from approvals.automation import AUTOMATE, NEVER_BY_RULE, Standing
from approvals.breaker import Fall, percent
from approvals.kinds import kind_of
from books.period import spoken
from bot.card import Card, Heading, Note, Part, Table, Text


def fallen_card(fall: Fall, client: str) -> Card:
    """Automation was taken away: why, what that means now, and who gives it back."""
    noun = kind_of(fall.kind).noun
    words = f"{client.rstrip('.')}: a {noun} no longer posts by itself"
    parts: tuple[Part, ...] = (
        Heading(words, "warning"),
        Text(f"Why: {fall.why}.", strong=True),
        Text("People decide on every one of them again, as before. Nothing that was posted is changed."),
        Note(f"A partner who has looked at it re-arms it: /close arm {client}: {fall.kind}: what you found."),
    )
    return Card(f"{words}: {fall.why}.", parts)


def rollout_card(standings: Sequence[Standing], clients: Mapping[str, str]) -> Card:
    """How automation stands; `clients` names by client id."""
    if not standings:
        words = "Nothing posts without a person"
        return Card(words, (Heading(words, "good"), Text("firm.yml lets no kind earn automation.")))
    on = sum(not each.why_not for each in standings)
    words = f"{on} of {len(standings)} may post by themselves now"
    rows = tuple(_row(each, clients) for each in standings)
    parts: list[Part] = [
        Heading(words),
        Table(("Client", "Kind", "Now", "Taken as they stood"), rows),
    ]
    for each in _fallen(standings):
        assert each.fell_at is not None
        taken = f"taken away on {spoken(each.fell_at.date())}"
        parts.append(
            Text(f"{clients.get(each.client, each.client)}, {kind_of(each.kind).noun}: {taken}. {each.why_not}")
        )
    parts.append(Note("At least: the lower end of Wilson's interval, 95 %, over the last decisions of people."))
    return Card(words, tuple(parts))


def _fallen(standings: Sequence[Standing]) -> Sequence[Standing]:
    """What was taken away, once for each client and kind: the breaker knows no tiers."""
    found: dict[tuple[str, str], Standing] = {}
    for each in standings:
        if each.fell_at is not None and each.phase == AUTOMATE and each.tier not in NEVER_BY_RULE:
            found.setdefault((each.client, each.kind), each)
    return tuple(found.values())


def _named(standing: Standing) -> str:
    """`payment`, or with the tier that the bank's proposals have: `payment (sure)`."""
    noun = kind_of(standing.kind).noun
    return f"{noun} ({standing.tier})" if standing.tier else noun


def _row(standing: Standing, clients: Mapping[str, str]) -> tuple[str, ...]:
    """Four columns, so that a narrow window cuts nothing off: what happens now comes before why."""
    record, bar = standing.record, standing.bar
    wants = f", wants {percent(bar.precision)} of {bar.decisions}" if bar else ""
    return (
        clients.get(standing.client, standing.client),
        _named(standing),
        f"{'a person decides' if standing.why_not else 'posts by itself'} ({standing.phase})",
        f"{record.right} of {record.decided}: at least {percent(record.lower_bound)}{wants}",
    )
