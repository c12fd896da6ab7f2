"""The rules of who may decide, once more and shorter: what a person may is judged here without `approvals.policy`."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tests.simulation.records import Card
from tests.simulation.verdict import must

if TYPE_CHECKING:
    from tests.simulation.world import World

RANKS = {"approver": 1, "partner": 2}
A_DAY = dt.timedelta(hours=24)
SYDNEY = dt.timezone(dt.timedelta(hours=11))
"""Where the firm is, in November."""


def approved_by_enough(world: World, card: Card) -> None:
    """I1: by as many as it takes, each allowed, none of them its author, none twice."""
    rule = world.firm.approvals[card.kind]
    kept = msgspec.to_builtins(rule)
    valid = _delegations(world)
    roles = {each.id: each.role for each in world.firm.members}
    seen: set[str] = set()
    ranks = []
    for given in card.approvals:
        acts_as = given.on_behalf_of or given.member
        people = {given.member, acts_as}
        counts = (
            given.rule == kept
            and (not given.on_behalf_of or (given.on_behalf_of, given.member) in valid)
            and all(_decides(world, who, card) for who in people)
            and not people & (world.oracle.wrote[card.id] | seen)
        )
        if counts:
            seen |= people
            ranks.append(RANKS[roles[acts_as]])
    total = _sum_of_a_day(world, card)
    must(ranks, "I1 approved by nobody who may")
    must(total <= (rule.limit or 0) or max(ranks) == 2, "I1 above the limit without a partner")
    must(total <= (rule.four_eyes_above or 0) or len(ranks) >= 2, "I1 above the band with two eyes only")


def may_reject(world: World, card: Card) -> bool:
    """Whoever rejected it decides on this client, whatever the amount and whoever wrote it."""
    return _decides(world, card.decided_by, card)


def _decides(world: World, who: str, card: Card) -> bool:
    member = next((each for each in world.firm.members if each.id == who), None)
    return member is not None and member.role in RANKS and (member.clients is None or card.client in member.clients)


def _delegations(world: World) -> set[tuple[str, str]]:
    day = world.now.astimezone(SYDNEY).date()
    return {(each.giver, each.to) for each in world.firm.delegations if each.first <= day <= each.last}


def _sum_of_a_day(world: World, card: Card) -> Decimal:
    """The proposal's amount, or the largest sum of 24 hours on one of its ledger accounts."""
    assert card.decided_at is not None
    sums = dict(card.by_account)
    for each in world.oracle.records.cards().values():
        if each.organisation != card.organisation or each.id == card.id or each.decided_at is None:
            continue
        age = card.decided_at - each.decided_at
        came_first = age > dt.timedelta(0) or (not age and each.id < card.id)
        if came_first and age < A_DAY and each.status in ("approved", "unknown", "awaiting_person", "posted"):
            for code in sums.keys() & each.by_account.keys():
                sums[code] += each.by_account[code]
    return max((card.amount, *sums.values()))
