"""What can hold a speed down, by name and position."""

from __future__ import annotations

from typing import Final

LIMITS: Final = (
    "class",
    "legal",
    "surface",
    "curve",
    "grade",
    "brake",
    "width",
    "momentum",
    "town",
    "junction",
)
"""What can hold a speed down, by position. Gaining and losing speed counts for what the
vehicle comes from or slows for; `momentum` is where that lies beyond the segment."""

CLASS, LEGAL, SURFACE, CURVE, GRADE, BRAKE, WIDTH, MOMENTUM, TOWN, JUNCTION = range(len(LIMITS))
