"""A proposal's writes: the kind's own and, where it takes several, its further steps, each as one request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from approvals.attempts import Attempt
from approvals.kinds.kind import Found, PenKind, Step
from approvals.proposal import Proposal
from xero_tools.writes import Pen


@dataclass(frozen=True)
class Write:
    """One request of a proposal: number 0 is the kind's own, the others are its further steps.

    `find` looks through the pen that it is given; `remains` is what a person reads while this one is not done and
    those before it are.
    """

    number: int
    find: Callable[[Pen], Found | None]
    request: Callable[[Proposal], bytes]
    send: Callable[[Attempt], Found]
    resends: bool = True
    proof: str = ""
    remains: str = ""
    reads_sources: bool = True


def own_write(pen: Pen, proposal: Proposal, kind: PenKind[Any]) -> Write:
    """The kind's own write."""
    since = proposal.decided_at
    assert since is not None
    return Write(
        number=0,
        find=lambda look: kind.find(look, proposal, since=since),
        request=kind.request,
        send=lambda attempt: kind.carry_out(pen, proposal, attempt.body, key=attempt.key),
        resends=kind.resends,
        proof=kind.proof,
    )


def step_write(pen: Pen, proposal: Proposal, number: int, step: Step, first: Found) -> Write:
    """A further step, which knows what the kind's own write made."""

    def send(attempt: Attempt) -> Found:
        step.carry_out(pen, proposal, first, attempt.body, key=attempt.key)
        return first

    return Write(
        number=number,
        find=lambda look: first if step.is_done(look, proposal, first) else None,
        request=step.request,
        send=send,
        remains=step.remains(proposal),
        reads_sources=step.reads_sources,
    )
