r"""Diamonds: A, then B straight (2.1 km) or D around (4.9 km), then C, as OpenStreetMap XML.

        D
       / \
--A---*-B-*---C--
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from geo.driving.cost import edge_costs
from geo.driving.vehicle import load_vehicle
from geo.routing.engine import contract
from geo.routing.route import find_routes
from geo.routing.trip import Trip
from layers.osm.roads import read_osm
from layers.roads.inference import infer
from layers.roads.network import RoadNetwork, Source
from layers.tables.places import Place
from layers.terrain.drape import drape

LAT = 18.0
NODES = {1: (98.0, LAT), 2: (98.01, LAT), 3: (98.02, LAT), 4: (98.03, LAT), 5: (98.04, LAT)}
NODES |= {6: (98.02, LAT + 0.02)}
WAYS = {"A": (1, 2), "B": (2, 3, 4), "D": (2, 6, 4), "C": (4, 5)}

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """Nodes, ways by their name, and relations, to be written as a file."""

    nodes: Mapping[int, tuple[float, float]] = field(default_factory=lambda: NODES)
    ways: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: WAYS)
    way_tags: Mapping[str, Tags] = field(default_factory=dict)
    node_tags: Mapping[int, Tags] = field(default_factory=dict)
    relations: tuple[tuple[tuple[tuple[str, str, str | int], ...], Tags], ...] = ()

    def way_id(self, name: str) -> int:
        """Return the number of a way."""
        return 100 + list(self.ways).index(name)

    def xml(self) -> str:
        """Write it as OpenStreetMap XML."""
        parts = ['<osm version="0.6">']
        for node, (lon, lat) in self.nodes.items():
            tags = _tags(self.node_tags.get(node, {}))
            parts.append(f'<node id="{node}" version="1" lat="{lat}" lon="{lon}">{tags}</node>')
        for name, nodes in self.ways.items():
            refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
            tags = _tags({"highway": "primary", "name": name, **self.way_tags.get(name, {})})
            parts.append(f'<way id="{self.way_id(name)}" version="1">{refs}{tags}</way>')
        for number, (members, tags) in enumerate(self.relations, start=900):
            inside = "".join(
                f'<member type="{kind}" role="{role}" '
                f'ref="{self.way_id(ref) if isinstance(ref, str) else ref}"/>'
                for role, kind, ref in members
            )
            parts.append(f'<relation id="{number}" version="1">{inside}{_tags(tags)}</relation>')
        return "\n".join([*parts, "</osm>"])


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


def diamond(b: Tags | None = None, *, node: Tags | None = None, a: Tags | None = None) -> Drawing:
    """Draw the diamond; `b` tags its straight road, `node` the middle of it."""
    return Drawing(way_tags={"B": b or {}, "A": a or {}}, node_tags={3: node or {}})


def turn(kind: str, *members: tuple[str, str, str | int], **tags: str) -> tuple[object, Tags]:
    """Return a turn restriction."""
    return members, {"type": "restriction", "restriction": kind, **tags}


def network_of(drawing: Drawing, folder: Path, crs: str = "EPSG:32647") -> RoadNetwork:
    """Write a drawing, read it as any file, and make it a network of flat roads."""
    path = folder / "drawn.osm"
    path.write_text(drawing.xml(), encoding="utf-8")
    roads = read_osm(path, crs=crs)
    nodes, profile = drape(roads.nodes, roads.segments, None)
    source = Source("osm file", "drawn")
    network = RoadNetwork(nodes, roads.segments, profile, roads.restrictions, source)
    return infer(network, "TH")


def trip_on(
    network: RoadNetwork, vehicle: str, season: str = "dry", at: datetime | None = None
) -> Trip:
    """Return a trip of a vehicle over a network."""
    traveller = load_vehicle(vehicle)
    costs = edge_costs(network, traveller, season=season, at=at)
    return Trip(network, contract(network), costs, traveller, season)


def way_of(
    trip: Trip, start: tuple[float, float] = (98.0, LAT), stop: tuple[float, float] = (98.04, LAT)
) -> str:
    """Return the names of the roads of the best way, in a row."""
    ends = [replace(ANYWHERE, lon=lon, lat=lat) for lon, lat in (start, stop)]
    (best,) = find_routes(trip, ends)
    return "".join(leg.name for leg in best.legs if leg.name)


ANYWHERE = Place("x", "x", "x", "point", 0.0, 0.0)
