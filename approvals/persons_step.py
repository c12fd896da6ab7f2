"""The step that Xero lets only a person do: hand it over with the exact link, then read Xero and prove it happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from approvals import claims, register, stop
from approvals.claims import Claim
from approvals.kinds.kind import PersonKind
from approvals.proposal import APPROVED, AWAITING_PERSON, EXPIRED, FAILED, POSTED, UNDER_WAY, Proposal
from approvals.workbench import EXECUTOR, Workbench, void
from books.records import Organisation


class PersonsStep:
    """One look at one claimed proposal."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def ask(self, claim: Claim, proposal: Proposal, kind: PersonKind[Any], organisation: Organisation) -> None:
        found = kind.verify(proposal, organisation, self._bench.gateway)
        changes = self._bench.changes(proposal) if proposal.status == APPROVED else ()
        now = self._bench.now()
        with self._bench.store.transaction() as session:
            current = register.get(session, proposal.id, lock=True)
            if claims.held(session, claim) is None or current.status not in UNDER_WAY:
                return
            claims.rest(session, proposal.id, until=now + self._bench.timings.person_interval)
            if found is not None and not found.differs:
                words = f"Done in Xero and verified there: {found.status}."
                receipt = {**current.receipt, "entity": found.entity, "id": found.id, "status": found.status,
                           "words": words, "verified": True}  # fmt: skip
                register.move(session, current, POSTED, who=EXECUTOR, now=now, receipt=receipt, problem="")
            elif current.status == APPROVED:
                self._hand_over(session, current, kind, organisation, changes, now)
            elif now >= current.expires_at:
                register.move(session, current, EXPIRED, who=EXECUTOR, now=now)
            else:
                register.annotate(session, current, problem=found.differs if found else "", who=EXECUTOR, now=now)

    def _hand_over(
        self,
        session: Session,
        proposal: Proposal,
        kind: PersonKind[Any],
        organisation: Organisation,
        changes: tuple[str, ...],
        now: dt.datetime,
    ) -> None:
        if stopped := stop.why_stopped(session, proposal.organisation):
            register.annotate(session, proposal, problem=str(stopped), who=EXECUTOR, now=now)
            return
        if refusal := void(session, proposal, organisation, changes, now):
            register.move(session, proposal, FAILED, who=EXECUTOR, now=now, problem=str(refusal))
            return
        link = kind.link(self._bench.gateway.links, organisation, proposal)
        receipt = {"instruction": kind.instruction(proposal), "link": link}
        register.move(session, proposal, AWAITING_PERSON, who=EXECUTOR, now=now, receipt=receipt, problem="")
