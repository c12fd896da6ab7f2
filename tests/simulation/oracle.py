"""What must hold after every step, judged without the policy under test: by its own few lines, from the records."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from approvals import audit, stop
from approvals.proposal import (
    APPROVED,
    EXPIRED,
    FAILED,
    POSTED,
    REJECTED,
    UNDER_WAY,
    WITHDRAWN,
    Proposal,
    content_of,
    digest_of,
)
from approvals.queue import Decision

if TYPE_CHECKING:
    from tests.simulation.world import World

NEVER = (REJECTED, WITHDRAWN, EXPIRED, FAILED)
RANKS = {"approver": 1, "partner": 2}


class Broken(BaseException):
    """An invariant does not hold; no handler of the code under test may catch this."""


def must(holds: object, what: str) -> None:
    """Raises Broken with the invariant's name when it does not hold."""
    if not holds:
        raise Broken(what)


class Oracle:
    """Looks at the world; nothing here calls `approvals.policy`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.writes = 0
        self._steps = 0

    def sent(self, organisation: str, body: bytes) -> None:
        """I1, I5, I7, I8: asked of every request as it leaves."""
        content = json.loads(body)
        must(not any(self._stands_for(each, organisation) for each in stop.standing(self.world.store)),
             "I7 no send while a stop stands")  # fmt: skip
        if "ManualJournals" not in content:
            return
        self.writes += 1
        [journal] = content["ManualJournals"]
        mark = journal["Narration"].rsplit("[", 1)[1].rstrip("]")
        [proposal] = [each for each in self._all() if each.mark == mark]
        must(proposal.organisation == organisation, "I5 written to another organisation's books")
        must(proposal.status == APPROVED, f"I8 sent while {proposal.status}")
        must(self.world.now < proposal.expires_at + dt.timedelta(seconds=30), "I7 sent after its time ran out")
        must(digest_of(content_of(proposal)) == proposal.digest, "I1 other content than was approved")
        lines = [(line["AccountCode"], Decimal(str(line["LineAmount"]))) for line in journal["JournalLines"]]
        shown = [(line["account_code"], Decimal(line["amount"])) for line in proposal.payload["lines"]]
        must(lines == shown, "I1 other lines than were approved")
        self._approved_by_enough(proposal)
        self._built_on_what_stands(proposal)

    def decided(self, before: Proposal, decision: Decision, who: str, verdict: str, digest: str) -> None:
        """A click that changed something was on the current content, by somebody allowed."""
        if not decision.changed or verdict != "approve":
            return
        must(digest == before.digest, "I1 approved by a card that shows other content")
        if decision.proposal.status == APPROVED:
            self._approved_by_enough(decision.proposal)

    def after_each_step(self) -> None:
        """I2, I5, I8 each time; the whole chain at intervals, because it grows."""
        proposals = {each.mark: each for each in self._all()}
        for name, books in self.world.xero.books.items():
            for journal in books.journals.values():
                found = [mark for mark in proposals if f"[{mark}]" in journal.body["Narration"]]
                for mark in found:
                    must(proposals[mark].organisation == name, "I5 an effect in another organisation")
                    must(proposals[mark].status not in NEVER, f"I8 an effect of what is {proposals[mark].status}")
        for proposal in proposals.values():
            effects = len(self.world.xero.books[proposal.organisation].marked(proposal.mark))
            must(effects <= 1, "I2 two effects of one proposal")
            must(effects == 1 or proposal.status != POSTED, "I2 posted without an effect")
        self._steps += 1
        if self._steps % 25 == 0:
            self._chain()

    def at_the_end(self) -> None:
        """I3, I4: everything approved came to an end that people can see, and the chain holds."""
        for proposal in self._all():
            must(proposal.status not in UNDER_WAY, f"I3 never finished: {proposal.status} ({proposal.problem})")
            must(proposal.status != FAILED or proposal.problem, "I3 failed and nobody is told why")
        self._chain()

    def _chain(self) -> None:
        report = audit.verify(self.world.store)
        must(report.holds, f"I4 {report.problem}")

    def _all(self) -> list[Proposal]:
        return self.world.queue.listing(list(self.world.xero.books))

    def _stands_for(self, standing: stop.Stop, organisation: str) -> bool:
        return standing.client in ("", organisation)

    def _approved_by_enough(self, proposal: Proposal) -> None:
        firm, day = self.world.firm, self.world.now.astimezone(dt.timezone(dt.timedelta(hours=11))).date()
        members = {each.id: each for each in firm.members}
        rule = firm.approvals[proposal.kind]
        valid = {(each.giver, each.to) for each in firm.delegations if each.first <= day <= each.last}
        seen: set[str] = set()
        ranks = []
        for given in proposal.approvals:
            acts_as = given.on_behalf_of or given.member
            people = {given.member, acts_as}
            theirs = [members[who] for who in people]
            counts = (
                given.rule == msgspec.to_builtins(rule)
                and (not given.on_behalf_of or (given.on_behalf_of, given.member) in valid)
                and all(each.role in RANKS for each in theirs)
                and all(each.clients is None or proposal.client in each.clients for each in theirs)
                and not people & {proposal.preparer, *proposal.authors, *seen}
            )
            if counts:
                seen |= people
                ranks.append(RANKS[members[acts_as].role])
        total = self._sum_of_a_day(proposal)
        must(ranks, "I1 approved by nobody who may")
        must(total <= (rule.limit or 0) or max(ranks) == 2, "I1 above the limit without a partner")
        must(total <= (rule.four_eyes_above or 0) or len(ranks) >= 2, "I1 above the band with two eyes only")

    def _sum_of_a_day(self, proposal: Proposal) -> Decimal:
        """Every journal here is on the same two accounts, so that the sum is over all of the organisation."""
        total = abs(proposal.amount).amount
        assert proposal.decided_at is not None
        for each in self.world.queue.listing([proposal.organisation], statuses=(*UNDER_WAY, POSTED)):
            if each.id == proposal.id or each.decided_at is None:
                continue
            age = proposal.decided_at - each.decided_at
            came_first = age > dt.timedelta(0) or (not age and each.id < proposal.id)
            if came_first and age < dt.timedelta(hours=24):
                total += abs(each.amount).amount
        return total

    def _built_on_what_stands(self, proposal: Proposal) -> None:
        for each in proposal.evidence:
            if each.source == "premium":
                kept: Any = self.world.xero.books[proposal.organisation].journals["premium"]
                now = kept.changed.replace(microsecond=0).isoformat()
                must(each.version == now, "I1 its source changed since")
