"""What of a way is not measured."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from drawing import draw

from geo.quality.rests_on import rests_on
from geo.routing.path import Path
from layers.arrays import Floats
from maps.base.terminal_words import in_thai

ROW = "A---B---C---D"


@dataclass(frozen=True)
class Ground:
    """Terrain that is as fine as said west of `fine`, coarse to `coarse`, and unknown beyond."""

    fine: float
    coarse: float

    def sample_with_grain(self, lon: Floats, _: Floats) -> tuple[Floats, Floats]:
        """Tell how fine it is, as `layers.terrain.terrain.Terrain` does."""
        grain = np.where(lon < self.fine, 90.0, np.where(lon < self.coarse, 926.0, np.nan))
        return grain, grain


def said(network, terrain):
    """Return what is said of a way along all of the network."""
    count = len(network.segments)
    way = Path(
        np.arange(count), np.zeros(count, bool), np.zeros(count), np.ones(count), float(count)
    )
    tables = SimpleNamespace(terrain=terrain)
    return rests_on(SimpleNamespace(network=network, tables=tables, roads_key=""), way)


def east(network, letter):
    """Return the longitude of a junction."""
    return float(network.nodes["lon"].iloc["ABCD".index(letter)])


def test_shares_are_of_the_way_by_length():
    network = draw(ROW)
    (note,) = said(network, Ground(east(network, "B"), east(network, "C")))
    assert "on 33% of it the terrain is told only every 926 m" in note
    assert "for 33% of it the terrain has no data" in note


def test_flat_for_want_of_terrain_is_told():
    network = draw(ROW)
    flat = replace(network, source=replace(network.source, flat=True))
    coarse, missing = said(flat, Ground(east(network, "B"), east(network, "C")))
    assert "on 33% of it the terrain is told only every 926 m" in coarse
    assert "for 33% of it the terrain has no data and it is taken for flat" in missing
    assert "too low" in missing
    for note in (coarse, missing):
        assert not re.findall(r"[A-Za-z]{3,}", in_thai(note).replace("--dem FILE", ""))


def test_where_all_is_measured_nothing_is_said():
    assert said(draw(ROW), Ground(180.0, 180.0)) == ()
    assert said(draw(ROW), None) == ()


def test_surfaces_that_nobody_tagged_are_told():
    network = draw(ROW)
    marked = pd.Categorical(["surface lanes", "lanes", ""])
    (note,) = said(
        replace(network, segments=network.segments.assign(inferred=marked)), Ground(180.0, 180.0)
    )
    assert "on 33% of it nobody tagged it" in note


def test_a_long_road_may_leave_the_terrain_on_its_way():
    """A road of 10 km without a junction: each kilometre counts where it lies."""
    network = draw("A---B", cell=2500.0)
    west, length = east(network, "A"), east(network, "B") - east(network, "A")
    (note,) = said(network, Ground(west + 0.5 * length, west + 0.7 * length))
    assert "on 20% of it the terrain is told only every 926 m" in note
    assert "for 30% of it the terrain has no data" in note
