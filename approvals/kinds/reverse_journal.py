"""Reverse a journal that was posted from here: the same lines with their signs turned, as a proposal of its own."""

from __future__ import annotations

import datetime as dt

import msgspec

from approvals.kinds.post_journal import PostJournal, PostJournalKind
from approvals.proposal import Description, Draft, Evidence, Proposal
from books.firm import ApprovalRule
from books.period import Period, spoken


class ReverseJournal(PostJournal, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reversing journal as Xero will get it; `reverses` is the id in Xero of the journal that it takes back."""

    reverses: str


class ReverseJournalKind(PostJournalKind):
    """A reversing manual journal."""

    name = "reverse_journal"
    payload = ReverseJournal
    noun = "reversing journal"
    may_be_automatic = False
    authority: ApprovalRule = PostJournalKind.authority

    def describe(self, proposal: Proposal) -> Description:
        """The reversing journal in full, and which journal it takes back."""
        payload = self.read(proposal)
        assert isinstance(payload, ReverseJournal)
        described = super().describe(proposal)
        return msgspec.structs.replace(
            described,
            title=f"Reverse a journal of {payload.debits}, dated {spoken(payload.date)}",
            fine_print=(*described.fine_print, ("Reverses journal", payload.reverses)),
            undo="A journal that reverses this one restores the first; both stay in Xero.",
        )


def reversing(proposal: Proposal, journal: PostJournal, lock_date: dt.date | None) -> Draft:
    """The draft that takes a posted journal back, on its own date or else the first day that is open.

    A journal dated in a locked period is reversed in the period after the lock, as an accountant would.
    """
    date = journal.date if lock_date is None or journal.date > lock_date else lock_date + dt.timedelta(days=1)
    lines = tuple(msgspec.structs.replace(line, amount=-line.amount) for line in journal.lines)
    posted = str(proposal.receipt["id"])
    payload = ReverseJournal(
        date=date,
        narration=f"Reversal of {proposal.mark}: {journal.narration}"[:3500],
        currency=journal.currency,
        lines=lines,
        reverses=posted,
    )
    return Draft(
        kind="reverse_journal",
        organisation=proposal.organisation,
        client=proposal.client,
        period=Period.containing(date).code,
        payload=payload,
        because=f"It takes back the journal of {spoken(journal.date)} that carries the mark {proposal.mark}.",
        amount=payload.debits,
        key=f"undo:{proposal.id}",
        evidence=(
            Evidence(
                label=f"Journal {proposal.mark}",
                detail=f"{journal.narration}: {journal.debits}, dated {spoken(journal.date)}",
                link=str(proposal.receipt["link"]),
                source=posted,
            ),
        ),
    )


KIND = ReverseJournalKind()
