"""Which road must not fail, and who gets through in the rains: the questions as functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.driving.usual import GOODS, PEOPLE
from geo.risk.closure_days import HazardFile, closed_days
from geo.risk.criticality import rank_correlation
from geo.risk.loaded_roads import Progress, Roads, load_roads
from geo.risk.rains import places
from geo.risk.ranking import as_corridors, hour_prices, links
from geo.risk.storms import Storms, storms
from geo.risk.whole_corridors import with_whole
from geo.rules.risk import Storm
from geo.study import Study
from layers.crs import LON_LAT
from layers.errors import DataError

SPURS = (
    "A settlement stands at one point: at the end of a short spur it has no second way by that "
    "alone, and all its people count as cut off with the spur. Spurs of up to 3 km that cut off "
    "one settlement alone are in no ranking of who is cut off."
)
WORST_LINK = (
    "Numbers of a corridor are those of its worst link, each link lost alone; beside the worst "
    "corridors stands what the loss of all of it together does."
)


@dataclass(frozen=True, eq=False)
class Criticality:
    """What the loss of every link does.

    Attributes
    ----------
    roads
        With what goes over them.
    links
        Of `geo.risk.ranking.links`, with the shape of each in the network's CRS.
    corridors
        Of `geo.risk.ranking.as_corridors` and `geo.risk.whole_corridors.with_whole`, with the
        shape of each in lon, lat; `segments` are positions in `links`.
    correlation
        Of `geo.risk.criticality.rank_correlation`, its index as column `measure`.
    places
        Of `geo.risk.rains.places`; empty where no people were asked for.
    notes
        What the reader must know.
    storms
        Of `geo.risk.storms.storms`, if they were asked for.
    """

    roads: Roads
    links: gpd.GeoDataFrame
    corridors: gpd.GeoDataFrame
    correlation: pd.DataFrame
    places: pd.DataFrame
    notes: tuple[str, ...]
    storms: Storms | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Where people go."""
        return self.roads.people.demand.kinds if self.roads.people else ()


@dataclass(frozen=True, eq=False)
class Reliability:
    """Who gets through in the rains.

    Attributes
    ----------
    roads
        With people on them.
    places
        Of `geo.risk.rains.places`.
    notes
        What the reader must know.
    """

    roads: Roads
    places: pd.DataFrame
    notes: tuple[str, ...]


def criticality(  # noqa: PLR0913 - what may be asked
    study: Study,
    demand: str = "both",
    *,
    to: Sequence[str] = (),
    vehicle: str = PEOPLE,
    truck: str = GOODS,
    season: str = "dry",
    trips: float | None = None,
    population: Path | None = None,
    hazards: Sequence[HazardFile] = (),
    days: int = 1000,
    seed: int = 1,
    storm: Storm | None = None,
    progress: Progress = lambda _: None,
) -> Criticality:
    """Lose every link in turn, and draw the rains.

    Parameters
    ----------
    study
        The area.
    demand, to, vehicle, truck, season, trips, population
        Who goes where, as for `geo.risk.loaded_roads.load_roads`.
    hazards
        Rasters of floods and landslides.
    days, seed
        Days of the rains that are drawn, 0 for none, and the seed of the draws.
    storm
        Days are also drawn in storms, which cut links near one another together; `days` must
        then be 1 at least.
    progress
        Is told what takes a while.

    Raises
    ------
    DataError, UnknownNameError
        As `load_roads`, or a raster cannot be used.

    Examples
    --------
    >>> from geo.study import open_study
    >>> study = open_study("mae_hong_son", roads="strategic")
    >>> found = criticality(study, "people", to=["hospital"], days=0)
    >>> set(found.corridors["ref"].head(4)) >= {"108", "1095"}
    True
    """
    roads, notes = load_roads(
        study,
        demand,
        to=to,
        vehicle=vehicle,
        truck=truck,
        season=season,
        trips=trips,
        population=population,
        progress=progress,
    )
    progress(f"{len(roads.chain)} links, each lost in turn; {days} days of rain")
    closed, said = closed_days(roads, hazards)
    segments = roads.network.segments
    table = gpd.GeoDataFrame(
        links(roads, closed), geometry=segments.geometry.to_numpy(), crs=segments.crs
    )
    found = with_whole(roads, as_corridors(roads, table))
    lines = segments.geometry.to_crs(LON_LAT).to_numpy()
    shapes = [_merged(lines[list(at)]) for at in found["segments"]]
    protection = study.rules.risk.protection
    prices = hour_prices(roads)
    worth = (
        "Links rank by what the hours of all who are later are worth: an hour of a person "
        f"{prices['people']:g} baht, of a tonne {prices['tonnes']:.1f} (goods, crew and truck); "
        f"fuel is not in it. A km protected for {protection.life_years:g} years costs "
        f"{protection.cost_thb_per_km:,.0f} (unsourced). Who is cut off has no price."
    )
    best = float(found["worth_per_cost"].max()) if len(found) else 0.0
    none: tuple[str, ...] = ()
    if 0 < best < 1:
        none = (f"None pays: the best is worth {best:.2f} of what its protection costs.",)
    drawn = None
    if storm:
        drawn = storms(
            roads,
            (table["demand_on_link"] > 0).to_numpy(bool),
            storm=storm,
            hazards=hazards,
            days=days,
            seed=seed,
            progress=progress,
        )
    return Criticality(
        roads,
        table,
        gpd.GeoDataFrame(found, geometry=shapes, crs=LON_LAT),
        rank_correlation(table).rename_axis("measure").reset_index(),
        places(roads, roads.people, days=days, seed=seed) if roads.people else pd.DataFrame(),
        (*notes, *said, WORST_LINK, SPURS, worth, *none, *(drawn.notes if drawn else ())),
        drawn,
    )


def reliability(
    study: Study,
    *,
    to: Sequence[str] = (),
    vehicle: str = PEOPLE,
    population: Path | None = None,
    days: int = 1000,
    seed: int = 1,
) -> Reliability:
    """Draw days of the rains, and say who reaches what on how many of them.

    Parameters
    ----------
    study
        The area.
    to, vehicle, population
        Who goes where, as for `geo.risk.loaded_roads.load_roads`.
    days, seed
        How many days are drawn, and the seed of the draws.

    Raises
    ------
    DataError, UnknownNameError
        As `load_roads`, or no day is drawn.

    Examples
    --------
    >>> from geo.study import open_study
    >>> found = reliability(open_study("mae_hong_son", roads="strategic"), to=["hospital"], days=20)
    >>> bool(found.places["reached_hospital"].between(0, 1).all())
    True
    """
    if days < 1:
        raise DataError(f"reliability: {days} days; at least one must be drawn")
    roads, notes = load_roads(study, "people", to=to, vehicle=vehicle, population=population)
    flow = roads.flows[0]
    return Reliability(roads, places(roads, flow, days=days, seed=seed), (*notes, SPURS))


def _merged(lines: np.ndarray) -> shapely.Geometry:
    """Return lines as one shape."""
    return shapely.line_merge(shapely.union_all(lines))
