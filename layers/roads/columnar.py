"""A network as plain arrays and back: what is kept, hashed, or handed to other workers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.roads.network import RoadNetwork, Source
from layers.roads.profile import Profile, Repairs

Arrays = Mapping[str, NDArray[Any]]

TABLES = ("nodes", "segments", "restrictions")
SAMPLES = ("offsets", "distance_m", "elevation_m", "radius_m")


def network_arrays(network: RoadNetwork) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Take a network apart.

    Returns
    -------
    arrays
        By name: `nodes.lon`, `segments.u`, `profile.radius_m` and so forth; text as codes.
    about
        Plain values: the words of text columns, the coordinate system, the source.
    """
    arrays: dict[str, NDArray[Any]] = {}
    words: dict[str, list[str]] = {}
    kinds: dict[str, str] = {}
    for table in TABLES:
        frame = getattr(network, table)
        for column in frame.columns:
            if column == "geometry":
                continue
            name = f"{table}.{column}"
            values = frame[column]
            kinds[name] = str(values.dtype)
            if kinds[name] == "category":
                arrays[name] = values.cat.codes.to_numpy()
                words[name] = values.cat.categories.tolist()
            elif values.dtype.kind in "biuf":
                arrays[name] = values.to_numpy()
            else:
                codes, found = pd.factorize(values)
                arrays[name], words[name] = codes, [str(one) for one in found]
    _, corners, (first,) = shapely.to_ragged_array(network.segments.geometry.to_numpy())
    arrays |= {"geometry.xy": corners, "geometry.first": first}
    arrays |= {f"profile.{name}": getattr(network.profile, name) for name in SAMPLES}
    about = {
        "words": words,
        "kinds": kinds,
        "crs": network.segments.crs.to_string(),
        "source": dataclasses.asdict(network.source),
        "repairs": dataclasses.asdict(network.profile.repairs),
    }
    return arrays, about


def network_fingerprint(network: RoadNetwork) -> str:
    """Hash everything that a network holds."""
    arrays, about = network_arrays(network)
    digest = hashlib.blake2b(repr(sorted(about.items())).encode(), digest_size=16)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()


def network_of(arrays: Arrays, about: Mapping[str, Any]) -> RoadNetwork:
    """Put a network together again from what `network_arrays` gave."""
    frames = {}
    for table in TABLES:
        columns: dict[str, Any] = {}
        for name, kind in about["kinds"].items():
            if name.partition(".")[0] != table:
                continue
            values = arrays[name]
            if name in about["words"]:
                words = pd.Index(about["words"][name], dtype="str")
                coded = pd.Categorical.from_codes(values, words, validate=False)
                columns[name.partition(".")[2]] = (
                    coded if kind == "category" else pd.Series(coded).astype(kind)
                )
            else:
                columns[name.partition(".")[2]] = values
        frames[table] = pd.DataFrame(columns, copy=False)
    lines = shapely.from_ragged_array(
        shapely.GeometryType.LINESTRING, arrays["geometry.xy"], (arrays["geometry.first"],)
    )
    segments = gpd.GeoDataFrame(frames["segments"], geometry=lines, crs=about["crs"])
    profile = Profile(
        **{name: arrays[f"profile.{name}"] for name in SAMPLES},
        repairs=Repairs(**about["repairs"]),
    )
    source = Source(**{**about["source"], "notes": tuple(about["source"]["notes"])})
    return RoadNetwork(frames["nodes"], segments, profile, frames["restrictions"], source)
