"""What is known of a border crossing, and why it may not be passed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.rules.border import BorderRules, Dwell, Transload
from layers.io.tables import listed
from layers.tables.opening_hours import Hours, parse_hours


@dataclass(frozen=True)
class Refusal:
    """Why something may not pass a crossing.

    Attributes
    ----------
    kind
        `closed`, `unknown`, `goods`, `persons`, `class`, `gross`, `hours`, or `road` where
        none leads there.
    detail
        What there is to say of it: a date, a weight, the classes that may pass.
    """

    kind: str
    detail: str

    def __str__(self) -> str:
        """Say it in a sentence."""
        return {
            "closed": f"closed since {self.detail}" if self.detail else "closed",
            "unknown": f"status not known since {self.detail}" if self.detail else "status unknown",
            "goods": "no goods may pass",
            "persons": "no persons may pass",
            "class": f"only {self.detail} may pass",
            "gross": f"no more than {self.detail} t gross may pass",
            "hours": f"never open: {self.detail}",
            "road": f"no road leads there for {self.detail}",
        }[self.kind]


@dataclass(frozen=True)
class Crossing:
    """One crossing and its rules.

    Attributes
    ----------
    id, name_en, name_th, lon, lat
        Which, and where.
    kind
        `permanent`, `temporary` or `trade_point`.
    status, status_date, source, note
        `open`, `closed` or `unknown`; since when, who says so, and what else is known.
    neighbour, beyond
        The country behind it; the place id of the first foreign city, empty if unknown.
    hours, hours_known
        When it is open; False where the type's usual hours are assumed.
    goods, persons, vehicles
        Whether they may pass; None where nobody says, which counts as yes.
    classes
        Classes of vehicles that may pass, all if empty.
    max_gross_t
        Heaviest vehicle, NaN if there is no limit.
    transload
        Whether goods change vehicles here.
    transload_min, transload_thb_per_t, fee_thb
        What that takes, and what a vehicle pays.
    dwell
        By class of vehicle.
    """

    id: str
    name_en: str
    name_th: str
    lon: float
    lat: float
    kind: str
    status: str
    status_date: str
    source: str
    note: str
    neighbour: str
    beyond: str
    hours: Hours
    hours_known: bool
    goods: bool | None
    persons: bool | None
    vehicles: bool | None
    classes: tuple[str, ...]
    max_gross_t: float
    transload: bool
    transload_min: float
    transload_thb_per_t: float
    fee_thb: float
    dwell: Mapping[str, Dwell]


def crossings_by_id(
    crossings: pd.DataFrame, dwell: pd.DataFrame, rules: BorderRules
) -> Mapping[str, Crossing]:
    """Turn tables of crossings and dwell into crossings by id.

    Parameters
    ----------
    crossings, dwell
        Columns `layers.tables.crossings.CROSSING_COLUMNS` and `DWELL_COLUMNS`.
    rules
        What holds where a row says nothing.

    Returns
    -------
    crossings
        In the table's order.
    """
    measured: dict[str, dict[str, Dwell]] = {}
    for row in dwell.to_dict("records"):
        own = measured.setdefault(str(row["crossing_id"]), {})
        own[str(row["vehicle_class"])] = Dwell(float(row["median_min"]), float(row["p90_min"]))
    return {
        str(row["id"]): _crossing(row, measured.get(str(row["id"]), {}), rules)
        for row in crossings.to_dict("records")
    }


def _crossing(
    row: Mapping[Hashable, object], dwell: Mapping[str, Dwell], rules: BorderRules
) -> Crossing:
    """Turn one row into a crossing."""
    text = {str(name): str(cell) for name, cell in row.items()}
    transload = text["transload"] == "yes"
    own = rules.transload if transload else Transload(0.0, 0.0)
    return Crossing(
        id=text["id"],
        name_en=text["name_en"],
        name_th=text["name_th"],
        lon=float(text["lon"]),
        lat=float(text["lat"]),
        kind=text["type"],
        status=text["status"],
        status_date=text["status_date"],
        source=text["source"],
        note=text["note"],
        neighbour=text["neighbour"],
        beyond=text["beyond"],
        hours=parse_hours(text["hours"] or rules.hours[text["type"]]),
        hours_known=bool(text["hours"]),
        goods=_flag(text["goods"]),
        persons=_flag(text["persons"]),
        vehicles=_flag(text["vehicles"]),
        classes=tuple(listed(text["classes"])),
        max_gross_t=float(text["max_gross_t"]),
        transload=transload,
        transload_min=_or(text["transload_min"], own.minutes),
        transload_thb_per_t=_or(text["transload_thb_per_t"], own.thb_per_t),
        fee_thb=_or(text["fee_thb"], 0.0),
        dwell={**rules.dwell, **dwell},
    )


def _flag(cell: str) -> bool | None:
    return {"yes": True, "no": False}.get(cell)


def _or(cell: str, otherwise: float) -> float:
    number = float(cell)
    return otherwise if np.isnan(number) else number
