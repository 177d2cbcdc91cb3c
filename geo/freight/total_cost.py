"""Total economic cost of corridors: what is paid, what hours cost goods, and what chance costs.

Total = direct cost + price of the mean hours + price of their spread (Arvis and others 2007,
World Bank WPS4258; J. Adv. Transp. 2023, 6336630): a corridor that is cheap on average and
unreliable can lose. The spread is the standard deviation, priced by the reliability ratio, the
value of an hour of it against one of time itself (de Jong and others 2009, EJTIR 9(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.freight.corridors import Freight
from geo.freight.haul import Haul
from geo.freight.haul_profile import Delivery
from geo.routing.legs import road_numbers
from geo.study import Study

YEAR: Final = 365.0

TENTHS: Final = np.array([0.3, 0.4, 0.3])
"""Weights of the 10th, 50th and 90th percentile by which their mean and variance are those of
the whole (Swanson's rule, Megill 1977)."""


@dataclass(frozen=True)
class HourPrice:
    """What hours of goods cost.

    Attributes
    ----------
    thb_per_t_h
        Of a tonne under way.
    ratio
        An hour of standard deviation against one of time.
    blocked_h
        How long whoever finds the road impassable waits.
    wet_share
        Part of the days of a year that are of the rains.
    """

    thb_per_t_h: float
    ratio: float
    blocked_h: float
    wet_share: float


def hour_price(study: Study, thb_per_t_h: float | None = None) -> HourPrice:
    """Return the prices of a study's rules; of an hour another one, if given."""
    inputs = study.rules.economics.inputs
    return HourPrice(
        inputs["goods_thb_per_t_h"].mid if thb_per_t_h is None else thb_per_t_h,
        study.rules.freight.choice.reliability_ratio,
        inputs["blocked_h"].mid,
        study.rules.seasons.season_days / YEAR,
    )


def mean_and_spread(
    time_h: tuple[float, float, float], passable_wet: float, price: HourPrice
) -> tuple[float, float]:
    """Return the mean and the standard deviation of a corridor's hours over a year.

    Parameters
    ----------
    time_h
        10th, 50th and 90th percentile while it can be driven.
    passable_wet
        Chance that it can, on a day of the rains.
    price
        How long one waits who finds that it cannot, and how many days are of the rains.

    Examples
    --------
    Open, and shut on half of all days for 8 hours: 4 more on the mean and 4 of spread.

    >>> mean_and_spread((2.0, 2.0, 2.0), 0.5, HourPrice(2.0, 1.2, 8.0, 1.0))
    (6.0, 4.0)
    """
    hours = np.array(time_h)
    mean = float(TENTHS @ hours)
    variance = float(TENTHS @ (hours - mean) ** 2)
    shut = price.wet_share * (1 - passable_wet)
    variance += price.blocked_h**2 * shut * (1 - shut)
    return mean + price.blocked_h * shut, float(np.sqrt(variance))


def logistics_share(
    transport: float, inventory: float, administration: float, value: float
) -> float:
    """Return what logistics take of a value, as NESDC has it of the gross domestic product.

    Examples
    --------
    Thailand 2021, billion baht: 13.84 % (published 13.8).

    >>> round(logistics_share(1044.2, 1028.0, 166.6, 16180.6), 4)
    0.1384
    """
    return (transport + inventory + administration) / value


def total_costs(
    study: Study,
    found: Freight,
    thb_per_t_h: float | None = None,
    cargo_thb_per_t: float | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Price hours and their spread of every corridor, and of the other ways there.

    Parameters
    ----------
    study
        The area.
    found
        Of `geo.freight.corridors.freight`, with alternatives where ways are to be compared.
    thb_per_t_h
        Of a tonne under way; that of the economics by default.
    cargo_thb_per_t
        What the goods are worth, for the share that logistics take of it.

    Returns
    -------
    table, notes
        A row per way that goods get along: `to_id, crossing, way` (1 the cheapest), `roads`,
        `cost_thb_per_t, mean_h, spread_h, time_thb_per_t, variability_thb_per_t,
        total_thb_per_t`, `cargo_share` (transport and time of cargo by its value, NaN where
        that is not known), `rank_cost` and `rank_total` among the ways to one destination;
        the least total first.

    Examples
    --------
    >>> from geo.freight.corridors import freight
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = freight(study, to="chiang_mai", vehicles=("truck_10w",), alternatives=1)
    >>> table, _ = total_costs(study, found)
    >>> bool((table["total_thb_per_t"] > table["cost_thb_per_t"]).all())
    True
    """
    price = hour_price(study, thb_per_t_h)
    ways: list[tuple[int, Delivery]] = []
    for one in found.deliveries:
        others = () if one.haul.crossing else found.alternatives.get(one.place.id, ())
        ways += [(at, way) for at, way in enumerate((one, *others), start=1) if way.haul.reached]
    rows = [_row(at, way, price, cargo_thb_per_t) for at, way in ways]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    same = table.groupby(["to_id", "crossing"])
    for name, column in (("rank_cost", "cost_thb_per_t"), ("rank_total", "total_thb_per_t")):
        table[name] = same[column].rank(method="min").astype(np.int64)
    said = (
        f"Total cost: an hour of a tonne {price.thb_per_t_h:g} baht, an hour of spread "
        f"{price.ratio:g} times that (unsourced); on a day of the rains on which a way cannot be "
        f"driven one waits {price.blocked_h:g} h. Hours are those of the season asked for."
    )
    first = table[(table["rank_cost"] == 1) & (table["rank_total"] > 1)]
    turned = [
        f"{found.places[str(to)].name_en}: the cheapest way ({roads}) is not the best"
        for to, roads in zip(first["to_id"], first["roads"], strict=True)
    ]
    more = f"{'; '.join(turned)} once hours and their spread are priced."
    notes = (said, more) if turned else (said,)
    order = ["total_thb_per_t", "to_id"]
    return table.sort_values(order, kind="stable", ignore_index=True), notes


COLUMNS: Final = (
    "to_id",
    "crossing",
    "way",
    "roads",
    "cost_thb_per_t",
    "mean_h",
    "spread_h",
    "time_thb_per_t",
    "variability_thb_per_t",
    "total_thb_per_t",
    "cargo_share",
)


def _row(at: int, way: Delivery, price: HourPrice, cargo: float | None) -> tuple[object, ...]:
    """Price one way."""
    haul, profile = way.haul, way.profile
    passable = profile.passable_wet if profile else haul.passable
    mean, spread, time, chance = priced_hours(haul, passable, price)
    direct = haul.cost_thb_per_t
    share = logistics_share(direct, time, 0.0, cargo) if cargo else np.nan
    total = direct + time + chance
    named = haul.to_id, haul.crossing, at, " · ".join(road_numbers(profile.legs if profile else ()))
    return *named, direct, mean, spread, time, chance, total, share


def priced_hours(
    haul: Haul, passable_wet: float, price: HourPrice
) -> tuple[float, float, float, float]:
    """Return mean and spread of a haul's hours, and baht per tonne of either."""
    p10, p50, p90 = (one / 3600 for one in haul.time_s)
    mean, spread = mean_and_spread((p10, p50, p90), passable_wet, price)
    return mean, spread, mean * price.thb_per_t_h, spread * price.thb_per_t_h * price.ratio
