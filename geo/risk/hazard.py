"""Hazards: what closes which road for how long, and what keeping it open is worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.rules.risk import Landslides, Risk, read_risk
from layers.arrays import Floats
from layers.crs import LON_LAT
from layers.errors import DataError
from layers.roads.network import RoadNetwork
from layers.roads.profile import sample_fractions, sample_offsets
from layers.terrain.terrain import METRES_PER_DEGREE, Terrain

SPACING_M = 50.0
"""The ground beside a road is looked at so often."""


def landslide_index(slope: Floats, hollow_per_m: Floats, landslides: Landslides) -> Floats:
    """Rate the ground between 0, where nothing slides, and 1.

    index = S · (1 - h + h·C), S = (slope - low)/(high - low) and C = hollow/(its limit),
    both held within 0 and 1, h the part that hollows make: water gathers in them, but on
    the flat nothing slides. The form and its numbers are unsourced: an order of ground
    where no map of susceptibility is at hand, not a probability.

    Parameters
    ----------
    slope
        Rise over run, any shape; NaN where not known.
    hollow_per_m
        Curvature of the ground in 1/m, above 0 in hollows, same shape.
    landslides
        Parameters.

    Returns
    -------
    index
        Same shape, NaN where the slope is not known.
    """
    steep = (slope - landslides.slope_low) / (landslides.slope_high - landslides.slope_low)
    hollow = np.clip(np.nan_to_num(hollow_per_m) / landslides.hollow_per_m, 0, 1)
    share = landslides.hollow_share
    index: Floats = np.clip(steep, 0, 1) * (1 - share + share * hollow)
    return index


def landslide_on_roads(
    network: RoadNetwork, terrain: Terrain, landslides: Landslides | None = None
) -> Floats:
    """Rate every segment by the ground it runs over.

    Parameters
    ----------
    network
        The roads.
    terrain
        Heights of the ground.
    landslides
        Parameters; those shipped by default.

    Returns
    -------
    index
        Mean of `landslide_index` along it, 0 to 1, NaN where nothing is known of the
        ground; shape (segments,).
    """
    landslides = landslides or read_risk().landslide
    offsets = sample_offsets(network.length_m, SPACING_M)
    segment = np.repeat(np.arange(len(network.segments)), np.diff(offsets))
    lines = network.segments.geometry.to_numpy()
    points = shapely.line_interpolate_point(
        lines[segment], sample_fractions(offsets), normalized=True
    )
    to_lon_lat = Transformer.from_crs(network.segments.crs, LON_LAT, always_xy=True)
    lon, lat = map(np.asarray, to_lon_lat.transform(shapely.get_x(points), shapely.get_y(points)))
    slope = terrain.slope(lon, lat, step_m=landslides.step_m)
    hollow = _hollow(terrain, lon, lat, landslides.step_m)
    index = landslide_index(slope, hollow, landslides)
    known = np.isfinite(index)
    total = np.bincount(segment[known], index[known], len(lines))
    count = np.bincount(segment[known], minlength=len(lines))
    mean: Floats = np.divide(total, count, out=np.full(len(lines), np.nan), where=count > 0)
    return mean


def landslide_days(index: Floats, length_m: Floats, landslides: Landslides | None = None) -> Floats:
    """Turn the index into days per year on which a segment is cut.

    Parameters
    ----------
    index
        Of `landslide_on_roads`, NaN counts as 0; shape (segments,).
    length_m
        Same shape.
    landslides
        Parameters; those shipped by default.

    Returns
    -------
    closed_days
        Expected days per year, at most 365, same shape.
    """
    landslides = landslides or read_risk().landslide
    cuts = np.nan_to_num(index) * landslides.cuts_per_km_year * length_m / 1000
    days: Floats = np.minimum(cuts * landslides.days, 365.0)
    return days


def expected_annual(return_years: Floats, loss: Floats) -> Floats:
    """Compute the expected loss per year from losses of events of some return periods.

    The area under loss over exceedance probability 1/T, by trapezoids between the periods
    given. By convention nothing is added beyond them: events more frequent than the first
    lose nothing, and of those rarer than the last nothing is counted, so it is a lower
    bound.

    Parameters
    ----------
    return_years
        Return periods, at least 1, in any order; shape (n,).
    loss
        At each, in any unit; shape (n, …).

    Returns
    -------
    per_year
        Same unit per year, shape (…).

    Raises
    ------
    DataError
        A period stands twice, is below 1, or there are not as many losses.

    Examples
    --------
    >>> float(expected_annual(np.array([100.0, 200.0]), np.array([1000.0, 2000.0])))
    7.5
    """
    years = np.asarray(return_years, np.float64)
    if not (years >= 1).all() or len(np.unique(years)) < len(years):
        raise DataError(f"return periods {years.tolist()} must be at least 1 year, each once")
    if len(loss) != len(years):
        raise DataError(f"{len(loss)} losses are given for {len(years)} return periods")
    order = np.argsort(-years)
    losses = np.asarray(loss, np.float64)[order]
    per_year: Floats = np.asarray(np.trapezoid(losses, 1 / years[order], axis=0))
    return per_year


def flood_days(depth_m: Floats, return_years: Floats, risk: Risk | None = None) -> Floats:
    """Compute days per year on which floods close segments.

    Parameters
    ----------
    depth_m
        Deepest water on every segment at every return period, such as `largest` of
        `geo.risk.exposure.exposure`, NaN where there is none; shape (n, segments).
    return_years
        Shape (n,).
    risk
        Parameters; those shipped by default.

    Returns
    -------
    closed_days
        Expected days per year by `expected_annual`, shape (segments,).
    """
    risk = risk or read_risk()
    closed = np.nan_to_num(depth_m) > risk.closing_depth_m
    return expected_annual(return_years, np.where(closed, risk.flood_days, 0.0))


def worth_of_protection(
    critical: pd.DataFrame, closed_days: Floats, length_m: Floats, risk: Risk | None = None
) -> pd.DataFrame:
    """Compute what keeping each link open is worth per year, against what that costs.

    Hours lost per year = days closed · extra hours per day of its loss, each link alone; their
    worth is that of `hours_thb`, or of hours of people where that is not there.
    People cut off are counted in days apart: no price is put on them. The cost of
    protection is spread over its life by the annuity factor r / (1 - (1 + r)^-n).

    Parameters
    ----------
    critical
        Of `geo.risk.criticality.criticality` with demand per day.
    closed_days
        Expected days per year that every segment is closed, from all hazards, shape
        (segments,).
    length_m
        Same shape.
    risk
        Parameters; those shipped by default.

    Returns
    -------
    table
        One row per segment, in order: `closed_days` per year, `lost_h` per year,
        `cut_off_days` (demand · days per year), `worth_thb` and `cost_thb` per year,
        `worth_per_cost`, `rank` (1 the most worth for its cost, then the most cut off;
        0 where protection keeps nothing).

    Raises
    ------
    DataError
        Arrays differ in length, or days are negative or no number.
    """
    protection = (risk or read_risk()).protection
    if not len(critical) == len(closed_days) == len(length_m):
        raise DataError("worth of protection: tables and arrays differ in length")
    if not (np.isfinite(closed_days) & (closed_days >= 0)).all():
        raise DataError("days closed must be numbers from 0 up")
    rate, years = protection.discount_rate, protection.life_years
    annuity = rate / (1 - (1 + rate) ** -years) if rate else 1 / years
    lost = closed_days * critical["extra_demand_s"].to_numpy(np.float64) / 3600
    cut = closed_days * critical["cut_off_demand"].to_numpy(np.float64)
    worth = lost * protection.time_thb_per_h
    if "hours_thb" in critical:
        worth = closed_days * critical["hours_thb"].to_numpy(np.float64)
    cost = length_m / 1000 * protection.cost_thb_per_km * annuity
    ratio = np.divide(worth, cost, out=np.zeros_like(worth), where=cost > 0)
    used = np.flatnonzero((worth > 0) | (cut > 0))
    rank = np.zeros(len(critical), np.int64)
    rank[used[np.lexsort((-cut[used], -ratio[used]))]] = np.arange(1, len(used) + 1)
    return pd.DataFrame(
        {
            "closed_days": closed_days,
            "lost_h": lost,
            "cut_off_days": cut,
            "worth_thb": worth,
            "cost_thb": cost,
            "worth_per_cost": ratio,
            "rank": rank,
        }
    )


def _hollow(terrain: Terrain, lon: Floats, lat: Floats, step_m: float) -> Floats:
    """Compute the curvature of the ground, above 0 in hollows, NaN where data lack."""
    dlat = step_m / METRES_PER_DEGREE
    dlon = dlat / np.cos(np.radians(lat))
    around = terrain.sample(lon + dlon, lat) + terrain.sample(lon - dlon, lat)
    around += terrain.sample(lon, lat + dlat) + terrain.sample(lon, lat - dlat)
    hollow: Floats = (around - 4 * terrain.sample(lon, lat)) / step_m**2
    return hollow
