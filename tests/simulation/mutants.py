"""One mutant a guard: the code with that guard taken out. The simulation must find each of them.

Some guards stand behind others: such a mutant takes out both, and its name says so.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from approvals import (
    attempts,
    audit,
    claims,
    deciding,
    delegation,
    hands,
    policy,
    posting,
    queue,
    register,
    sources,
    stop,
    workbench,
)
from approvals.executor import Timings
from approvals.kinds.post_journal import PostJournalKind
from approvals.posting import Posting
from tests.simulation import altered
from tests.simulation.altered import but, returns
from tests.simulation.world import TIMINGS
from xero_tools import history

_NONE = dt.timedelta(0)


@dataclass(frozen=True)
class Mutant:
    """A guard that is taken out: by a patch, by other timings, or by an index that is not there."""

    name: str
    patches: tuple[Callable[[], Any], ...] = ()
    timings: Timings = TIMINGS
    without: tuple[str, ...] = ()
    """Statements that take something out of the database."""


def _patch(target: Any, name: str, other: Any) -> Callable[[], Any]:
    return lambda: patch.object(target, name, other)


WHO = (
    Mutant("own work may be approved", (_patch(policy, "_same_eyes", returns(None)),)),
    Mutant("whoever wrote an earlier version may approve", (_patch(hands, "wrote", returns(None)),)),
    Mutant("a delegate and the giver count as two people", (_patch(policy, "_same_eyes", altered.own_work_only),)),
    Mutant("every role may approve", (_patch(policy, "_has", returns(True)),)),
    Mutant("anybody approves for any client", (_patch(delegation.Authority, "may_see", returns(True)),)),
    Mutant("a delegation has no dates", (_patch(policy, "authorities", altered.authorities_without_dates),)),
    Mutant("one person is enough", (_patch(policy, "approvals_needed", returns(1)),)),
    Mutant("no sums of 24 hours", (_patch(register, "decided_within", returns([])),)),
    Mutant("the sums forget an account", (_patch(PostJournalKind, "spread", altered.spread_of_the_first),)),
    Mutant("an approval outlives its rule", (_patch(policy, "_rule_changed", returns(None)),)),
)
AT_THE_CLICK = (
    Mutant("an old card decides", (_patch(deciding, "_not_what_was_shown", returns(None)),)),
    Mutant("a changed record is approved",
           (_patch(deciding, "content_of", altered.itself), _patch(deciding, "digest_of", altered.digest_as_kept))),
    Mutant("a click after the time ran out",
           (_patch(deciding, "policy", but(policy, why_closed=altered.never_expired)),)),
    Mutant("the lock date is not asked at the click",
           (_patch(deciding, "policy", but(policy, why_closed=altered.never_locked)),)),
    Mutant("a rejection needs no reason", (_patch(queue, "policy", but(policy, REJECT="")),)),
    Mutant("a forbidden click is not told", (_patch(register, "refused", returns(None)),)),
    Mutant("sources are not read again at the click",
           (_patch(queue, "sources", but(sources, changes_in=returns(()))),)),
)  # fmt: skip
BEFORE_THE_SEND = (
    Mutant("nothing is asked again before the send", (_patch(posting, "void", returns(None)),)),
    Mutant("a revoked role is not asked again", (_patch(workbench, "policy", but(policy, why_void=returns(None))),)),
    Mutant("sent after its time ran out",
           (_patch(workbench, "policy", but(policy, why_closed=altered.never_expired)),)),
    Mutant("the lock date is not asked before the send",
           (_patch(workbench, "policy", but(policy, why_closed=altered.never_locked)),)),
    Mutant("a changed record is carried out",
           (_patch(workbench, "content_of", altered.itself), _patch(workbench, "digest_of", altered.digest_as_kept))),
    Mutant("sources are not read again before the send",
           (_patch(posting, "sources", but(sources, changes_in=returns(()))),)),
    Mutant("stops are not read", (_patch(stop, "why_stopped", returns(None)),)),
    Mutant("no last look for a stop", (_patch(stop, "last_look", returns(returns(None))),)),
    Mutant("a stop is not kept", (_patch(stop, "halt", altered.halt_in_memory),)),
    Mutant("a process that ends begins more", (_patch(threading.Event, "is_set", returns(False)),)),
)  # fmt: skip
ONCE = (
    Mutant("our mark is not looked for", (_patch(PostJournalKind, "find", returns(None)),)),
    Mutant("the mark is looked for in other books", (_patch(PostJournalKind, "find", altered.find_elsewhere),)),
    Mutant("what was found is not written down", (_patch(Posting, "_record_posted", altered.record_answers_only),)),
    Mutant("a new key each time", (_patch(attempts, "begin", altered.begin_with_a_new_key),)),
    Mutant("the attempt is written down after the send", (_patch(Posting, "_begin", altered.begin_unwritten),)),
    Mutant("no quiet period", timings=replace(TIMINGS, quiet=_NONE, reads_apart=_NONE, window=_NONE)),
    Mutant("a quiet period of a minute", timings=replace(TIMINGS, quiet=dt.timedelta(seconds=60), reads_apart=_NONE)),
    Mutant("a window of 300 seconds", timings=replace(TIMINGS, window=dt.timedelta(seconds=300))),
    Mutant("no send deadline", timings=replace(TIMINGS, send_deadline_seconds=1e9)),
    Mutant("no fence", (_patch(claims, "held", altered.any_fence),)),
    Mutant("a lease is not respected", (_patch(claims, "claim", altered.claim_at_once),)),
    Mutant("a 500 is taken for not written", (_patch(Posting, "_send", altered.send_taking_a_500_for_absent),)),
    Mutant("a lost answer is taken for a refusal", (_patch(Posting, "_send", altered.send_giving_up),)),
    Mutant("a call that was not sent ends the work", (_patch(Posting, "_not_sent", altered.not_sent_is_the_end),)),
    Mutant("who lost the claim says that nothing was sent",
           (_patch(Posting, "_not_sent", altered.not_sent_whoever_holds_it),)),
    Mutant("the same piece of work twice (neither looked for nor unique)",
           (_patch(register, "of_key", returns(None)),), without=("DROP INDEX one_live_proposal",)),
    Mutant("a newer version leaves the old one open (and nothing is unique)",
           (_patch(queue, "register", but(register, move=altered.move_without_withdrawing)),),
           without=("DROP INDEX one_live_proposal",)),
    Mutant("posted work is proposed again", (_patch(queue, "_still_stands", altered.posted_does_not_stand),)),
    Mutant("a note is not looked for", (_patch(history, "notes", returns(())),)),
)  # fmt: skip
TOLD = (
    Mutant("an approval is not told", (_patch(register, "_write_down", altered.silent_about("approved")),)),
    Mutant("a send is moved on without a word", (_patch(register, "_write_down", altered.silent_about("unknown")),)),
    Mutant("the chain is not linked", (_patch(audit, "_FORWARD", altered.NOT_FORWARD),),
           without=("DROP TRIGGER audit_head_forward",)),
    Mutant("a row's hash covers less", (_patch(audit, "hash_of", altered.hash_of_less),)),
)  # fmt: skip
MUTANTS = {each.name: each for each in (*WHO, *AT_THE_CLICK, *BEFORE_THE_SEND, *ONCE, *TOLD)}

FIRST_SEED = {
    "own work may be approved": 7,
    "whoever wrote an earlier version may approve": 13,
    "a delegate and the giver count as two people": 14,
    "every role may approve": 3,
    "a delegation has no dates": 1,
    "one person is enough": 8,
    "no sums of 24 hours": 1,
    "the sums forget an account": 1,
    "an approval outlives its rule": 14,
    "a click after the time ran out": 1,
    "the lock date is not asked at the click": 15,
    "a rejection needs no reason": 3,
    "sources are not read again at the click": 1,
    "nothing is asked again before the send": 14,
    "a revoked role is not asked again": 14,
    "sent after its time ran out": 1,
    "the lock date is not asked before the send": 15,
    "a changed record is carried out": 36,
    "stops are not read": 7,
    "no last look for a stop": 12,
    "a stop is not kept": 7,
    "a process that ends begins more": 7,
    "our mark is not looked for": 6,
    "the mark is looked for in other books": 1,
    "a new key each time": 11,
    "the attempt is written down after the send": 1,
    "no send deadline": 4,
    "a lease is not respected": 15,
    "a 500 is taken for not written": 19,
    "a lost answer is taken for a refusal": 6,
    "the same piece of work twice (neither looked for nor unique)": 5,
    "a newer version leaves the old one open (and nothing is unique)": 1,
    "posted work is proposed again": 7,
    "a note is not looked for": 1,
    "an approval is not told": 1,
    "a send is moved on without a word": 10,
}
"""Where a mutant was found last, if not in seed 0. Any change of the code moves them, so a hunt follows."""


@contextmanager
def alive(mutant: Mutant) -> Iterator[None]:
    """The code with this mutant in it."""
    with ExitStack() as stack:
        for each in mutant.patches:
            stack.enter_context(each())
        yield
