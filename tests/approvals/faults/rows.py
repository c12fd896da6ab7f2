"""The rows of the fault table: every kind of approval."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from tests.approvals.faults.samples import SAMPLES, Sample

ROWS: dict[str, Sample] = dict(SAMPLES)


def alive() -> AbstractContextManager[object]:
    """What must be in place while rows are played."""
    return nullcontext()
