"""Put further segments and nodes after those of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.crs import to_lon_lat
from layers.roads.network import RoadNetwork, components
from layers.roads.profile import Profile
from layers.roads.schema import SEGMENT_COLUMNS, SURROUNDINGS


def append_segments(
    network: RoadNetwork,
    columns: Mapping[str, object],
    lines: NDArray[np.object_],
    profile: Profile,
    nodes: NDArray[np.float64],
) -> RoadNetwork:
    """Add segments, and the nodes that they bring with them.

    Parameters
    ----------
    network
        The roads; left as they are.
    columns
        `u`, `v`, `length_m` and whatever else is known of `SEGMENT_COLUMNS` and
        `SURROUNDINGS`, each one value or one for every new segment; the rest is empty.
    lines
        LineStrings in the network's CRS, shape (n,).
    profile
        Samples of the new segments.
    nodes
        Rows of x, y and elevation in metres of new nodes, shape (m, 3); the first one is
        node `len(network.nodes)`.

    Returns
    -------
    network
        With connected parts labelled anew.
    """
    empty = {"category": "", "float64": np.nan, "bool": False}
    old, count = network.segments, len(lines)
    joined: dict[str, object] = {}
    surroundings = {name: "float64" for name in SURROUNDINGS if name in old}
    for name, kind in {**SEGMENT_COLUMNS, **surroundings}.items():
        value = columns.get(name, empty.get(kind, 0))
        filled = value if isinstance(value, np.ndarray) else [value] * count
        if kind == "category":
            more = pd.Categorical(pd.Series(filled, dtype="str"))
            joined[name] = pd.api.types.union_categoricals([old[name], more])
        else:
            joined[name] = np.concatenate([old[name].to_numpy(), np.asarray(filled, kind)])
    geometry = np.concatenate([old.geometry.to_numpy(), lines])
    segments = gpd.GeoDataFrame(joined, geometry=geometry, crs=old.crs)
    x, y, height = nodes.T
    lon, lat = to_lon_lat(old.crs).transform(x, y)
    added = pd.DataFrame({"x": x, "y": y, "lon": lon, "lat": lat, "elevation_m": height})
    added = added.assign(osm_id=np.int64(0), component=np.int32(0))
    table = pd.concat(
        [network.nodes, added.reindex(columns=network.nodes.columns)], ignore_index=True
    )
    part = components(len(table), segments[["u", "v"]].to_numpy(np.int64))
    return replace(
        network,
        nodes=table.assign(component=part),
        segments=segments.assign(component=part[segments["u"].to_numpy()]),
        profile=_joined(network.profile, profile),
    )


def _joined(old: Profile, new: Profile) -> Profile:
    """Put samples of new segments after all samples."""
    return Profile(
        np.concatenate([old.offsets, old.offsets[-1] + new.offsets[1:]]),
        np.concatenate([old.distance_m, new.distance_m]),
        np.concatenate([old.elevation_m, new.elevation_m]),
        np.concatenate([old.radius_m, new.radius_m]),
        old.repairs,
    )
