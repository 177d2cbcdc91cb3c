"""Roads as a table of edges in OSMnx's words, one for every direction."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.crs import LON_LAT
from layers.osm.write import segment_tags
from layers.roads.network import RoadNetwork


def osmnx_edges(network: RoadNetwork) -> gpd.GeoDataFrame:
    """Return the edges of `to_osmnx` as a table.

    Returns
    -------
    edges
        Index `u, v, key`; the attributes that `to_osmnx` names, and geometry in lon, lat.
    """
    segments = network.segments
    oneway = segments["oneway"].astype(str).to_numpy()
    forth = segments[["u", "v"]].assign(
        **pd.DataFrame(segment_tags(network, inferred=True)).drop(columns="oneway"),
        osmid=segments["osm_id"],
        length=segments["length_m"],
        oneway=oneway != "both",
        reversed=False,
        segment=np.arange(len(segments)),
        inferred=segments["inferred"].astype(str),
        signs=segments["signs"].astype(str),
        border_crossing=network.crosses,
        country=segments["country"].astype(str),
    )
    ferry = forth["route"] != ""
    forth = forth.assign(highway=forth["highway"].mask(ferry, forth["route"])).drop(columns="route")
    lines = segments.geometry.to_crs(LON_LAT)
    forth = gpd.GeoDataFrame(forth, geometry=lines.to_numpy(), crs=LON_LAT)
    back = forth.rename(columns={"u": "v", "v": "u"}).assign(reversed=True)
    back = back.set_geometry(lines.reverse().to_numpy(), crs=LON_LAT)
    both = [forth[oneway != "backward"], back[oneway != "forward"]]
    edges = pd.concat(both, ignore_index=True).sort_values(["segment", "reversed"], kind="stable")
    edges["key"] = edges.groupby(["u", "v"]).cumcount()
    return edges.set_index(["u", "v", "key"])
