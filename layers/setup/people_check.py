"""Checks of where people live: villages add up to their subdistrict, and stand in it."""

from __future__ import annotations

from typing import Final

import geopandas as gpd

from layers.area import Area
from layers.crs import LON_LAT
from layers.errors import in_file
from layers.tables.places import read_places
from layers.tables.villages import placed, read_villages, unplaced
from layers.tables.zones import read_zones, zones_of

FARTHEST_KM: Final = 25.0
"""Outlines of subdistricts are coarse; a village farther from its own is in another."""


def check_villages(area: Area) -> str:
    """Hold an area's villages against its places and zones, and tell how many there are.

    Raises
    ------
    DataError
        A table is wrong; or the people of a subdistrict are others than those of its place, or
        a village stands farther than `FARTHEST_KM` from its subdistrict: all in one message.
    """
    table = read_villages(area)
    there, zones = placed(table), zones_of(read_zones(area), "subdistrict")
    problems = []
    places = read_places(area)
    counted = places[places["kind"] == "tambon"].drop_duplicates("code").set_index("code")
    sums = there.groupby("tambon")["population"].sum()
    for code, people in sums.items():
        known = counted["population"].get(code)
        if known is not None and known != people:
            problems.append(
                f"subdistrict {code}: "
                f"its villages have {people:,.0f} people, its place {known:,.0f}"
            )
    shapes = zones.to_crs(area.crs).set_index("code").geometry
    points = gpd.GeoSeries(gpd.points_from_xy(there["lon"], there["lat"]), crs=LON_LAT)
    inside = there["tambon"].isin(shapes.index)
    own = gpd.GeoSeries(shapes.reindex(there["tambon"][inside]).to_numpy(), crs=area.crs)
    km = points[inside].reset_index(drop=True).to_crs(area.crs).distance(own) / 1000
    names = there["id"][inside].reset_index(drop=True)
    problems += [
        f"village {names[at]!r}: {km[at]:.0f} km from its subdistrict"
        for at in km.index[km > FARTHEST_KM]
    ]
    if problems:
        raise in_file(area.layers.villages, problems)
    return f"villages: {len(there)}, and {len(unplaced(table))} without a point"
