"""Lines written for a page: read back, they are where they were."""

import base64
import itertools
import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.base.polylines import FROM, GRID, PIXELS, TILE, encode, on_grid, varints

EARTH_M = 2 * math.pi * 6_378_137


def decode(text):
    """Read what `encode` wrote as its module says: lines of (x, y, rank)."""
    stream = iter(base64.b64decode(text))

    def number():
        value, shift, byte = 0, 0, 128
        while byte >= 128:
            byte = next(stream)
            value |= (byte & 127) << shift
            shift += 7
        return value

    def signed(value):
        return value >> 1 if value % 2 == 0 else -(value + 1 >> 1)

    lines, x, y = [], 0, 0
    while True:
        try:
            count = number()
        except StopIteration:
            return lines
        line = []
        for _ in range(count):
            x += signed(number())
            value = number()
            y += signed(value >> 3)
            line.append((x, y, value & 7))
        lines.append(line)


def degrees(x, y):
    """Inverse of the Web Mercator projection (EPSG 3857), from cells."""
    return x / GRID * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / GRID))))


position = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
wander = st.lists(
    st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)), min_size=1, max_size=40
)


@st.composite
def line(draw):
    lon, lat = draw(position)
    steps = np.cumsum(np.array(draw(wander)), axis=0) * 0.5
    points = np.vstack([[lon, lat], np.clip(steps + np.array([lon, lat]), [-180, -85], [180, 85])])
    return shapely.LineString(points)


@settings(max_examples=60, deadline=None)
@given(st.lists(line(), min_size=1, max_size=5))
def test_what_is_read_is_what_was_written(lines):
    read = decode(encode(lines))
    assert len(read) == len(lines)
    for one, points in zip(lines, read, strict=True):
        given_points = shapely.get_coordinates(one)
        cells = [tuple(cell) for cell in on_grid(given_points).tolist()]
        # Points keep their order; both ends are there, from every zoom.
        rest = iter(cells)
        assert all((x, y) in rest for x, y, _ in points)
        assert [points[0][:2], points[-1][:2]] == [cells[0], cells[-1]]
        assert points[0][2] == points[-1][2] == 0
        # An end moves half a cell at most, which is 1.2 m at the equator and less elsewhere.
        lon, lat = degrees(*points[0][:2])
        assert abs(lon - given_points[0, 0]) <= 180 / GRID * 1.001
        assert abs(lat - given_points[0, 1]) <= 180 / GRID * 1.001
        # At every zoom, what is drawn passes all points within PIXELS of the screen.
        every = [shapely.Point(cell) for cell in cells]
        for rank, (_, until) in enumerate(itertools.pairwise((*FROM, FROM[-1]))):
            drawn = shapely.LineString([(x, y) for x, y, own in points if own <= rank])
            pixel = GRID / TILE / 2**until
            assert max(drawn.distance(point) for point in every) <= PIXELS * pixel + 1e-6


def test_the_finest_line_is_within_three_metres():
    cell_m = EARTH_M / GRID
    assert PIXELS * GRID / TILE / 2 ** FROM[-1] * cell_m + cell_m / math.sqrt(2) < 5
    assert PIXELS * GRID / TILE / 2 ** FROM[-1] * cell_m < 3


def test_a_known_line():
    # Two cells east, three north; zigzag doubles what is positive, and negative is odd.
    cell = 360 / GRID
    middle = GRID // 2
    text = encode([shapely.LineString([(0, 0), (2 * cell, 3 * cell)])])
    assert decode(text) == [[(middle, middle, 0), (middle + 2, middle - 3, 0)]]
    assert base64.b64decode(text)[-2:] == bytes([4, 5 << 3])


def test_no_lines_are_no_bytes():
    assert encode([]) == ""
    assert decode("") == []


@given(st.lists(st.integers(0, 2**35 - 1), max_size=30))
def test_varints_are_those_of_the_textbook(values):
    expected = b""
    for value in values:
        rest = value
        while rest > 127:
            expected += bytes([rest & 127 | 128])
            rest >>= 7
        expected += bytes([rest])
    assert varints(np.array(values, np.int64)) == expected


def test_a_bend_that_nobody_sees_from_afar_waits():
    # A bend of 500 m is under 1 px at zoom 8 (611 m a pixel), and 3.3 px at zoom 10.
    line = shapely.LineString([(0, 0), (0.1, 500 / 111_320), (0.2, 0)])
    ((_, (_, _, rank), _),) = decode(encode([line]))
    assert 7 <= FROM[rank] <= 9
    straight = shapely.LineString([(0, 0), (0.1, 0), (0.2, 0)])
    assert len(decode(encode([straight]))[0]) == 2


@pytest.mark.parametrize("points", [[(0, 0), (0, 0)], [(1, 1), (1.1, 1), (1.1, 1.1), (1, 1)]])
def test_lines_without_extent_and_rings_are_lines(points):
    (read,) = decode(encode([shapely.LineString(points)]))
    assert len(read) >= 2
    assert read[0][:2] == tuple(on_grid(np.array(points[:1], float))[0])
