"""Write a priced network for other programs: one function per format, each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.driving.cost import EdgeCosts
from geo.export.gmns import MOVEMENT, gmns_tables
from geo.export.pair_speeds import pair_speeds
from geo.export.priced_roads import directed_edges, priced_nodes, priced_segments
from geo.export.skims import as_matrix
from layers.crs import LON_LAT
from layers.errors import WriteError
from layers.io.files import write_bytes, writing
from layers.io.results import writing_files
from layers.osm.drawn_ways import draw_ways
from layers.osm.osmnx_graph import graph_of_edges
from layers.osm.write import osm_lines, xml_text
from layers.roads.network import RoadNetwork
from maps.qgis.roads import road_style
from scripts.exports import write_geopackage

GMNS: Final = ("config", "use_definition", "node", "link", "movement")
"""Tables of a network of the General Modeling Network Specification."""

PROFILE: Final = """\
-- Written by chaidaen: drives where and as fast as the tags chaidaen:kph:* say.
api_version = 4

function setup()
  return {
    properties = {
      weight_name = 'duration',
      max_speed_for_map_matching = 40,
      use_turn_restrictions = true,
      continue_straight_at_waypoint = false,
    },
  }
end

function process_node(profile, node, result) end

function process_way(profile, way, result)
  local forward = tonumber(way:get_value_by_key('chaidaen:kph:forward'))
  local backward = tonumber(way:get_value_by_key('chaidaen:kph:backward'))
  if not (forward or backward) then return end
  result.name = way:get_value_by_key('name') or ''
  result.ref = way:get_value_by_key('ref') or ''
  result.forward_mode = forward and mode.driving or mode.inaccessible
  result.backward_mode = backward and mode.driving or mode.inaccessible
  result.forward_speed = forward or 0
  result.backward_speed = backward or 0
  result.forward_rate = result.forward_speed / 3.6
  result.backward_rate = result.backward_speed / 3.6
end

function process_turn(profile, turn)
  turn.duration = 0
  turn.weight = 0
end

return {
  setup = setup,
  process_node = process_node,
  process_way = process_way,
  process_turn = process_turn,
}
"""
"""A profile for OSRM: api version 4, as its documentation of profiles has it."""

HOW_TO: Final = """\
{title}

roads.osm     the roads; nodes and ways have numbers of their own, not those of openstreetmap.org;
              ways chaidaen:kph:forward and :backward are mean speeds, without one it is closed
speeds.csv    from_node,to_node,km/h for every pair of neighbouring nodes, 0 where closed
chaidaen.lua  a profile that drives where and as fast as these tags say

    osrm-extract -p chaidaen.lua roads.osm
    osrm-partition roads.osrm
    osrm-customize roads.osrm --segment-speed-file speeds.csv
    osrm-routed --algorithm mld roads.osrm

OSRM obeys the turn restrictions in roads.osm, as chaidaen does. There are no
turn penalties. It counts in tenths of a second from node to node, so that its times differ from
those of chaidaen by parts of a per cent.{lengths}
"""

DRAWN_SHORT: Final = """
These roads have published lengths, and lines that are drawn shorter: times are right, distances
that OSRM measures are not."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What is exported.

    Attributes
    ----------
    network, costs
        The roads and what driving them takes.
    about
        Area, vehicle, load, season and scenarios.
    times
        Computes travel times between places, as `geo.export.skims.place_times`.
    """

    network: RoadNetwork
    costs: EdgeCosts
    about: Mapping[str, Any]
    times: Callable[[], pd.DataFrame] = pd.DataFrame

    @property
    def title(self) -> str:
        """One line that says whose costs these are."""
        source = self.network.source
        told = [str(v) for k, v in self.about.items() if k not in {"load", "scenario"} and v]
        told += [f"load {self.about['load']:g}", *self.about["scenario"]]
        return f"{', '.join(told)}; roads: {source.title}, {source.date or 'undated'}"

    def as_json(self) -> str:
        """Return everything that is known of it, as JSON."""
        whole = {**self.about, "source": asdict(self.network.source)}
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Format:
    """One format: what it is called in a folder, its files if it is one, and who writes it."""

    name: str
    files: tuple[str, ...]
    write: Callable[[Priced, Path], None]


def write(priced: Priced, form: Format, path: Path, *, overwrite: bool) -> None:
    """Write a network in a format, whole or not at all.

    Parameters
    ----------
    priced
        What to write.
    form
        One of `FORMATS`.
    path
        The file, or the folder of its files.
    overwrite
        Whether files that are there may be replaced.

    Raises
    ------
    WriteError
        The disk is full, a file is open elsewhere, or there and may not be replaced.
    """
    if not form.files:
        form.write(priced, path)
        return
    with writing_files(path, form.files, replace=overwrite) as folder:
        form.write(priced, folder)


def _geopackage(priced: Priced, path: Path) -> None:
    """Nodes and segments with styles, for QGIS."""
    layers = {
        "segments": priced_segments(priced.network, priced.costs),
        "nodes": priced_nodes(priced.network),
    }
    styles = {name: road_style(name) for name in layers}
    write_geopackage(path, layers, styles, description=priced.title)


def _parquet(priced: Priced, folder: Path) -> None:
    """Write GeoParquet of nodes and segments, and the samples along the segments."""
    profile = priced.network.profile
    priced_nodes(priced.network).to_parquet(folder / "nodes.parquet")
    priced_segments(priced.network, priced.costs).to_parquet(folder / "segments.parquet")
    samples = {
        "segment": profile.segment,
        "distance_m": profile.distance_m,
        "elevation_m": profile.elevation_m,
        "radius_m": profile.radius_m,
    }
    pd.DataFrame(samples).to_parquet(folder / "profile.parquet", index=False)
    (folder / "about.json").write_text(priced.as_json(), encoding="utf-8")


def _graphml(priced: Priced, path: Path) -> None:
    """Write a directed graph as OSMnx and NetworkX read it."""
    import osmnx

    edges = directed_edges(priced_segments(priced.network, priced.costs))
    graph = graph_of_edges(priced.network, edges, chaidaen=xml_text(priced.title))
    with writing(path) as temporary:
        osmnx.save_graphml(graph, temporary)


def _geojson(priced: Priced, path: Path) -> None:
    """Write segments with costs as GeoJSON (RFC 7946): lon, lat, and what is known of each."""
    told = priced_segments(priced.network, priced.costs).to_crs(LON_LAT)
    # In memory first: of a full disk GDAL does not always tell.
    made = BytesIO()
    told.to_file(made, layer="segments", driver="GeoJSON", engine="pyogrio", RFC7946="YES")
    write_bytes(path, made.getvalue())


def _gmns(priced: Priced, folder: Path) -> None:
    """Write tables of the General Modeling Network Specification."""
    tables = gmns_tables(
        priced.network, priced.costs, name=priced.title, vehicle=priced.about["vehicle"]
    )
    # Where no turn is banned the table has no rows: files of an earlier export do not stay.
    tables.setdefault("movement", pd.DataFrame(columns=list(MOVEMENT)))
    for name, table in tables.items():
        _csv(table, folder / f"{name}.csv")


def _matrix(priced: Priced, folder: Path) -> None:
    """Write travel times as a long table."""
    times = priced.times()
    _csv(times.assign(travel_time_s=_finite(times)), folder / "travel_times.csv")
    (folder / "about.json").write_text(priced.as_json(), encoding="utf-8")


def _omx(priced: Priced, path: Path) -> None:
    """Write travel times as an Open Matrix of version 0.2: HDF5, with ids as a lookup."""
    import h5py

    times = priced.times()
    zones, seconds = as_matrix(times.assign(travel_time_s=_finite(times)))
    with writing(path) as temporary:
        try:
            with h5py.File(temporary, "w", track_order=False) as file:
                file.attrs["OMX_VERSION"] = np.bytes_("0.2")
                file.attrs["SHAPE"] = np.array(seconds.shape, np.int32)
                file.attrs["CHAIDAEN"] = priced.title
                options = {"compression": "gzip", "track_times": False}
                made = file.create_dataset("data/travel_time_s", data=seconds, **options)
                made.attrs["NA"] = np.nan
                words = np.array([zone.encode() for zone in zones])
                file.create_dataset("lookup/id", data=words, track_times=False)
        except (OSError, RuntimeError) as error:
            # HDF5 says nothing but that it cannot write; most often the disk is full.
            raise WriteError(f"{path}: not written: {error}") from error


def _finite(times: pd.DataFrame) -> pd.Series:
    """Return seconds to the hundredth, NaN where nothing leads."""
    return times["travel_time_s"].replace(np.inf, np.nan).round(2)


def _csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as programs read it: UTF-8, line feeds, nothing where nothing is known."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _osrm(priced: Priced, folder: Path) -> None:
    """Write what OSRM takes: an OSM file, speeds between its nodes, and a profile."""
    network, costs = priced.network, priced.costs
    drawn = draw_ways(network)
    pairs = pair_speeds(network, costs, drawn)
    kph = network.length_m[:, None] / costs.time_s * 3.6
    speeds = {
        f"chaidaen:kph:{way}": [f"{value:.2f}" if value > 0 else "" for value in kph[:, at]]
        for at, way in enumerate(("forward", "backward"))
    }
    with (folder / "roads.osm").open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(osm_lines(network, drawn, pd.DataFrame(speeds)))
    pairs.assign(from_node=pairs["from_node"] + 1, to_node=pairs["to_node"] + 1).to_csv(
        folder / "speeds.csv", header=False, index=False, float_format="%.3f", lineterminator="\n"
    )
    (folder / "chaidaen.lua").write_text(PROFILE, encoding="utf-8", newline="\n")
    short = DRAWN_SHORT if network.source.kind == "strategic" else ""
    text = HOW_TO.format(title=priced.title, lengths=short)
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\n")


FORMATS: Final = {
    "gpkg": Format("network.gpkg", (), _geopackage),
    "graphml": Format("network.graphml", (), _graphml),
    "parquet": Format(
        "parquet",
        ("nodes.parquet", "segments.parquet", "profile.parquet", "about.json"),
        _parquet,
    ),
    "geojson": Format("network.geojson", (), _geojson),
    "gmns": Format("gmns", tuple(f"{name}.csv" for name in GMNS), _gmns),
    "matrix": Format("matrix", ("travel_times.csv", "about.json"), _matrix),
    "omx": Format("travel_times.omx", (), _omx),
    "osrm": Format("osrm", ("roads.osm", "speeds.csv", "chaidaen.lua", "README.txt"), _osrm),
}
"""By name: a format is one line here and its function."""
