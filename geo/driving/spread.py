"""How much the time of a way differs between drivers and days."""

from __future__ import annotations

from typing import Final

import numpy as np

from geo.driving.limits import by_category
from geo.driving.setting import PAVED, Spread
from layers.arrays import Floats
from layers.roads.network import RoadNetwork

TENTH: Final = 1.2815515655446004
"""Standard deviations from the median to the tenth and the ninetieth of a hundred."""

CLASSES: Final = ("trunk", "primary", "secondary", "tertiary")


def variation(network: RoadNetwork, rules: Spread) -> Floats:
    """Return standard deviation over mean of the time on every segment, shape (segments,)."""
    usual = {name: getattr(rules, name) for name in CLASSES}
    usual |= {"motorway": rules.trunk}
    usual |= {f"{name}_link": value for name, value in usual.items()}
    own = by_category(network, "highway", usual)
    own = np.where(np.isnan(own), rules.other, own)
    surfaces = network.segments["surface"].cat.categories
    rough = by_category(network, "surface", {s: rules.unpaved for s in surfaces if s not in PAVED})
    differs: Floats = np.fmax(own, rough)
    return differs


def log_deviation(time_s: float, deviation_s: float, distance_m: float, rules: Spread) -> float:
    """Return the standard deviation of the logarithm of a way's time.

    A share `whole_way` of the variance is common to the whole way; the rest is forgotten
    exponentially along it, so that it averages out over long ways by 2·(1 - (1 - e^-x)/x)/x, x
    the length over `forgotten_km`: cutting a way changes nothing.

    Parameters
    ----------
    time_s
        The time computed.
    deviation_s
        Time times `variation`, added up along the way.
    distance_m
        Length of the way.
    rules
        Correlation.
    """
    if time_s <= 0.0:
        return 0.0
    x = max(distance_m / 1000.0 / rules.forgotten_km, 1e-9)
    kept = 2.0 * (1.0 + np.expm1(-x) / x) / x
    left = rules.whole_way + (1.0 - rules.whole_way) * min(kept, 1.0)
    share = deviation_s / time_s * np.sqrt(left)
    return float(np.sqrt(np.log1p(share * share)))


def quantiles_s(
    time_s: float, deviation_s: float, distance_m: float, rules: Spread
) -> tuple[float, float, float]:
    """Return the times that 10, 50 and 90 of a hundred drives stay within.

    Lognormal about the time computed, which is the median; parameters as for `log_deviation`.

    Examples
    --------
    >>> from geo.driving.setting import read_road_rules
    >>> rules = read_road_rules().spread
    >>> [round(one) for one in quantiles_s(3600.0, 468.0, 30_000.0, rules)]
    [3077, 3600, 4212]
    """
    factor = float(np.exp(TENTH * log_deviation(time_s, deviation_s, distance_m, rules)))
    return time_s / factor, time_s, time_s * factor
