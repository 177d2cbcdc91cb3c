"""The tables of an area, each read once: own tables first, else what was imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from layers.area import Area, read_boundary
from layers.errors import DataError
from layers.store.facilities import (
    count_facilities,
    facilities,
    imported_settlements,
    settlements,
)
from layers.store.points import load_water
from layers.store.store import has_terrain, load_terrain
from layers.tables.crossings import read_crossings, read_dwell
from layers.tables.hazards import read_hazards
from layers.tables.hubs import read_hubs
from layers.tables.places import find_place, gazetteer, read_places
from layers.tables.products import read_harvests, read_markets, read_products
from layers.tables.traffic_counts import read_traffic
from layers.tables.villages import read_villages
from layers.tables.zones import read_zones

if TYPE_CHECKING:
    from layers.terrain.terrain import Terrain

LARGEST = ("city", "town", "village", "hamlet")
"""Kinds of settlements by size, for a home where nobody's number of people is known."""


@dataclass(frozen=True, eq=False)
class AreaTables:
    """The tables of an area, read at the first use and then kept.

    Columns are those of the functions that read them, in `layers.tables` and
    `layers.store.facilities`. Callers do not write into them.

    Attributes
    ----------
    area
        Whose.
    start
        Id of a place that counts as home instead of the area's own; none if empty.
    by_village
        Whether people live at the villages of the area's table, if it has one; else at the
        points of its subdistricts, which is all that a network of main roads can tell apart.
    waters
        Rivers and fords that a person gave instead of the import's; None if nobody did.
    """

    area: Area
    start: str = ""
    by_village: bool = True
    waters: gpd.GeoDataFrame | None = None
    _facilities: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    def with_home(self, text: str) -> AreaTables:
        """Return the tables with another home, found as `layers.tables.places.find_place` does.

        Raises
        ------
        DataError
            It is coordinates: corridors start at a place with a name.
        UnknownNameError
            Nothing has that name.
        """
        place = find_place(text, self.gazetteer)
        if not place.id:
            raise DataError(f"home {text!r}: coordinates are not enough; give a place with a name")
        return AreaTables(self.area, place.id, self.by_village)

    def on_roads(self, kind: str) -> AreaTables:
        """Return the tables that suit a kind of roads (`RoadNetwork.source.kind`)."""
        return AreaTables(self.area, self.start, by_village=kind != "strategic")

    @cached_property
    def boundary(self) -> BaseGeometry:
        """Outline of the area in lon, lat."""
        return read_boundary(self.area)

    @cached_property
    def places(self) -> pd.DataFrame:
        """Places of the area's own table."""
        return read_places(self.area)

    @cached_property
    def gazetteer(self) -> pd.DataFrame:
        """Every place that can be named: own places, crossings, and imported settlements.

        Settlements of an import are in it where the area has no villages of its own.
        """
        own = gazetteer(self.area)
        imported = imported_settlements(self.area)
        if imported.empty or self.area.layers.villages:
            return own
        called = imported["name_en"].where(imported["name_en"] != "", imported["name"])
        imported = imported.assign(name_en=called, lies_in="")[~imported["id"].isin(own["id"])]
        if own.empty:
            return imported.reindex(columns=own.columns).reset_index(drop=True)
        return pd.concat([own, imported[list(own.columns)]], ignore_index=True)

    @cached_property
    def crossings(self) -> pd.DataFrame:
        """Border crossings."""
        return read_crossings(self.area)

    @cached_property
    def dwell(self) -> pd.DataFrame:
        """Measured times at crossings."""
        return read_dwell(self.area)

    @cached_property
    def hazards(self) -> pd.DataFrame:
        """Places where roads were cut."""
        return read_hazards(self.area)

    @cached_property
    def hubs(self) -> pd.DataFrame:
        """Where goods may change vehicles."""
        return read_hubs(self.area)

    @cached_property
    def products(self) -> pd.DataFrame:
        """What is grown."""
        return read_products(self.area)

    @cached_property
    def harvests(self) -> pd.DataFrame:
        """Where how much of it is grown."""
        return read_harvests(self.area)

    @cached_property
    def markets(self) -> pd.DataFrame:
        """Who buys it."""
        return read_markets(self.area)

    @cached_property
    def traffic(self) -> pd.DataFrame:
        """Vehicles counted on roads."""
        return read_traffic(self.area)

    @cached_property
    def settlements(self) -> pd.DataFrame:
        """Where people live; at least one row.

        Raises
        ------
        DataError
            Nobody is known to live in the area.
        """
        return settlements(self.area, villages=self.by_village)

    @cached_property
    def villages(self) -> pd.DataFrame:
        """Villages of the area's own table, those without a point among them."""
        return read_villages(self.area)

    @cached_property
    def zones(self) -> gpd.GeoDataFrame:
        """Districts and subdistricts as they are drawn; without rows if they are not."""
        return read_zones(self.area)

    @cached_property
    def facility_counts(self) -> Mapping[str, int]:
        """How many facilities of each kind there are."""
        return count_facilities(self.area)

    def facilities(self, kind: str) -> pd.DataFrame:
        """Return the facilities of a kind; at least one row.

        Raises
        ------
        DataError
            There is no such kind, or none of it.
        """
        if kind not in self._facilities:
            self._facilities[kind] = facilities(self.area, kind)
        return self._facilities[kind]

    @cached_property
    def terrain(self) -> Terrain | None:
        """The terrain, None where none is known."""
        return load_terrain(self.area) if has_terrain(self.area) else None

    @cached_property
    def water(self) -> gpd.GeoDataFrame:
        """Rivers, lakes and fords: those given, else the import's; maybe without rows."""
        return load_water(self.area) if self.waters is None else self.waters

    @property
    def home(self) -> str:
        """Id of the place where the area's corridors start.

        The one that was asked for, that of `area.toml`, or else the largest imported
        settlement: by its people, where they are not known by its kind.

        Raises
        ------
        DataError
            There is neither.
        """
        if self.start or self.area.home:
            return self.start or self.area.home
        towns = imported_settlements(self.area)
        if towns.empty:
            raise DataError(
                f"{self.area.folder / 'area.toml'}: key 'home' is missing: "
                "the id of the place where corridors start"
            )
        size = towns["kind"].map({kind: at for at, kind in enumerate(LARGEST)}).fillna(len(LARGEST))
        order = towns.assign(people=-towns["population"].fillna(0.0), size=size)
        first = order.sort_values(["people", "size", "name", "id"], kind="stable")
        return str(first["id"].iloc[0])
