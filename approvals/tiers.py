"""The tier that a proposal for the bank came from, read from what stands in its row: how sure its finder was."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from approvals.proposal import Proposal
from approvals.register import ProposalRow

BANK = "reconciliation"
"""The agent whose proposals have tiers."""
SURE, LIKELY, CODED, SHORT, CONFIRMED = "sure", "likely", "coded", "short", "confirmed"
TIERS = (SURE, LIKELY, CODED, SHORT, CONFIRMED)
NONE = ""
"""Another agent's work: it has no tiers, and all of it is one."""
_SORTS = (("confirm:", CONFIRMED), ("coding:", CODED), ("short", SHORT))
"""How a key begins and what that says; every other key of the bank's is a match, and its evidence tells how sure."""


def tier_of(proposal: Proposal) -> str:
    """The tier that a proposal came from, by its key and by what its evidence says of it."""
    if proposal.agent != BANK:
        return NONE
    for begins, tier in _SORTS:
        if proposal.key.startswith(begins):
            return tier
    return LIKELY if any(each.unsure for each in proposal.evidence) else SURE


def _is_unsure() -> ColumnElement[bool]:
    """Whether some evidence says why it is unsure: in canonical JSON a quotation mark within a text is escaped."""
    return func.replace(ProposalRow.content, '"unsure":""', "").contains('"unsure":"')


TIER: ColumnElement[str] = case(
    (ProposalRow.agent != BANK, NONE),
    *((func.substr(ProposalRow.key, 1, len(begins)) == begins, tier) for begins, tier in _SORTS),
    (_is_unsure(), LIKELY),
    else_=SURE,
)
"""`tier_of` as the database reads it, so that no column has to be kept; a test holds both to each other."""


def is_of(organisation: str, kind: str, tier: str) -> ColumnElement[bool]:
    """The rows of one client's books, kind and tier."""
    return and_(ProposalRow.organisation == organisation, ProposalRow.kind == kind, TIER.in_((tier,)))


def tiers_seen(session: Session, organisation: str, kind: str) -> tuple[str, ...]:
    """The tiers of which something of this kind was ever proposed here, in their order; at least one."""
    query = select(TIER).where(ProposalRow.organisation == organisation, ProposalRow.kind == kind).distinct()
    seen = set(session.scalars(query))
    return tuple(each for each in (NONE, *TIERS) if each in seen) or (NONE,)
