"""A road network as the graph that OSMnx and NetworkX work on, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.arrays import Bools, Ints
from layers.crs import LON_LAT, from_lon_lat, utm_for
from layers.errors import DataError
from layers.osm.columns import KEYS, SIGNS, attributes
from layers.osm.osmnx_edges import osmnx_edges
from layers.osm.write import xml_text
from layers.roads.network import RoadNetwork, Source, components, empty_restrictions
from layers.roads.profile import Profile, sample_fractions
from layers.roads.schema import NODE_COLUMNS, SEGMENT_COLUMNS
from layers.roads.signs import is_sign, signs_of
from layers.terrain.drape import drape

if TYPE_CHECKING:
    import networkx as nx


OSMNX: Final = Source(
    "osm live", "OpenStreetMap (OSMnx)", "", "ODbL 1.0", "© OpenStreetMap contributors"
)
"""What the roads of a graph are taken for unless somebody says better."""

MILLIMETRES: Final = 1000.0
"""Both directions of a road have one length, to the millimetre."""


def to_osmnx(network: RoadNetwork) -> nx.MultiDiGraph:
    """Return roads as OSMnx has them: an edge for every direction, open to somebody or not.

    Parameters
    ----------
    network
        The roads.

    Returns
    -------
    graph
        In lon, lat (EPSG:4326). Nodes are numbered by their position in `network.nodes` and have
        `x, y, elevation, osm_id`; edges have `osmid, length` (metres), `oneway, reversed`,
        `geometry`, tags as OpenStreetMap writes them where there are any, `segment` (their
        position in `network.segments`), `inferred` and `border_crossing`. Turn restrictions and
        the profile between junctions have no place in it.

    Examples
    --------
    >>> from layers.area import load_area
    >>> from layers.store.store import load_network
    >>> graph = to_osmnx(load_network(load_area("mae_hong_son"), "strategic"))
    >>> graph.graph["crs"], {"geometry", "length", "oneway"} <= set(min(graph.edges(data=True))[2])
    ('EPSG:4326', True)
    """
    return graph_of_edges(network, osmnx_edges(network))


def graph_of_edges(
    network: RoadNetwork, edges: gpd.GeoDataFrame, **about: object
) -> nx.MultiDiGraph:
    """Return a graph of the nodes of a network and of edges.

    Parameters
    ----------
    network
        The roads.
    edges
        Index `u, v, key`, geometry in lon, lat; empty text is no attribute.
    about
        Attributes of the graph.

    Returns
    -------
    graph
        As OSMnx makes and writes it.
    """
    import osmnx

    places = network.nodes.rename(columns={"elevation_m": "elevation"})
    nodes = gpd.GeoDataFrame(
        places.drop(columns=["x", "y", "lon", "lat"]).assign(x=places["lon"], y=places["lat"]),
        geometry=gpd.points_from_xy(places["lon"], places["lat"]),
        crs=LON_LAT,
    ).reset_index(drop=True)
    texts = edges.select_dtypes(("object", "string")).columns
    plain = {name: edges[name].map(xml_text) for name in texts}
    edges = edges.assign(**{name: words.mask(words == "") for name, words in plain.items()})
    told = {"crs": LON_LAT, "simplified": True, **about}
    return osmnx.graph_from_gdfs(nodes.rename_axis("osmid"), edges, graph_attrs=told)


def from_osmnx(
    graph: nx.MultiDiGraph, *, crs: str | None = None, source: Source = OSMNX
) -> RoadNetwork:
    """Return the roads of a graph of OSMnx, whoever made it.

    Both directions of a road become one segment, drawn as the way was. Tags are read as from a
    file; of several that simplifying put into a list, text is joined by `;`, the first class of
    highway and the mean of speeds count.

    Parameters
    ----------
    graph
        From `osmnx.graph_from_place` and its like, `osmnx.load_graphml`, or `to_osmnx`.
    crs
        Metric coordinate system of the roads; the UTM zone of their middle by default.
    source
        Where the roads came from.

    Returns
    -------
    network
        Every road straight from the height of one end to that of the other where all nodes
        have an `elevation`, else flat. Without turn restrictions, which a graph has not.

    Raises
    ------
    DataError
        It is not directed, has no edges or no coordinate system, or edges have no length.

    Examples
    --------
    >>> from layers.area import load_area
    >>> from layers.store.store import load_network
    >>> roads = load_network(load_area("mae_hong_son"), "strategic")
    >>> again = from_osmnx(to_osmnx(roads), crs=roads.segments.crs)
    >>> len(again.segments) == len(roads.segments), (again.ends == roads.ends).all().item()
    (True, True)
    """
    nodes, edges = _tables(graph)
    return network_of_edges(nodes, edges, crs=crs, source=source)


def network_of_edges(
    nodes: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, *, crs: str | None, source: Source
) -> RoadNetwork:
    """Return the roads of tables of nodes and edges.

    Parameters
    ----------
    nodes
        Points; index as `u` and `v` of edges name it; `elevation` and `osm_id` where known.
    edges
        Columns `u, v, length` (metres), `oneway`, and what `to_osmnx` names where known; lines.
    crs, source
        As for `from_osmnx`.

    Returns
    -------
    network
        As `from_osmnx`.
    """
    lon_lat = nodes.geometry.to_crs(LON_LAT)
    lon, lat = lon_lat.x.to_numpy(), lon_lat.y.to_numpy()
    metric = crs or utm_for((lon.min(), lat.min(), lon.max(), lat.max()))
    x, y = from_lon_lat(metric).transform(lon, lat)
    numbers = pd.Series(range(len(nodes)), nodes.index)
    roads, turned, one_way = _roads(edges)
    u, v = (roads[name].map(numbers).to_numpy(np.int64) for name in ("u", "v"))
    u, v = np.where(turned, v, u), np.where(turned, u, v)
    words = np.where(one_way, np.where(turned, "-1", "yes"), "no")
    tags = pd.DataFrame({key: _words(roads, key) for key in KEYS})
    tags = tags.assign(oneway=words, **{SIGNS: _signs(roads)})
    part = components(len(nodes), np.column_stack([u, v]))
    lines = roads.geometry.to_crs(metric)
    columns = attributes(tags.astype("category")).assign(
        u=u,
        v=v,
        osm_id=_ids(roads["osmid"]) if "osmid" in roads else 0,
        crossing=_words(roads, "border_crossing").to_numpy(),
        country=_words(roads, "country").to_numpy(),
        inferred=_words(roads, "inferred").to_numpy(),
        length_m=roads["length"].to_numpy(np.float64),
        component=part[u],
        source="osm",
    )
    segments = gpd.GeoDataFrame(
        columns[list(SEGMENT_COLUMNS)].astype(SEGMENT_COLUMNS),
        geometry=lines.where(~turned, lines.reverse()).to_numpy(),
        crs=metric,
    )
    ids = nodes["osm_id"] if "osm_id" in nodes else nodes.index.to_series()
    table = pd.DataFrame({"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": 0.0})
    table = table.assign(osm_id=_ids(ids), component=part)[list(NODE_COLUMNS)].astype(NODE_COLUMNS)
    table, profile = drape(table, segments, None)
    height = pd.to_numeric(nodes.get("elevation", pd.Series(np.nan, nodes.index)))
    if height.notna().all():
        table = table.assign(elevation_m=height.to_numpy(np.float64))
        profile = _straight(profile, height.to_numpy(np.float64)[np.column_stack([u, v])])
    return RoadNetwork(table, segments, profile, empty_restrictions(), source)


def _tables(graph: nx.MultiDiGraph) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return nodes and edges of a graph, each edge with its line."""
    import osmnx

    if not graph.is_directed() or not graph.is_multigraph():
        raise DataError("graph: must be a MultiDiGraph, as OSMnx makes it")
    if "crs" not in graph.graph:
        raise DataError("graph: has no coordinate system ('crs')")
    if not graph.number_of_edges():
        raise DataError("graph: has no edges")
    nodes, edges = osmnx.graph_to_gdfs(graph)
    if "length" not in edges or edges["length"].isna().any():
        raise DataError("graph: has edges without 'length'; osmnx.distance adds it")
    # OSMnx lists nodes as edges name them; by number, a network that became a graph comes back.
    by_number = pd.api.types.is_integer_dtype(nodes.index.dtype)
    return nodes.sort_index() if by_number else nodes, edges.reset_index()


def _roads(edges: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, Bools, Bools]:
    """Put the two directions of a road together.

    Returns
    -------
    roads, turned, one_way
        One edge of each; whether it runs against its way as drawn; whether it is all there is.
    """
    told = edges["reversed"] if "reversed" in edges else pd.Series(data=False, index=edges.index)
    turned = told.map(lambda value: value is True or str(value) == "True").to_numpy(bool)
    if "segment" in edges and edges["segment"].notna().all():
        road = edges["segment"].astype(np.int64).to_numpy()
        place = road
    else:
        road = _paired(edges)
        place = np.arange(len(edges))
    rows = pd.DataFrame({"road": road, "turned": turned, "place": place})
    first = rows.groupby("road")["place"].transform("min")
    chosen = rows.assign(first=first).sort_values(["first", "turned"], kind="stable")
    at = chosen.drop_duplicates("road").index.to_numpy()
    alone = (rows.groupby("road")["road"].transform("size") == 1).to_numpy()
    return edges.iloc[at].reset_index(drop=True), turned[at], alone[at]


def _paired(edges: gpd.GeoDataFrame) -> Ints:
    """Give edges the number of their road: one and the one that leads back have the same."""
    u, v = edges["u"].to_numpy(), edges["v"].to_numpy()
    ways = edges["osmid"] if "osmid" in edges else pd.Series(0, edges.index)
    oneway = edges["oneway"].map(lambda value: str(value) in {"True", "yes", "1"})
    rows = pd.DataFrame(
        {
            "low": np.minimum(u, v),
            "high": np.maximum(u, v),
            "way": ways.map(lambda ids: str(sorted(ids) if isinstance(ids, list) else ids)),
            "length": np.rint(edges["length"].to_numpy(np.float64) * MILLIMETRES),
            "oneway": oneway,
        }
    )
    side = rows.groupby(list(rows), sort=False).cumcount() % 2
    rows["side"] = np.where(u == v, side, u > v)
    rows["twin"] = rows.groupby(list(rows), sort=False).cumcount()
    same = rows.drop(columns="side").assign(
        only=np.where(oneway, np.arange(len(rows)), -1)  # One-way edges stay alone.
    )
    number: Ints = np.asarray(same.groupby(list(same), sort=False).ngroup(), np.int64)
    return number


def _words(roads: gpd.GeoDataFrame, key: str) -> pd.Series:
    """Return an attribute as OpenStreetMap writes it, empty where there is none."""
    if key not in roads:
        return pd.Series("", roads.index)
    joint = "|" if key == "maxspeed" else ";"

    def word(value: Any) -> str:  # noqa: ANN401
        if isinstance(value, list | tuple | set):
            parts = [str(part) for part in value]
            return parts[0] if key == "highway" else joint.join(parts)
        return "" if value is None or value != value else str(value)  # noqa: PLR0124

    words: pd.Series = roads[key].map(word).astype(object)
    return words


def _signs(roads: gpd.GeoDataFrame) -> list[str]:
    """Return the signs of every road, or those among its attributes."""
    if SIGNS in roads or "segment" in roads:
        return _words(roads, SIGNS).tolist()
    keys = [key for key in roads.columns if is_sign(str(key))]
    rows = zip(*(_words(roads, key) for key in keys), strict=True) if keys else [()] * len(roads)
    return [signs_of(dict(zip(keys, row, strict=True))) for row in rows]


def _ids(values: pd.Series) -> Ints:
    """Return ids of OpenStreetMap, of several the first, 0 where there is none."""
    first = values.map(lambda ids: ids[0] if isinstance(ids, list) else ids)
    return pd.to_numeric(first, errors="coerce").fillna(0).to_numpy(np.int64)


def _straight(profile: Profile, ends: NDArray[np.float64]) -> Profile:
    """Let every segment run straight from the height of one end to that of the other."""
    low, high = ends[profile.segment].T
    height = low + (high - low) * sample_fractions(profile.offsets)
    return Profile(profile.offsets, profile.distance_m, height, profile.radius_m)
