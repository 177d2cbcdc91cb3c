"""Lengths along numbered roads, as publications have them."""

from __future__ import annotations

import numpy as np

from geo.routing.engine import customise, shortest_path
from geo.routing.snap import snap
from geo.study import Study
from layers.tables.places import find_place, place_by_id

OTHER_ROAD = 1.3
"""A metre of another road counts so much more, so that a numbered one is followed."""

STREETS = ("track", "path", "footway", "steps", "service", "pedestrian")


def along(study: Study, refs: str, ids: tuple[str, ...], other_road: float = OTHER_ROAD) -> float:
    """Return kilometres along numbered roads where they lead there, else by the shortest way.

    `refs` are parted by `|`; `ids` are places or `lon,lat`. One-way streets count in both
    directions, as a length does, and the way from a place to the road counts, too.
    """
    network = study.network
    kinds = network.segments["highway"].astype(str)
    wanted = set(filter(None, refs.split("|")))
    on = network.segments["ref"].astype(str).map(lambda text: bool(wanted & set(text.split(";"))))
    open_ = network.inland & ~kinds.isin(STREETS).to_numpy() if wanted else network.inland
    weight = np.where(on.to_numpy() | (not wanted), 1.0, other_road) * network.length_m
    both = np.repeat(np.where(open_, weight, np.inf)[:, None], 2, axis=1)
    metric = customise(study.graph, both, step=1e-2)
    places = [
        find_place(one, study.gazetteer) if "," in one else place_by_id(one, study.gazetteer)
        for one in ids
    ]
    lon, lat = (np.array([getattr(p, name) for p in places]) for name in ("lon", "lat"))
    at = snap(network, lon, lat, usable=open_)
    km = float(at.offset_m[0] + at.offset_m[-1]) / 1000
    for leg in range(len(ids) - 1):
        path = shortest_path(metric, at.take([leg]), at.take([leg + 1]))
        km += float((network.length_m[path.segment] * np.abs(path.stop - path.start)).sum()) / 1000
    return km
