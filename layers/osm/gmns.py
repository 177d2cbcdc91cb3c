"""Read a network of the General Modeling Network Specification as roads.

https://github.com/zephyr-data-specs/GMNS: `node.csv`, `link.csv`, and `config.csv` and
`movement.csv` where they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.arrays import Bools, Floats, Ints
from layers.crs import LON_LAT
from layers.errors import DataError
from layers.io.files import existing_file
from layers.io.toml_file import read_utf8
from layers.osm.osmnx_graph import network_of_edges
from layers.roads.network import RoadNetwork, Source
from layers.roads.schema import HIGHWAYS

METRES: Final = {"km": 1000.0, "m": 1.0, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344,
                 "ft": 0.3048, "feet": 0.3048}  # fmt: skip
KPH: Final = {"km/h": 1.0, "kph": 1.0, "kmh": 1.0, "mph": 1.609344, "mi/h": 1.609344}
CLASSES: Final = {
    "freeway": "motorway",
    "expressway": "trunk",
    "highway": "trunk",
    "arterial": "primary",
    "major arterial": "primary",
    "minor arterial": "secondary",
    "collector": "tertiary",
    "local": "residential",
    "ramp": "primary_link",
}
"""Classes that models use, as highways; another word counts as `road`."""

FIELDS: Final = ("maxspeed", "ref", "surface", "osmid", "reversed")
"""Columns of our own links that come back as they are, beside those of any tag."""


def from_gmns(folder: Path, *, crs: str | None = None) -> RoadNetwork:
    """Read the roads of a folder of GMNS tables.

    Two directed links between the same nodes, as long as each other and of one name and class,
    are the two directions of one road. Where `movement` names turns at a node, those between
    its links that it does not name are banned.

    Parameters
    ----------
    folder
        Holds `node.csv` and `link.csv`.
    crs
        Metric coordinate system of the roads; the UTM zone of their middle by default.

    Returns
    -------
    network
        As `layers.osm.osmnx_graph.from_osmnx`: straight between the heights of the nodes, flat
        where some have none. `source.notes` say what was assumed.

    Raises
    ------
    MissingFileError
        A table is not there.
    DataError
        A column or a value is missing or wrong, or a link names no node.
    """
    node, link = (_table(folder / f"{name}.csv") for name in ("node", "link"))
    config = _table(folder / "config.csv") if (folder / "config.csv").is_file() else pd.DataFrame()
    with _naming(folder / "node.csv"):
        nodes = _nodes(node, _setting(config, "crs", LON_LAT))
    notes: list[str] = []
    with _naming(folder / "link.csv"):
        edges = _edges(link, node, nodes, config, notes)
    name = _setting(config, "dataset_name", folder.name)
    source = Source("osm file", name, "", "", "", notes=tuple(notes))
    both = edges[~_flags(link, "directed")]
    back = both.rename(columns={"u": "v", "v": "u"}).assign(reversed=True)
    driven = pd.concat([edges, back.set_geometry(both.geometry.reverse())], ignore_index=True)
    network = network_of_edges(nodes.reset_index(drop=True), driven, crs=crs, source=source)
    path = folder / "movement.csv"
    if not path.is_file():
        return network
    with _naming(path):
        turns = _restrictions(_table(path), link, edges, node)
    return RoadNetwork(network.nodes, network.segments, network.profile, turns, source)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say in which file a fault is."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _table(path: Path) -> pd.DataFrame:
    """Read a table as text."""
    text = read_utf8(existing_file(path, "a table of GMNS"))
    try:
        return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
    except ValueError as error:
        raise DataError(f"{path}: is no table: {error}") from error


def _setting(config: pd.DataFrame, name: str, default: str) -> str:
    """Return a setting of the one row of `config`."""
    told = str(config[name].iloc[0]).strip() if name in config and len(config) else ""
    return told or default


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column that has to be there."""
    if name not in table:
        raise DataError(f"has no column {name!r}; it has {', '.join(table.columns)}")
    return table[name]


def _numbers(table: pd.DataFrame, name: str, *, required: bool = False) -> Floats:
    """Return numbers, NaN where nothing stands."""
    if name not in table and not required:
        return np.full(len(table), np.nan)
    words = _column(table, name).str.strip().replace({"NaN": ""})
    made = pd.to_numeric(words, errors="coerce").to_numpy(np.float64)
    wrong = (~np.isfinite(made)) & ((words != "").to_numpy() | required)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(f"row {row + 2}, column {name}: {words.iloc[row]!r} is no number")
    return made


def _flags(table: pd.DataFrame, name: str) -> Bools:
    """Return yes or no of a column."""
    words = _column(table, name).str.strip().str.lower()
    yes, no = words.isin(["true", "1", "yes", "t"]), words.isin(["false", "0", "no", "f", ""])
    if not (yes | no).all():
        row = int(np.flatnonzero(~(yes | no))[0])
        raise DataError(f"row {row + 2}, column {name}: {words.iloc[row]!r}: give true or false")
    return yes.to_numpy(bool)


def _nodes(node: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Return nodes as points, in the order of the file."""
    ids = _column(node, "node_id")
    if ids.duplicated().any():
        raise DataError(f"column node_id: {ids[ids.duplicated()].iloc[0]!r} stands twice")
    x, y = (_numbers(node, name, required=True) for name in ("x_coord", "y_coord"))
    height = _numbers(node, "z_coord")
    table = pd.DataFrame({"elevation": height})
    if "osm_id" in node:
        table["osm_id"] = np.nan_to_num(_numbers(node, "osm_id")).astype(np.int64)
    try:
        return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs=crs)
    except (ValueError, RuntimeError) as error:
        raise DataError(f"config.csv, column crs: {crs!r}: {error}") from error


def _edges(
    link: pd.DataFrame,
    node: pd.DataFrame,
    nodes: gpd.GeoDataFrame,
    config: pd.DataFrame,
    notes: list[str],
) -> gpd.GeoDataFrame:
    """Return links as edges in OSMnx's words; `segment` numbers their roads from 0."""
    place = pd.Series(range(len(node)), node["node_id"])
    ends = {name: _column(link, f"{name}_node_id").map(place) for name in ("from", "to")}
    for name, at in ends.items():
        if at.isna().any():
            row = int(np.flatnonzero(at.isna())[0])
            named = link[f"{name}_node_id"].iloc[row]
            raise DataError(f"row {row + 2}, column {name}_node_id: no node is called {named!r}")
    u, v = (np.asarray(ends[name], np.int64) for name in ("from", "to"))
    lines = _lines(link, nodes, u, v)
    length = _numbers(link, "length") * _unit(config, "long_length", "km", METRES)
    drawn = gpd.GeoSeries(lines, crs=nodes.crs).to_crs(nodes.estimate_utm_crs()).length.to_numpy()
    if np.isnan(length).any():
        notes.append(f"{np.isnan(length).sum():,} links without length: as they are drawn.")
    table = pd.DataFrame({"u": u, "v": v, "length": np.where(np.isnan(length), drawn, length)})
    highway, words = _highways(link)
    if words:
        notes.append(f"Classes taken for roads of no class: {', '.join(words)}.")
    plain = ("name", "ref", "surface", "bridge", "tunnel", "inferred", "border_crossing")
    table = table.assign(
        highway=highway,
        **{name: link[name] for name in (*plain, "country", "signs") if name in link},
        lanes=link.get("lanes_of_both", link.get("lanes", "")),
        maxspeed=link["maxspeed"] if "maxspeed" in link else _speeds(link, config),
    )
    road, turned, alone = _paired(link, table)
    table = table.assign(segment=road, reversed=turned, oneway=alone & _flags(link, "directed"))
    if "osmid" in link:
        table["osmid"] = np.nan_to_num(_numbers(link, "osmid")).astype(np.int64)
    return gpd.GeoDataFrame(table, geometry=lines, crs=nodes.crs)


def _unit(config: pd.DataFrame, name: str, usual: str, known: dict[str, float]) -> float:
    """Return what a unit of the config is in ours."""
    unit = _setting(config, name, usual).lower()
    if unit not in known:
        raise DataError(f"config.csv, column {name}: {unit!r} is none of {', '.join(known)}")
    return known[unit]


def _speeds(link: pd.DataFrame, config: pd.DataFrame) -> list[str]:
    """Return `free_speed` as limits, km/h."""
    kph = _numbers(link, "free_speed") * _unit(config, "speed", "km/h", KPH)
    return ["" if np.isnan(value) else f"{value:g}" for value in kph]


def _highways(link: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return classes as highways, and the words that are none."""
    told = link["highway"] if "highway" in link else link.get("facility_type", pd.Series(dtype=str))
    words = told.reindex(range(len(link)), fill_value="").str.strip().str.lower()
    made = [word if word in HIGHWAYS else CLASSES.get(word, "road") for word in words]
    unknown = {word for word, kind in zip(words, made, strict=True) if kind == "road"} - {"road"}
    return made, sorted(word or "(none)" for word in unknown)


def _lines(link: pd.DataFrame, nodes: gpd.GeoDataFrame, u: Ints, v: Ints) -> NDArray[np.object_]:
    """Return lines in the direction of the links, straight where none are given."""
    points = nodes.geometry.to_numpy()
    ends = [shapely.get_coordinates(points[at]) for at in (u, v)]
    straight = np.asarray(shapely.linestrings(np.stack(ends, axis=1)), object)
    if "geometry" not in link:
        return straight
    given = (link["geometry"].str.strip() != "").to_numpy()
    lines = shapely.from_wkt(link["geometry"].where(given, "").to_numpy(), on_invalid="ignore")
    wrong = given & (shapely.get_type_id(lines) != shapely.GeometryType.LINESTRING)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(f"row {row + 2}, column geometry: is no LINESTRING in WKT")
    lines = np.where(given, np.asarray(lines, object), straight)
    back = _numbers(link, "dir_flag") == -1
    return np.where(back, shapely.reverse(lines), lines)


def _paired(link: pd.DataFrame, table: pd.DataFrame) -> tuple[Ints, Bools, Bools]:
    """Give each link its road; say which run against theirs, and which are its only one."""
    if {"segment", "reversed"} <= set(link.columns):
        road: Ints = np.asarray(pd.factorize(link["segment"])[0], np.int64)
        turned = _flags(link, "reversed")
    else:
        u, v = table["u"].to_numpy(), table["v"].to_numpy()
        facts = pd.DataFrame(
            {"low": np.minimum(u, v), "high": np.maximum(u, v), "m": table["length"].round(1)}
        )
        facts = facts.assign(name=table.get("name", ""), highway=table["highway"])
        facts = facts.assign(way=u > v, undirected=~_flags(link, "directed"))
        facts["twin"] = facts.groupby(list(facts), sort=False).cumcount()
        same = facts.assign(way=False)
        # A link both ways is a road of its own.
        same["alone"] = np.where(facts["undirected"], np.arange(len(facts)), -1)
        road = np.asarray(same.groupby(list(same), sort=False).ngroup(), np.int64)
        turned = pd.Series(road).duplicated().to_numpy(bool)
    sizes = np.bincount(road, minlength=len(road))
    return road, turned, sizes[road] == 1


def _restrictions(
    movement: pd.DataFrame, link: pd.DataFrame, edges: gpd.GeoDataFrame, node: pd.DataFrame
) -> pd.DataFrame:
    """Return the turns that are not named at nodes where some are."""
    place = pd.Series(range(len(node)), node["node_id"])
    number = pd.Series(range(len(link)), _column(link, "link_id"))
    named = {}
    for name, among in (("node_id", place), ("ib_link_id", number), ("ob_link_id", number)):
        at = _column(movement, name).map(among)
        if at.isna().any():
            row = int(np.flatnonzero(at.isna())[0])
            raise DataError(
                f"row {row + 2}, column {name}: there is no {movement[name].iloc[row]!r}"
            )
        named[name] = at.to_numpy(np.int64)
    allowed = set(zip(named["ib_link_id"].tolist(), named["ob_link_id"].tolist(), strict=True))
    both = ~_flags(link, "directed")
    heads = pd.DataFrame({"node": edges["v"], "ib": np.arange(len(edges))})
    tails = pd.DataFrame({"node": edges["u"], "ob": np.arange(len(edges))})
    heads = pd.concat([heads, tails[both].rename(columns={"ob": "ib"})])
    tails = pd.concat([tails, heads[both[heads["ib"]]].rename(columns={"ib": "ob"})])
    heads = heads[heads["node"].isin(np.unique(named["node_id"]))]
    turns = heads.merge(tails.drop_duplicates(), on="node")
    shut = [
        (one, other) not in allowed for one, other in zip(turns["ib"], turns["ob"], strict=True)
    ]
    turns = turns[shut].sort_values(["node", "ib", "ob"]).reset_index(drop=True)
    road = edges["segment"].to_numpy(np.int64)
    same = road[turns["ib"]] == road[turns["ob"]]
    return pd.DataFrame(
        {
            "from_segment": road[turns["ib"]],
            "via_node": turns["node"].to_numpy(np.int64),
            "to_segment": road[turns["ob"]],
            "kind": np.where(same, "no_u_turn", "no_straight_on"),
            "except_vehicles": "",
            "osm_id": np.zeros(len(turns), np.int64),
        }
    )
