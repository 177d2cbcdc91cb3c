"""When a route is driven: departure, waits at border gates, arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class GateStop:
    """One border gate on the way.

    Attributes
    ----------
    crossing
        Its id.
    at_gate
        When one gets there, local time.
    wait_s
        Until it opens; None where one does not get through.
    dwell_s
        What passing takes in the median, changing vehicles included; None likewise.
    why_not
        Why one does not get through; empty where one does.
    """

    crossing: str
    at_gate: datetime
    wait_s: float | None
    dwell_s: float | None
    why_not: str = ""


@dataclass(frozen=True)
class Schedule:
    """When a route begins and ends, local time.

    Attributes
    ----------
    depart
        As it was asked for.
    arrive
        None where one does not get through a gate.
    gates
        In the order of the way.
    """

    depart: datetime
    arrive: datetime | None
    gates: tuple[GateStop, ...] = ()
