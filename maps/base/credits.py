"""Who must be named for the data of a map."""

from __future__ import annotations

from layers.area import Area
from layers.roads.network import RoadNetwork


def credits_of(area: Area, network: RoadNetwork) -> tuple[str, ...]:
    """Name every source once, with its licence: the roads' own first, then the area's.

    Parameters
    ----------
    area, network
        What a map shows; a network made of the area's own tables repeats its sources.

    Returns
    -------
    credits
        One line of text each.
    """
    named = [(source.attribution or source.name, source.licence) for source in area.sources]
    rest = network.source.attribution
    for name, _ in named:
        rest = rest.replace(name, "")
    if rest.strip(" ;,·"):
        named.insert(0, (network.source.attribution, network.source.licence))
    return tuple(
        dict.fromkeys(f"{name} ({licence})" if licence else name for name, licence in named)
    )
