"""How good the bank's proposals are: for each tier what people accepted, corrected and rejected, with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from approvals.proposal import Proposal
from approvals.tiers import TIERS, tier_of
from approvals.track_record import ACCEPTED, CORRECTED, NOT_TAKEN, OPEN, TrackRecord
from books.records import Record


class TierMetrics(Record, frozen=True, kw_only=True):
    """One tier of one client: `left` were withdrawn or ran out; precision is accepted of what people decided."""

    tier: str
    proposed: int
    accepted: int
    corrected: int
    rejected: int
    open: int
    left: int

    @property
    def record(self) -> TrackRecord:
        """The decisions as a track record."""
        return TrackRecord(self.accepted + self.corrected + self.rejected, self.accepted)

    @property
    def precision(self) -> Decimal | None:
        """Accepted as it stood, of what people decided; None while they decided nothing."""
        decided = self.record.decided
        return (Decimal(self.accepted) / decided).quantize(Decimal("0.0001")) if decided else None


def measured(outcomes: Iterable[tuple[Proposal, str]]) -> tuple[TierMetrics, ...]:
    """The tiers of which anything was proposed, in their order."""
    counted: dict[str, dict[str, int]] = {}
    for proposal, outcome in outcomes:
        own = counted.setdefault(tier_of(proposal), {})
        own[outcome] = own.get(outcome, 0) + 1
    return tuple(_row(tier, counted[tier]) for tier in TIERS if tier in counted)


def _row(tier: str, own: dict[str, int]) -> TierMetrics:
    accepted, corrected, rejected = own.get(ACCEPTED, 0), own.get(CORRECTED, 0), own.get(NOT_TAKEN, 0)
    total, still = sum(own.values()), own.get(OPEN, 0)
    return TierMetrics(
        tier=tier,
        proposed=total,
        accepted=accepted,
        corrected=corrected,
        rejected=rejected,
        open=still,
        left=total - accepted - corrected - rejected - still,
    )
