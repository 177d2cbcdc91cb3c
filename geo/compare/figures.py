"""Key figures of `chaidaen compare`: one row each, base and scenario beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.compare import corridor_losses as compare_critical
from geo.compare.access import Tables
from geo.compare.corridor_losses import Weak
from geo.compare.economics import Money, economics_rows
from geo.scenario.apply import Touched
from geo.study import Study

COLUMNS = ("figure", "vehicle", "season", "to_kind", "unit", "base", "value", "change")


@dataclass(frozen=True, eq=False)
class Compared:
    """A scenario, or several together, against the base.

    Attributes
    ----------
    id, titles
        For readers: English and Thai.
    study
        The changed world.
    tables
        For people and pairs of places.
    figures
        Columns `COLUMNS`; NaN where there is none.
    freight
        Of `geo.compare.economics.freight_change`; None if it was not asked for.
    links
        Of `geo.compare.tables.links`.
    money
        Economics; None if they were not asked for.
    criticality
        Of `geo.compare.corridor_losses`; None if it was not asked for, or nobody goes anywhere.
    """

    id: str
    titles: tuple[str, str]
    study: Study
    tables: Tables
    figures: pd.DataFrame
    freight: pd.DataFrame | None
    links: pd.DataFrame
    money: Money | None
    criticality: pd.DataFrame | None = None

    def by_name(self) -> Mapping[str, pd.DataFrame]:
        """Return every table by the name that its file has."""
        found = {"figures": self.figures}
        found |= {name: getattr(self.tables, name) for name in Tables.__dataclass_fields__}
        if self.freight is not None:
            found["freight"] = self.freight
        found["links"] = self.links
        if self.criticality is not None:
            found["criticality"] = self.criticality
        if self.money:
            found["works"] = self.money.works
            found["tornado"] = self.money.appraisal.tornado
            found["cash_flows"] = cash_table(self.money)
        return {name: table for name, table in found.items() if len(table.columns)}


def figures(
    tables: Tables,
    freight: pd.DataFrame | None,
    money: Money | None,
    weak: tuple[Weak, Weak] | None = None,
    *,
    days: float = 0.0,
) -> pd.DataFrame:
    """Gather the key figures of a comparison.

    Parameters
    ----------
    tables, freight, money
        As `Compared` holds them.
    weak
        Losses of links in the base and in the scenario.
    days
        For how many days the scenario lasts, 0 where it does not say.

    Returns
    -------
    figures
        Columns `COLUMNS`.
    """
    parts = [_access(tables), _rural(tables), _corridor(tables)]
    if weak:
        parts.append(compare_critical.figures(*weak))
    if freight is not None and len(freight):
        parts.append(_freight(freight))
    if money:
        parts.append(_money(money, days))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def cash_table(money: Money) -> pd.DataFrame:
    """Lay out the likeliest flows by year, baht."""
    flows = money.appraisal.flows
    columns = {
        "year": np.arange(flows.net.shape[1]),
        "construction_thb": flows.construction[0],
        "maintenance_thb": flows.maintenance[0],
        "salvage_thb": flows.salvage[0],
        **{f"benefit_{kind}_thb": flow[0] for kind, flow in flows.benefits.items()},
        "net_thb": flows.net[0],
    }
    return pd.DataFrame(columns)


def _access(tables: Tables) -> pd.DataFrame:
    """People within limits, and mean minutes of those reached before and after."""
    keys = ["vehicle", "season", "to_kind"]
    people = tables.people.rename(columns={"people": "value", "people_base": "base"})
    limit = people["within_minutes"]
    named = "people_" + limit.map(lambda at: f"{at:g}" if np.isfinite(at) else "any")
    people = people.assign(figure=named, unit="people", change=people["people_change"])
    rows = []
    for (vehicle, season, kind), own in tables.places.groupby(keys, sort=False):
        weight = own["population"].fillna(0.0).where(own["state"] == "kept", 0.0).to_numpy()
        old, new = (_mean(own[name], weight) for name in ("minutes_base", "minutes"))
        rows.append(("mean_minutes", vehicle, season, kind, "minutes", old, new, new - old))
    for (vehicle, season, kind), own in tables.districts.groupby(keys, sort=False):
        for name in ("people_nearer", "people_farther"):
            count = float(own[name].sum())
            rows.append((name, vehicle, season, kind, "people", np.nan, count, count))
    return pd.concat([pd.DataFrame(rows, columns=list(COLUMNS)), people])


def _rural(tables: Tables) -> pd.DataFrame:
    rural = tables.rural
    return pd.DataFrame(
        {
            "figure": "rural_access",
            "vehicle": rural["vehicle"],
            "season": rural["season"],
            "to_kind": "",
            "unit": "share",
            "base": rural["index_base"],
            "value": rural["index"],
            "change": rural["index"] - rural["index_base"],
        }
    )


def _corridor(tables: Tables) -> pd.DataFrame:
    """Return what it takes to get from home to the nearest capital, each way's own."""
    rows = []
    for (vehicle, season), own in tables.corridors.groupby(["vehicle", "season"], sort=False):
        first = own.sort_values("time_s_base", kind="stable").iloc[0]
        for name, unit in (("time_s", "s"), ("cost_thb", "baht"), ("fuel_l", "L"),
                           ("co2_kg", "kg")):  # fmt: skip
            old, new = float(first[f"{name}_base"]), float(first[name])
            rows.append((f"corridor_{name}", vehicle, season, first["to_id"], unit, old, new,
                         new - old))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _freight(freight: pd.DataFrame) -> pd.DataFrame:
    """Average the cheapest chains of each product over its harvests.

    Where a harvest loses its market there is no figure: the mean of the others would read
    like a gain.
    """
    reached = freight[freight["cost_thb_per_t_base"].notna()]
    rows = []
    for product, own in reached.groupby("product", sort=False):
        old = float(own["cost_thb_per_t_base"].mean())
        new = float(own["cost_thb_per_t"].mean(skipna=False))
        rows.append(("freight", "", "", product, "baht/t", old, new, new - old))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def days_of(touched: Sequence[Touched]) -> float:
    """Return for how many days a scenario lasts; 0 where it does not say, or says two things."""
    found = {float(getattr(one.change, "days", 0.0)) for one in touched} - {0.0}
    return found.pop() if len(found) == 1 else 0.0


def _money(money: Money, days: float) -> pd.DataFrame:
    """Return the traffic's and the economy's figures; where nothing is built, fewer."""
    saved = list(money.savings.values())
    rows = [
        (name, sum(getattr(one, name) for one in saved), unit)
        for name, unit in (("time_h", "h/day"), ("cost_thb", "baht/day"), ("co2_kg", "kg/day"),
                           ("cut_off", "trips/day"), ("connected", "trips/day"))
    ]  # fmt: skip
    rows = [(f"saved_{name}" if unit != "trips/day" else name, value, unit)
            for name, value, unit in rows]  # fmt: skip
    if days:
        # What a day loses is the other way round what it saves.
        rows.append(("lost_days", days, "days"))
        rows += [
            (f"lost_{name}", factor * days * sum(getattr(one, name) for one in saved) + 0.0, unit)
            for name, factor, unit in (("time_h", -1, "h"), ("cost_thb", -1, "baht"),
                                       ("cut_off", 1, "trips"))
        ]  # fmt: skip
    if len(money.works):
        rows += economics_rows(money.appraisal, money.works)
    return pd.DataFrame(
        [(name, "", "", "", unit, np.nan, value, np.nan) for name, value, unit in rows],
        columns=list(COLUMNS),
    )


def _mean(values: pd.Series, weight: np.ndarray) -> float:
    total = float(weight.sum())
    return float((values.fillna(0.0).to_numpy() * weight).sum() / total) if total else float("nan")
