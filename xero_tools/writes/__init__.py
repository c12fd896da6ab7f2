"""The pen: every write to Xero, each once, with a mark by which it is found again, held by approvals only."""

from __future__ import annotations

from xero_tools.writes.bodies import manual_journal_body
from xero_tools.writes.cash import CashPen
from xero_tools.writes.documents import DocumentPen
from xero_tools.writes.endings import EndingPen
from xero_tools.writes.evidence import EvidencePen
from xero_tools.writes.journals import JournalPen
from xero_tools.writes.pen import LOOK_BACK, Receipt
from xero_tools.writes.settings import SettingsPen

__all__ = ["LOOK_BACK", "Pen", "Receipt", "manual_journal_body"]


class Pen(JournalPen, DocumentPen, CashPen, EndingPen, EvidencePen, SettingsPen):
    """Writes to Xero, one method a kind of write.

    Every method takes the organisation first and raises what Gateway.write raises: XeroRejected and other Refusals
    (certainly nothing written), NotSent (certainly nothing written, may be tried again), OutcomeUnknown (look first).
    Its docstring names the mark by which the write is found again, or the state of its parent that proves it.
    """
