"""Radii of lines as maps have them: clothoids, noise, and points that were left out."""

import numpy as np
import pytest
import shapely

from layers.roads.profile import radii, sample_fractions, sample_offsets
from layers.terrain.drape import points_along


def read(line):
    """Return the radii read along a line, and where, as parts of its length."""
    offsets = sample_offsets(np.array([line.length]))
    fractions = sample_fractions(offsets)
    x, y = points_along(np.array([line]), fractions, offsets)
    return radii(x, y, offsets), fractions


def arc(radius, step=2.0, turn=np.pi):
    angle = np.arange(0, turn, step / radius)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def test_along_a_clothoid_the_radius_falls_as_its_inverse():
    """Curvature rises from 0 to 1/60 over 240 m: at s it is s / 14,400 per metre."""
    s = np.arange(0, 240, 0.5)
    angle = s**2 / (2 * 60.0 * 240.0)
    xy = np.cumsum(np.column_stack([np.cos(angle), np.sin(angle)]) * 0.5, axis=0)
    found, at = read(shapely.LineString(xy))
    along = at * 239.5
    inside = (along > 60) & (along < 200)
    assert found[inside] == pytest.approx(14_400 / along[inside], rel=0.12)


@pytest.mark.parametrize("radius", [30.0, 60.0, 120.0])
def test_half_a_metre_of_noise_keeps_the_middle_radius(radius):
    rng = np.random.default_rng(3)
    xy = arc(radius, step=10.0)
    found, _ = read(shapely.LineString(xy + rng.normal(0, 0.3, xy.shape)))
    assert np.median(found[2:-2]) == pytest.approx(radius, rel=0.25)


@pytest.mark.parametrize(("simplified_m", "kept"), [(2, True), (5, True), (10, False), (20, False)])
def test_what_is_left_of_a_bend_whose_points_were_left_out(simplified_m, kept):
    """A bend of 100 m through 180 degrees, its line simplified.

    Up to 5 m its turn is read within 45 %; from 10 m on chords are so long that it reads as
    straight with a corner, which is no bend: such lines need a class of terrain instead.
    """
    found, at = read(shapely.LineString(arc(100.0)).simplify(simplified_m))
    step = np.diff(at) * np.pi * 100.0
    turn = (step / np.minimum(found[1:], found[:-1])).sum()
    if kept:
        assert turn == pytest.approx(np.pi, rel=0.45)
    else:
        assert turn < np.pi
