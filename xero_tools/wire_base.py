"""What every shape of Xero's JSON is made of."""

from __future__ import annotations

from decimal import Decimal

import msgspec

Amount = Decimal | None
Text = str | None


class Wire(msgspec.Struct, gc=False):
    """Something Xero sends; any field may be missing or null. (No cycles, so the garbage collector may pass by.)"""
