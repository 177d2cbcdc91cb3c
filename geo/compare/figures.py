"""Key figures of a comparison: one table of what there is, and one row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from geo.compare.access import Tables
from geo.compare.criticality import LOSSES, Criticality
from geo.compare.economics import Economics
from geo.economics.appraisal import RATES
from geo.economics.cash_flows import KINDS
from geo.scenario.apply import Touched

NAN: Final = float("nan")

COLUMNS: Final = (
    "figure",
    "vehicle",
    "season_base",
    "season",
    "to_kind",
    "unit",
    "base",
    "value",
    "change",
)


class Figure(NamedTuple):
    """What a key figure is like; `figure_<its name>` are its words.

    Attributes
    ----------
    unit
        As tables have it.
    form
        How readers see it: `hours`, `percent`, `millions`, `ratio`, `decimal`, or `whole`.
    better
        1 where more is better, -1 where less is, 0 where there is no base to tell.
    page
        Whether pages show it too.
    """

    unit: str
    form: str = "whole"
    better: int = 0
    page: bool = True


FIGURES: Final[Mapping[str, Figure]] = {
    "mean_minutes": Figure("minutes", "decimal", -1),
    "people_30": Figure("people", better=1),
    "people_60": Figure("people", better=1),
    "people_120": Figure("people", better=1),
    "people_any": Figure("people", better=1),
    "people_nearer": Figure("people"),
    "people_farther": Figure("people"),
    "rural_access": Figure("share", "percent", 1),
    "corridor_time_s": Figure("s", "hours", -1),
    "corridor_cost_thb": Figure("baht", better=-1),
    "corridor_fuel_l": Figure("L", "decimal", -1),
    "corridor_co2_kg": Figure("kg", better=-1),
    "worst_extra_h": Figure("person-hours/day", better=-1),
    "worst_people_cut_off": Figure("people", better=-1),
    "freight": Figure("baht/t", better=-1),
    "crossing_cost_thb": Figure("baht/t", better=-1),
    "crossing_time_s": Figure("s", "hours", -1),
    "saved_time_h": Figure("vehicle-hours/day"),
    "saved_person_h": Figure("person-hours/day"),
    "saved_cost_thb": Figure("baht/day"),
    "saved_co2_kg": Figure("kg/day"),
    "cut_off": Figure("trips/day"),
    "connected": Figure("trips/day"),
    "lost_days": Figure("days"),
    "lost_time_h": Figure("vehicle-hours"),
    "lost_person_h": Figure("person-hours"),
    "lost_cost_thb": Figure("baht"),
    "lost_cut_off": Figure("trips"),
    "expected_days": Figure("days/year", "decimal"),
    "expected_loss": Figure("baht/year", "millions"),
    "npv_loss": Figure("baht", "millions"),
    "construction": Figure("baht", "millions"),
    "construction_low": Figure("baht", "millions", page=False),
    "construction_high": Figure("baht", "millions", page=False),
    "maintenance": Figure("baht/year", "millions"),
    "first_year_benefit": Figure("baht/year", "millions"),
    **{f"first_year_{kind}": Figure("baht/year", "millions", page=False) for kind in KINDS},
    "npv": Figure("baht", "millions"),
    "npv_p10": Figure("baht", "millions"),
    "npv_p50": Figure("baht", "millions", page=False),
    "npv_p90": Figure("baht", "millions"),
    "bcr": Figure("", "ratio"),
    "irr": Figure("per year", "percent"),
    "mirr": Figure("per year", "percent"),
    "fyrr": Figure("per year", "percent"),
    **{f"npv_{rate:.0%}".rstrip("%"): Figure("baht", "millions") for rate in RATES},
    "npv_economic": Figure("baht", "millions"),
    "bcr_economic": Figure("", "ratio"),
    "irr_economic": Figure("per year", "percent"),
    "npv_per_km": Figure("baht/km", "millions"),
    "npv_per_baht": Figure("", "ratio"),
    "waiting": Figure("baht", "millions", -1),
    "probability_pays": Figure("0 to 1", "percent"),
}
"""Every figure there is, in the order in which pages show them."""


def figures(
    tables: Tables,
    freight: pd.DataFrame | None,
    economics: Economics | None,
    criticality: tuple[Criticality, Criticality] | None = None,
    *,
    crossed: pd.DataFrame | None = None,
    days: float = 0.0,
) -> pd.DataFrame:
    """Gather the key figures of a comparison.

    Parameters
    ----------
    tables, freight, economics
        As `geo.compare.compare.Comparison` holds them.
    criticality
        Of links in the base and in the scenario.
    crossed
        Of `geo.compare.freight.crossed_change`.
    days
        For how many days the scenario lasts, 0 where it does not say.

    Returns
    -------
    figures
        Columns `COLUMNS`; `base` and `change` are NaN where there is nothing to compare with.
    """
    rows = [*_access(tables), *_people(tables), *_rural(tables), *_corridor(tables)]
    if criticality:
        rows += _worst(*criticality)
    if freight is not None and len(freight):
        rows += _freight(freight)
    for row in [] if crossed is None else crossed.to_dict("records"):
        rows += [
            _row(f"crossing_{name}", row[f"{name}_base"], row[name], kind=str(row["crossing"]))
            for name in ("cost_thb", "time_s")
        ]
    if economics:
        rows += [_row(name, NAN, value) for name, value in _economics(economics, days)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def days_of(touched: Sequence[Touched]) -> float:
    """Return for how many days a scenario lasts; 0 where it does not say, or says two things."""
    found = {float(getattr(one.change, "days", 0.0)) for one in touched} - {0.0}
    return found.pop() if len(found) == 1 else 0.0


Row = tuple[str, str, str, str, str, str, float, float, float]


def _row(
    figure: str,
    base: float,
    value: float,
    who: tuple[str, str, str] = ("", "", ""),
    kind: str = "",
    change: float | None = None,
) -> Row:
    """Make a row: `who` is a vehicle with the seasons of the base and of the scenario."""
    more = value - base if change is None else change
    return (figure, *who, kind, FIGURES[figure].unit, base, value, more)


def _groups(table: pd.DataFrame, *more: str) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame]]:
    """Yield rows by vehicle and seasons, and by further columns."""
    keys = ["vehicle", "season_base", "season", *more]
    for key, own in table.groupby(keys, sort=False):
        yield (str(key[0]), str(key[1]), str(key[2])), own


def _access(tables: Tables) -> Iterator[Row]:
    """Mean minutes of those reached before and after, and who is nearer and farther."""
    for who, own in _groups(tables.places, "to_kind"):
        weight = own["population"].fillna(0.0).where(own["state"] == "kept", 0.0).to_numpy()
        old, new = (_mean(own[name], weight) for name in ("minutes_base", "minutes"))
        yield _row("mean_minutes", old, new, who, own["to_kind"].iloc[0])
    for who, own in _groups(tables.districts, "to_kind"):
        for name in ("people_nearer", "people_farther"):
            count = float(own[name].sum())
            yield _row(name, NAN, count, who, own["to_kind"].iloc[0], change=count)


def _people(tables: Tables) -> Iterator[Row]:
    """People within limits of minutes."""
    for row in tables.people.to_dict("records"):
        limit = row["within_minutes"]
        name = f"people_{limit:g}" if np.isfinite(limit) else "people_any"
        who = str(row["vehicle"]), str(row["season_base"]), str(row["season"])
        yield _row(name, row["people_base"], row["people"], who, str(row["to_kind"]))


def _rural(tables: Tables) -> Iterator[Row]:
    for who, own in _groups(tables.rural):
        yield _row("rural_access", own["index_base"].iloc[0], own["index"].iloc[0], who)


def _corridor(tables: Tables) -> Iterator[Row]:
    """Return what it takes to get from home to the nearest capital, each way's own."""
    for who, own in _groups(tables.corridors):
        first = own.sort_values("time_s_base", kind="stable").iloc[0]
        for name in ("time_s", "cost_thb", "fuel_l", "co2_kg"):
            old, new = float(first[f"{name}_base"]), float(first[name])
            yield _row(f"corridor_{name}", old, new, who, str(first["to_id"]))


def _worst(base: Criticality, changed: Criticality) -> Iterator[Row]:
    """Return the worst loss of any link in each world."""
    who = base.vehicle, base.season, changed.season
    for name in LOSSES:
        yield _row(f"worst_{name}", base.worst(name), changed.worst(name), who)


def _freight(freight: pd.DataFrame) -> Iterator[Row]:
    """Average the cheapest chains of each product over its harvests.

    Where a harvest loses its market there is no figure: the mean of the others would read
    like a gain.
    """
    reached = freight[freight["cost_thb_per_t_base"].notna()]
    for product, own in reached.groupby("product", sort=False):
        old = float(own["cost_thb_per_t_base"].mean())
        new = float(own["cost_thb_per_t"].mean(skipna=False))
        yield _row("freight", old, new, kind=str(product))


def _economics(found: Economics, days: float) -> list[tuple[str, float]]:
    """Return the traffic's and the economy's figures; where nothing is built, fewer."""
    saved = {
        name: sum(getattr(one, name) for one in found.savings.values())
        for name in ("time_h", "cost_thb", "co2_kg", "cut_off", "connected")
    }
    saved["person_h"] = -float(found.changes.more_person_h.sum())
    told = ("time_h", "person_h", "cost_thb", "co2_kg")
    rows = [(f"saved_{name}", saved[name]) for name in told]
    rows += [(name, saved[name]) for name in ("cut_off", "connected")]
    if days:
        # What a day loses is the other way round what it saves.
        rows.append(("lost_days", days))
        rows += [
            (f"lost_{name}", sign * days * saved[name] + 0.0)
            for name, sign in (("time_h", -1), ("person_h", -1), ("cost_thb", -1), ("cut_off", 1))
        ]
    if found.expected_days > 0:
        rows.append(("expected_days", found.expected_days))
        rows += [("expected_loss", found.lost_year_thb), ("npv_loss", found.npv_loss_thb)]
    if found.works.empty:
        return rows
    judged, built = found.appraisal, found.works
    low, middle, high = judged.band_thb()
    rows += [
        ("construction", float(built["construction_thb"].sum())),
        ("construction_low", float(built["construction_low_thb"].sum())),
        ("construction_high", float(built["construction_high_thb"].sum())),
        ("maintenance", float(built["maintenance_thb_per_year"].sum())),
        ("first_year_benefit", judged.first_year_thb),
    ]
    opens, benefits = judged.flows.opens, judged.flows.benefits
    rows += [(f"first_year_{kind}", float(flow[0, opens])) for kind, flow in benefits.items()]
    rows += [("npv", judged.npv_thb), ("npv_p10", low), ("npv_p50", middle), ("npv_p90", high)]
    rows += [("bcr", judged.bcr), ("irr", judged.irr), ("mirr", judged.mirr)]
    rows += [("fyrr", judged.fyrr)]
    rows += [(f"npv_{rate:.0%}".rstrip("%"), value) for rate, value in judged.npv_at.items()]
    named = ("npv_economic", "bcr_economic", "irr_economic")
    rows += list(zip(named, judged.economic_returns(), strict=True))
    km = float(built["km"].sum())
    rows += [("npv_per_km", judged.npv_thb / km if km > 0 else NAN)]
    rows += [("npv_per_baht", judged.npv_per_baht), ("waiting", judged.waiting_thb)]
    return [*rows, ("probability_pays", judged.pays)]


def _mean(values: pd.Series, weight: np.ndarray) -> float:
    total = float(weight.sum())
    return float((values.fillna(0.0).to_numpy() * weight).sum() / total) if total else NAN
