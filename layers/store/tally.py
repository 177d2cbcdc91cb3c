"""What an import read, inferred, mended and left out, kept beside its roads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from layers.errors import DataError
from layers.osm.points import OsmPoints
from layers.osm.raw_ways import RawWays
from layers.osm.roads import OsmRoads
from layers.osm.tally import WORDS
from layers.roads.schema import whole_turns
from layers.store.whole import read_whole

STEPS: Final = ("read", "inferred", "mended", "left out")
FILE: Final = "tally.json"

_LEFT_OUT: Final = {
    "duplicates": "ways that stand twice",
    "beyond": "nodes",
    "stray": "nodes of roads",
    "lost": "roads",
    "turns": "turn restrictions",
}
_MENDED: Final = {
    "cut": "roads",
    "areas": "roads drawn as areas",
    "ferry_relations": "ferries",
    "trains": "trains that carry vehicles",
}


@dataclass(frozen=True)
class Counted:
    """One row: in which of `STEPS` what was counted, and why."""

    step: str
    what: str
    count: int
    why: str = ""


def count_all(
    raw: RawWays, roads: OsmRoads, points: OsmPoints, water: Sequence[object], unknown: int
) -> tuple[Counted, ...]:
    """Count what an import did.

    Parameters
    ----------
    raw, roads, points, water
        As read.
    unknown
        Junctions at which the terrain has no data.
    """
    return tuple(one for one in _rows(raw, roads, points, water, unknown) if one.count)


def _rows(
    raw: RawWays, roads: OsmRoads, points: OsmPoints, water: Sequence[object], unknown: int
) -> Iterator[Counted]:
    segments, counts = roads.segments, roads.counts
    yield Counted("read", "roads of the file", raw.found)
    yield Counted("read", "roads in and around the area", len(raw.way_id))
    yield Counted("read", "segments between junctions", len(segments))
    yield Counted("read", "km of road", round(float(segments["length_m"].sum()) / 1000))
    signed = int((segments["signs"] != "").sum())
    yield Counted("read", "segments with rules of who may pass, when and how fast", signed)
    yield Counted(
        "read", "barriers on roads", counts.get("barriers", 0), "their tags say who may pass"
    )
    yield Counted("read", "junctions with signals, signs or crossings", len(raw.node_tags.facts))
    yield Counted("read", "turn restrictions", whole_turns(roads.restrictions))
    yield Counted("read", "facilities", len(points.facilities))
    yield Counted("read", "settlements", len(points.settlements))
    yield Counted("read", "rivers, lakes and fords", len(water))
    why = "not tagged: by class of road and country"
    odd = counts.get("odd_surfaces", 0)
    yield Counted("inferred", "surface of roads", odd, _why("odd_surfaces"))
    bare = (segments["surface"] == "") & (segments["tracktype"] == "")
    yield Counted("inferred", "surface of segments", int(bare.sum()), why)
    lanes = segments["lanes"].isna() & (segments["highway"] != "ferry")
    yield Counted("inferred", "lanes of segments", int(lanes.sum()), why)
    no_sign = segments["maxspeed_kph"].isna()
    yield Counted("inferred", "speed limit of segments", int(no_sign.sum()), "not tagged: the law")
    for key, what in _MENDED.items():
        yield Counted("mended", what, counts.get(key, 0), _why(key))
    filled = "no data in the terrain: filled along the roads"
    yield Counted("mended", "junctions without a height", unknown, filled)
    for key, what in _LEFT_OUT.items():
        yield Counted("left out", what, counts.get(key, 0), _why(key))


def _why(key: str) -> str:
    """Return the sentence of a count without its number."""
    return WORDS[key].removeprefix("{} ").rstrip(".")


def save_tally(folder: Path, rows: Sequence[Counted]) -> None:
    """Write rows beside a network that is being written."""
    text = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text, encoding="utf-8")


def read_tally(folder: Path) -> tuple[Counted, ...]:
    """Read the rows of an import; none where an earlier version wrote it.

    Raises
    ------
    DataError
        The file is damaged.
    """
    return read_whole(folder, _tally)


def _tally(folder: Path) -> tuple[Counted, ...]:
    """Read the rows that the folder of one moment holds."""
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        return tuple(Counted(**row) for row in json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{path}: is damaged; import the area again, with --overwrite") from error
