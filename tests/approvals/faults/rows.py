"""The rows of the fault table: every kind of approval, then every write of the pen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from unittest.mock import patch

from approvals import kinds
from tests.approvals.faults.pen_kind import PenRowKind, sample_of
from tests.approvals.faults.pen_rows import PEN_ROWS
from tests.approvals.faults.samples import SAMPLES, Sample

PEN_KINDS = tuple(PenRowKind(method, row) for method, row in PEN_ROWS.items())
ROWS: dict[str, Sample] = SAMPLES | {f"pen.{method}": sample_of(method, row) for method, row in PEN_ROWS.items()}


def alive() -> AbstractContextManager[object]:
    """The pen's writes stand among the kinds while rows are played."""
    return patch.object(kinds, "KINDS", (*kinds.KINDS, *PEN_KINDS))
