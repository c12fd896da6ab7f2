"""By which right a member decides: their own, or one that somebody who is away gave them for a few days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from books.firm import Firm, Member
from books.firm_mistakes import DECIDING


@dataclass(frozen=True)
class Authority:
    """A role and the clients it reaches (None: all). A delegated one reaches only what both people may see."""

    member: str
    role: str
    clients: frozenset[str] | None
    on_behalf_of: str = ""

    @property
    def eyes(self) -> frozenset[str]:
        """Everybody whose eyes this counts as: a delegate and the giver are one pair."""
        return frozenset({self.member, self.on_behalf_of} - {""})

    def may_see(self, client_id: str) -> bool:
        """Whether it reaches this client."""
        return self.clients is None or client_id in self.clients


def authorities(firm: Firm, member: Member, now: dt.datetime) -> tuple[Authority, ...]:
    """The member's own right first, then what is delegated to them at this moment.

    Only the giver's own role passes on, never one that was delegated to the giver, and only to somebody who decides.
    """
    own = Authority(member.id, member.role, _clients(member))
    if member.role not in DECIDING:
        return (own,)
    today = now.astimezone(ZoneInfo(firm.timezone)).date()
    given = [each for each in firm.delegations if each.to == member.id and each.first <= today <= each.last]
    members = {each.id: each for each in firm.members}
    givers = [members[each.giver] for each in given if each.giver in members]
    return (own, *(_delegated(own, giver) for giver in givers if giver.role in DECIDING))


def _delegated(own: Authority, giver: Member) -> Authority:
    theirs = _clients(giver)
    shared = own.clients if theirs is None else theirs if own.clients is None else own.clients & theirs
    return Authority(own.member, giver.role, shared, giver.id)


def _clients(member: Member) -> frozenset[str] | None:
    return None if member.clients is None else frozenset(member.clients)
