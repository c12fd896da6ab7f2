"""The note that we leave in a document's History and Notes in Xero, once, so that the books tell the story too."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import structlog

from approvals import claims, register
from approvals.claims import NOTE_DONE, NOTE_DUE, Claim
from approvals.kinds import kind_of
from approvals.kinds.kind import PenKind
from approvals.proposal import Proposal
from approvals.workbench import EXECUTOR, Workbench
from books.firm import Firm, load_firm
from books.period import spoken
from books.refusal import Refusal
from xero_tools.gateway import NotSent, OutcomeUnknown, XeroRejected

log = structlog.get_logger(__name__)
_RETRY = dt.timedelta(minutes=1)


def write_note(bench: Workbench, claim: Claim) -> None:
    """Writes the note if it is still owed."""
    with bench.store.reading() as session:
        proposal = register.get(session, claim.proposal)
        row = claims.held(session, claim)
        firm = load_firm(session)
    if row is None or row.note != NOTE_DUE:
        return
    try:
        # The pen looks for the same words first, so that a crash after writing them does not write them twice. Where
        # this very pass made the whole document, there is nothing to look for yet.
        entity, document = str(proposal.receipt["entity"]), str(proposal.receipt["id"])
        bench.pen.note(
            proposal.organisation, entity, document, note_text(proposal, firm), look=not _is_new(claim, proposal)
        )
        words = "noted"
    except XeroRejected as refusal:
        log.warning("note_refused", proposal=proposal.id, why=str(refusal))
        words = "note_refused"
    except (NotSent, OutcomeUnknown, Refusal) as error:
        log.warning("note_postponed", proposal=proposal.id, why=str(error))
        bench.rest(claim, "", _RETRY)
        return
    now = bench.now()
    with bench.store.transaction() as session:
        current = register.get(session, proposal.id, lock=True)
        if claims.held(session, claim):
            claims.note_is(session, claim.proposal, NOTE_DONE)
            register.tell(session, current, words, who=EXECUTOR, now=now, after={"id": str(current.receipt.get("id"))})


def _is_new(claim: Claim, proposal: Proposal) -> bool:
    """Whether Xero's answer to the only request of this pass is how we know the document: nobody noted anything yet."""
    made = proposal.receipt.get("found_by") == "answer" and not claim.owes_note
    kind = kind_of(proposal.kind)
    return made and isinstance(kind, PenKind) and not kind.steps(proposal)


def note_text(proposal: Proposal, firm: Firm) -> str:
    """Who prepared and who approved it, when, and which content; the first 250 characters stand alone."""
    names = firm.names
    asked = f" for {names.get(proposal.preparer, proposal.preparer)}" if proposal.preparer else ""
    assert proposal.decided_at is not None
    at = proposal.decided_at.astimezone(ZoneInfo(firm.timezone))
    first = [each.member for each in proposal.approvals if each.member != proposal.decided_by]
    people = " and ".join(names.get(each, each) for each in (*first, proposal.decided_by))
    approved = f"approved by {people} on {spoken(at.date())} at {at:%H:%M}"
    start = f"{proposal.mark}: prepared by Tieout ({proposal.agent}){asked}, {approved}. "
    return f"{start}Content {proposal.digest[:16]}. {proposal.because}"[:2500]
