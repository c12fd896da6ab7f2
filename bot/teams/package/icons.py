"""Draws the two icons of the Teams app: a T-account with a tick, in PNG, without an imaging library."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable

Colour = tuple[float, float, float, float]
Stroke = tuple[tuple[float, float], tuple[float, float]]

# On a square of side 1: the T of a T-account, and a tick below its right arm.
T_STROKES: tuple[Stroke, ...] = (((0.22, 0.27), (0.78, 0.27)), ((0.43, 0.27), (0.43, 0.78)))
TICK_STROKES: tuple[Stroke, ...] = (((0.54, 0.60), (0.63, 0.70)), ((0.63, 0.70), (0.80, 0.47)))
_TOP, _FOOT = (0.13, 0.42, 0.35), (0.06, 0.24, 0.22)
_WHITE, _GOLD = (1.0, 1.0, 1.0), (0.98, 0.80, 0.36)


def color_icon(side: int = 192) -> bytes:
    """The full-colour icon: white T and golden tick on deep green."""

    def colour(x: float, y: float) -> Colour:
        red, green, blue = (top + (foot - top) * y for top, foot in zip(_TOP, _FOOT, strict=True))
        for strokes, ink, thickness in ((T_STROKES, _WHITE, 0.085), (TICK_STROKES, _GOLD, 0.085)):
            cover = _cover(x, y, strokes, thickness / 2, side)
            red, green, blue = (old + (new - old) * cover for old, new in zip((red, green, blue), ink, strict=True))
        return red, green, blue, 1.0

    return _png(side, colour)


def outline_icon(side: int = 32) -> bytes:
    """The outline icon: white on nothing, as Teams wants it."""

    def colour(x: float, y: float) -> Colour:
        return (*_WHITE, max(_cover(x, y, strokes, 0.05, side) for strokes in (T_STROKES, TICK_STROKES)))

    return _png(side, colour)


def _cover(x: float, y: float, strokes: tuple[Stroke, ...], radius: float, side: int) -> float:
    """How much of a pixel the strokes cover, from the distance of its middle to the nearest one."""
    distance = min(_distance(x, y, stroke) for stroke in strokes)
    return min(max(0.5 - (distance - radius) * side, 0.0), 1.0)


def _distance(x: float, y: float, stroke: Stroke) -> float:
    (ax, ay), (bx, by) = stroke
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    along = min(max(along, 0.0), 1.0)
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def _png(side: int, colour: Callable[[float, float], Colour]) -> bytes:
    rows = bytearray()
    for row in range(side):
        rows.append(0)
        for column in range(side):
            pixel = colour((column + 0.5) / side, (row + 0.5) / side)
            rows += bytes(round(channel * 255) for channel in pixel)
    head = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
