"""Where a few collection or cold stores would best stand: the p-median."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.freight.fleet import thb_per_t
from geo.freight.haul import Terms
from geo.freight.terms import freight_terms, places_by_id, season_notes
from geo.study import Study
from layers.arrays import Floats, Ints
from layers.errors import DataError
from layers.tables.places import Place

FIELD: Final = "pickup"
"""What carries goods from the field unless another vehicle is named."""


@dataclass(frozen=True, eq=False)
class Sites:
    """Chosen sites, and who goes where.

    Attributes
    ----------
    chosen
        Positions of the sites among the candidates, in order, shape (p,).
    assigned
        Which candidate each place goes to, -1 where it reaches none; shape (places,).
    cost
        Of each place to its site, inf where it reaches none; shape (places,).
    total
        Σ weight · cost over the places that reach a site.
    """

    chosen: Ints
    assigned: Ints
    cost: Floats
    total: float


def p_median(cost: Floats, weight: Floats, sites: int) -> Sites:
    """Choose the sites that make Σ weight · cost least (Hakimi 1964, Operations Research 12).

    Solved exactly as a linear programme by `spopt` (PySAL).

    Parameters
    ----------
    cost
        From every place to every candidate, at least 0, inf where nothing leads; shape
        (places, candidates).
    weight
        Of every place, at least 0; shape (places,).
    sites
        How many.

    Returns
    -------
    sites
        A place that reaches no candidate is left out, and says so.

    Raises
    ------
    DataError
        More sites than candidates are wanted, or nobody reaches any candidate.

    Examples
    --------
    >>> cost = np.array([[0.0, 9.0, 5.0], [9.0, 0.0, 5.0], [9.0, 1.0, 5.0]])
    >>> p_median(cost, np.ones(3), 1).chosen.tolist()
    [1]
    """
    import pulp
    from spopt.locate import PMedian

    count = cost.shape[1]
    if not 1 <= sites <= count:
        raise DataError(f"{sites} sites are wanted; there are {count} candidates")
    reaches = np.isfinite(cost).any(axis=1) & (weight > 0)
    if not reaches.any():
        raise DataError("no place that counts reaches any candidate")
    # So dear that it is never taken while another way is open, yet no infinity for the solver.
    finite = cost[np.isfinite(cost)]
    never = (float(finite.max(initial=1.0)) + 1.0) * len(cost) * max(1.0, weight.max())
    solvable = np.where(np.isfinite(cost), cost, never)[reaches]
    with warnings.catch_warnings():
        # spopt 0.7 calls PuLP as PuLP 3 wants it, which warns of PuLP 4.
        warnings.simplefilter("ignore", DeprecationWarning)
        model = PMedian.from_cost_matrix(solvable, weight[reaches], p_facilities=sites)
        model.solve(pulp.PULP_CBC_CMD(msg=False, threads=1))
    chosen = np.flatnonzero([variable.value() > 0.5 for variable in model.fac_vars])  # noqa: PLR2004
    nearest = chosen[np.argmin(cost[:, chosen], axis=1)]
    own = cost[np.arange(len(cost)), nearest]
    reached = np.isfinite(own)
    return Sites(
        chosen,
        np.where(reached, nearest, -1),
        own,
        float((weight[reached] * own[reached]).sum()),
    )


@dataclass(frozen=True, eq=False)
class CollectionPoints:
    """Where collection points would best stand, and who goes to which.

    Attributes
    ----------
    sites
        Columns `site, name_en, name_th, places` (how many go there), `weight_t` or
        `weight_people`, and `mean_thb_per_t` (by weight; NaN where nobody counts), in the
        order of the candidates.
    assigned
        A row per settlement: columns `from_id, to_id` (empty where no candidate is reached),
        `cost_thb_per_t`, and its weight.
    settlements
        Columns `id, name_en, name_th, lon, lat`, in the order of `assigned`.
    candidates
        Places where points may stand.
    solution, weight
        Positions among `candidates` and `settlements`.
    unit
        Of the weights: `t` a year, or `people`.
    terms
        Who hauls from the field, and when.
    notes
        What the reader must know.
    """

    sites: pd.DataFrame
    assigned: pd.DataFrame
    settlements: pd.DataFrame
    candidates: tuple[Place, ...]
    solution: Sites
    weight: Floats
    unit: str
    terms: Terms
    notes: tuple[str, ...] = ()

    @property
    def vehicle(self) -> str:
        """Id of what carries goods from the field."""
        return self.terms.fleet.vehicles[0]


def collection_points(
    study: Study,
    count: int,
    *,
    vehicle: str = FIELD,
    season: str = "dry",
    empty_share: float | None = None,
    harvests: pd.DataFrame | None = None,
) -> CollectionPoints:
    """Find at which candidates so many collection points would best stand.

    Weights are the tonnes of the harvests where settlements have any, if they name
    settlements at all; else the registered people, which a note says.

    Parameters
    ----------
    study
        The area in its world.
    count
        How many points.
    vehicle
        Id of what carries goods from the field.
    season, empty_share
        As for `geo.freight.terms.freight_terms`.
    harvests
        Columns `place_id, tonnes_per_year`; the area's own by default.

    Raises
    ------
    UnknownNameError
        There is no such vehicle.
    DataError
        No hub is a candidate, there are fewer than wanted, nobody reaches any, or the
        vehicle carries no goods.

    Examples
    --------
    >>> from geo.study import open_study
    >>> found = collection_points(open_study("mae_hong_son", roads="strategic"), 2)
    >>> len(found.sites), found.unit, found.vehicle
    (2, 'people', 'pickup')
    """
    hubs = study.tables.hubs
    ids = hubs["id"][hubs["candidate"] == "yes"].astype(str).tolist()
    if not ids:
        raise DataError(f"area {study.area.slug!r}: no hub is a candidate")
    people = study.tables.settlements
    weight, unit = _weights(people, study.tables.harvests if harvests is None else harvests)
    terms = freight_terms(study, [vehicle], season, empty_share=empty_share)
    fleet = terms.fleet
    cost = thb_per_t(
        fleet[vehicle],
        fleet.at(vehicle, people["id"].tolist()),
        fleet.at(vehicle, ids),
        empty_share=terms.rules.trips.empty_share,
    )
    found = p_median(cost, weight, count)
    places = places_by_id(study)
    candidates = tuple(places[one] for one in ids)
    goes_to = np.array([*ids, ""], object)[found.assigned]
    assigned = pd.DataFrame(
        {
            "from_id": people["id"].to_numpy(object),
            "to_id": goes_to,
            "cost_thb_per_t": np.where(np.isfinite(found.cost), found.cost, np.nan),
            f"weight_{unit}": weight,
        }
    )
    lost = assigned["from_id"][assigned["to_id"] == ""].tolist()
    return CollectionPoints(
        _site_table(candidates, found, cost, weight, unit),
        assigned,
        people,
        candidates,
        found,
        weight,
        unit,
        terms,
        (*season_notes(study), *_notes(vehicle, unit, lost)),
    )


def _weights(people: pd.DataFrame, grown: pd.DataFrame) -> tuple[Floats, str]:
    """Return what settlements weigh, shape (settlements,), and the unit."""
    tonnes = grown.groupby("place_id")["tonnes_per_year"].sum()
    weight = tonnes.reindex(people["id"]).fillna(0.0).to_numpy(np.float64)
    if weight.any():
        return weight, "t"
    return people["population"].fillna(0.0).to_numpy(np.float64), "people"


def _site_table(
    candidates: Sequence[Place], found: Sites, cost: Floats, weight: Floats, unit: str
) -> pd.DataFrame:
    """Sum up who goes to each chosen site."""
    rows = []
    for site in found.chosen.tolist():
        own = found.assigned == site
        total = float(weight[own].sum())
        mean = float((cost[own, site] * weight[own]).sum() / total) if total else np.nan
        one = candidates[site]
        rows.append((one.id, one.name_en, one.name_th, int(own.sum()), total, mean))
    columns = ["site", "name_en", "name_th", "places", f"weight_{unit}", "mean_thb_per_t"]
    return pd.DataFrame(rows, columns=columns)


def _notes(vehicle: str, unit: str, lost: Sequence[str]) -> tuple[str, ...]:
    """Say who carries, what settlements weigh, and who is left out."""
    by_people = "no tonnes are known by settlement: weighed by registered people"
    return (
        f"carried from the field by {vehicle}",
        *([by_people] if unit == "people" else []),
        *([f"reach no candidate: {', '.join(lost)}"] if lost else []),
    )
