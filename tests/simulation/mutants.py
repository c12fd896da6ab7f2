"""One mutant a guard: the code with that guard taken out. The simulation must find each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from approvals import attempts, deciding, policy, posting, register, sources, stop
from approvals.delegation import Authority
from approvals.executor import Timings
from approvals.kinds.post_journal import PostJournalKind
from tests.simulation.world import TIMINGS

_NONE = dt.timedelta(0)
Mutant = tuple[Callable[[], Any], Timings]


def _returns(answer: Any) -> Callable[..., Any]:
    return lambda *rest, **more: answer


def _any_fence(session: Any, claim: attempts.Claim) -> Any:
    return session.get(attempts.ExecutionRow, claim.proposal, populate_existing=True)


def _resends_with_a_new_key(session: Any, proposal: Any, body: bytes, *, now: dt.datetime, **more: Any) -> Any:
    row = attempts.latest(session, proposal.id)
    if row is not None and row.outcome == attempts.SENDING:
        row.outcome = attempts.ABSENT
    return _begin(session, proposal, body, now=now, **more)


_begin = attempts.begin


def _without_delegation_dates(firm: Any, member: Any, now: dt.datetime) -> tuple[Authority, ...]:
    return (Authority(member.id, "partner", None),)


MUTANTS: dict[str, Mutant] = {
    "own work may be approved": (lambda: patch.object(policy, "_same_eyes", _returns(None)), TIMINGS),
    "every role may approve": (lambda: patch.object(policy, "_has", _returns(True)), TIMINGS),
    "everybody is a partner of every client": (
        lambda: patch.object(policy, "authorities", _without_delegation_dates),
        TIMINGS,
    ),
    "one person is enough": (lambda: patch.object(policy, "approvals_needed", _returns(1)), TIMINGS),
    "no sums of 24 hours": (lambda: patch.object(register, "decided_within", _returns([])), TIMINGS),
    "an old card decides": (lambda: patch.object(deciding, "_not_what_was_shown", _returns(None)), TIMINGS),
    "nothing is asked again before the send": (lambda: patch.object(posting, "void", _returns(None)), TIMINGS),
    "sources are not read again": (lambda: patch.object(sources, "changes_in", _returns(())), TIMINGS),
    "stops are not read": (lambda: patch.object(stop, "why_stopped", _returns(None)), TIMINGS),
    "no last look for a stop": (lambda: patch.object(stop, "last_look", _returns(_returns(None))), TIMINGS),
    "a new key each time": (lambda: patch.object(attempts, "begin", _resends_with_a_new_key), TIMINGS),
    "our mark is not looked for": (lambda: patch.object(PostJournalKind, "find", _returns(None)), TIMINGS),
    "no quiet period": (nullcontext, replace(TIMINGS, quiet=_NONE, reads_apart=_NONE, window=_NONE)),
}  # fmt: skip

FIRST_SEED = {"no quiet period": 6, "an old card decides": 3, "sources are not read again": 3, "a new key each time": 2}
"""Where a mutant was found last; the others fall in seed 0. Any change of the code moves them, so all seeds follow."""


@contextmanager
def alive(name: str) -> Iterator[Timings]:
    """The code with this mutant in it."""
    patched, timings = MUTANTS[name]
    with patched():
        yield timings
