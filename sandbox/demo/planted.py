"""What is planted in the demo books: every problem of October 2026, and every look-alike that is none."""

from __future__ import annotations

from sandbox.demo import planted_bondi, planted_kauri, planted_thames
from sandbox.demo.planting import Planted

PLANTED: tuple[Planted, ...] = planted_bondi.PROBLEMS + planted_kauri.PROBLEMS + planted_thames.PROBLEMS
HARMLESS: tuple[Planted, ...] = planted_bondi.LOOK_ALIKES + planted_kauri.LOOK_ALIKES + planted_thames.LOOK_ALIKES
