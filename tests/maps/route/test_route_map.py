"""The map of a route: why it is slow, in the chart, on the map and between the two."""

import dataclasses
import itertools
import json
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from geo.driving.limit_names import LIMITS
from geo.routing.legs import RouteProfile
from geo.routing.reasons import shares
from maps.base import figures, i18n, lines
from maps.route import hover
from maps.route import slow_stretches as limits
from maps.route.profile_chart import way_chart
from tests.maps.report.test_report import AT, Tags, inputs, route, routed, wavy


@st.composite
def profiles(draw):
    """Draw a profile with steps of all lengths, also of none, as where segments meet."""
    count = draw(st.integers(1, 60))
    pick = {"min_size": count + 1, "max_size": count + 1}
    steps = draw(st.lists(st.sampled_from([0.0, 1.0, 20.0, 17.3, 400.0]), **pick))
    distance = np.cumsum([0.0, 20.0, *steps[2:]])
    elevation = draw(st.lists(st.floats(0, 2000), **pick))
    speed = draw(st.lists(st.floats(3, 90), **pick))
    limit = draw(st.lists(st.integers(0, len(LIMITS) - 1), **pick))
    return RouteProfile(
        distance, np.array(elevation), np.array(speed), np.array(limit, dtype=np.int8)
    )


def seconds_of(profile, start=0.0, end=np.inf):
    """Add up the time of each limit between two samples, one interval after the other."""
    spent = dict.fromkeys(LIMITS, 0.0)
    at = profile.distance_m
    for i in range(len(at) - 1):
        if start <= at[i] and at[i + 1] <= end:
            kph = profile.speed_kph[i]
            spent[LIMITS[profile.limit[i]]] += (at[i + 1] - at[i]) / kph * 3.6
    return spent


@given(profiles(), st.sampled_from([2, 10, 800]))
def test_runs_cover_the_whole_way_without_gap_or_overlap(profile, most):
    runs = limits.runs(profile, most=most)
    length = profile.distance_m[-1]
    assert runs[0].start_m == 0
    assert runs[-1].end_m == length
    for one, other in itertools.pairwise(runs):
        assert one.end_m == other.start_m
        assert one.limit != other.limit
    assert len(runs) == 1 or min(r.end_m - r.start_m for r in runs) >= length / most * (1 - 1e-9)
    total = sum(seconds_of(profile).values())
    assert sum(run.time_s for run in runs) == pytest.approx(total)


@given(profiles(), st.sampled_from([2, 10, 800]))
def test_a_run_is_called_by_what_takes_most_of_its_time(profile, most):
    for run in limits.runs(profile, most=most):
        spent = seconds_of(profile, run.start_m, run.end_m)
        assert spent[run.limit] >= max(spent.values()) * (1 - 1e-9)
        assert run.time_s == pytest.approx(sum(spent.values()))


@given(profiles())
def test_shares_add_up(profile):
    held = shares(profile)
    spent = seconds_of(profile)
    total = sum(spent.values())
    assert sum(share.distance for share in held) == pytest.approx(1)
    assert sum(share.time for share in held) == pytest.approx(1)
    for share in held:
        assert share.time == pytest.approx(spent[share.limit] / total)
    assert [s.time for s in held] == sorted((s.time for s in held), reverse=True)
    assert {share.limit for share in held} == {name for name in LIMITS if spent[name] > 0}
    for parts in ([s.time for s in held], [s.distance for s in held]):
        assert sum(int(words.replace("<1", "0")) for words in figures.shares(parts)) == 100


def test_a_short_run_joins_its_longer_neighbour():
    distance = np.array([0.0, 5000, 5100, 8000])
    profile = RouteProfile(distance, distance * 0, distance * 0 + 40, np.array([3, 7, 0, 0], "i1"))
    assert limits.runs(profile, most=10) == (
        limits.Run(0.0, 5100.0, pytest.approx(459), "curve"),
        limits.Run(5100.0, 8000.0, pytest.approx(261), "class"),
    )
    assert [share.limit for share in shares(profile)] == ["curve", "class", "momentum"]


@given(profiles(), st.integers(10, 40))
def test_few_samples_keep_highs_and_lows(profile, most):
    chosen = hover.decimate(profile, most)
    assert len(chosen) <= most
    assert (np.diff(chosen) > 0).all()
    assert {0, len(profile.distance_m) - 1} <= set(chosen)
    for values in (profile.elevation_m, profile.speed_kph):
        assert values[chosen].max() == values.max()
        assert values[chosen].min() == values.min()


def test_the_grade_is_that_of_a_hundred_metres_also_at_the_ends():
    distance = np.arange(0, 1001, 20.0)
    slope = RouteProfile(distance, 300 - 0.06 * distance, distance * 0 + 40, distance.astype("i1"))
    assert hover.grade_pct(slope) == pytest.approx(np.full(51, -6.0))


def test_vertices_keep_their_place_along_the_way_when_lines_are_simplified():
    line = wavy("home", "hot", 2000)
    light = lines.simplified([hover.measure(line, [0, 90_000])], 0.0005)
    points = shapely.get_coordinates(light, include_z=True)
    assert lines.light_lines([line], 0.0005)[0] == points[:, 1::-1].round(5).tolist()
    assert points[[0, -1], 2].tolist() == [0, 90_000]
    middle = points[len(points) // 2]
    share = shapely.line_locate_point(line, shapely.Point(middle[:2]), normalized=True)
    assert middle[2] == pytest.approx(share * 90_000, rel=0.02)


def slow_route(km=250, seed=4, **changes):
    """Make a route with a limit for every reason, samples every 20 m and a winding line."""
    rng = np.random.default_rng(seed)
    distance = np.linspace(0, km * 1000, km * 50 + 1)
    limit = np.repeat(rng.integers(0, len(LIMITS), len(distance) // 5 + 1), 5)[: len(distance)]
    height = 800 + 500 * np.sin(distance / 17_000) + 30 * np.sin(distance / 700)
    speed = rng.uniform(15, 80, len(distance))
    t = np.linspace(0, 1, km * 16)
    bends = np.column_stack([0.002 * np.sin(t * km * 9), 0.002 * np.cos(t * km * 7)])
    line = np.array(AT["home"]) + np.outer(t, np.subtract(AT["hot"], AT["home"])) + bends
    seconds = float((np.diff(distance) / speed[:-1] * 3.6).sum())
    return dataclasses.replace(
        route("Hot", 5, ("108", km * 600.0), ("1095", km * 400.0)),
        **(
            {
                "distance_m": km * 1000.0,
                "time_s": seconds,
                "profile": RouteProfile(distance, height, speed, limit.astype(np.int8)),
                "geometry": shapely.LineString(line),
            }
            | changes
        ),
    )


def page(tmp_path, *routes, **changes):
    given_ = inputs(tmp_path, routes=routes, **changes)
    return routed(**given_).html


def data_of(html):
    return json.loads(re.search(r'id="ways">(.*?)</script>', html)[1])


def test_a_long_route_is_a_light_page(tmp_path):
    one = page(tmp_path, slow_route())
    assert len(one.encode()) < 600_000
    (way,) = data_of(one)["ways"]
    assert 1000 < len(way["at"]) <= hover.POINTS
    assert {len(way[key]) for key in ("up", "grade", "kph", "limit")} == {len(way["at"])}
    assert all(len(runs) <= most for runs, most in zip(way["runs"], (800, 150), strict=True))
    ways = data_of(page(tmp_path, slow_route(), slow_route(seed=5), slow_route(seed=6)))["ways"]
    assert max(len(way["at"]) for way in ways[1:]) <= hover.POINTS_OTHER


def test_the_page_tells_what_the_profile_holds(tmp_path):
    distance = np.array([0.0, 1000, 2000, 4000])
    profile = RouteProfile(
        distance,
        np.array([100.0, 160, 100.4, 100]),
        np.array([30.0, 29.6, 60, 60]),
        np.array([3, 4, 0, 0], np.int8),
    )
    html = page(tmp_path, slow_route(4, profile=profile))
    (way,) = data_of(html)["ways"]
    assert way["at"] == [0, 1000, 1000, 2000]
    assert way["up"] == [100, 60, -60, 0]
    assert way["kph"] == [30, 30, 60, 60]
    assert way["limit"] == "3400"
    assert way["runs"][0] == [1000, 1000, 2000]
    assert way["holds"][0] == "340"
    assert sum(way["along"]) == 4000


def test_all_limits_have_a_name_a_colour_and_a_lane_in_both_languages(tmp_path):
    assert set(limits.PHRASES) == set(LIMITS)
    html = page(tmp_path, slow_route())
    text = Tags(html).text
    names = [i18n.text(limits.PHRASES[name]) for name in LIMITS]
    for at in (0, 1):
        assert len({name[at] for name in names}) == len(LIMITS)
        assert all(f"\n{name[at]}\n" in text for name in names)
    assert [name for *name, _ in data_of(html)["limits"]] == [list(name) for name in names]
    for name in LIMITS:
        assert f'<li style="--way:var(--limit-{name})">' in html
    assert "12 % of the time" in text
    assert "12 % ของเวลา" in text


def test_a_chart_keeps_its_peak_and_joins_stretches_of_one_highway():
    distance = np.array([0.0, 4000, 10_000])
    made = route("x", 1, ("1", 4000), ("2", 1000), ("2", 5000))
    profile = RouteProfile(
        distance, np.array([100.0, 500, 100]), distance * 0 + 40, np.array([3, 0, 0], np.int8)
    )
    made = dataclasses.replace(made, profile=profile)
    drawn = way_chart(
        made, limits.runs(profile), title=("t", "t"), description=("d", "d"), lang="en"
    )
    assert 'points="0.0,1000.0 400.0,0.0 1000.0,1000.0"' in drawn
    assert re.findall(r"left:([\d.]+)%;width:([\d.]+)%", drawn) == [
        ("0.00", "40.00"),
        ("40.00", "60.00"),
    ]
    assert 'd="M0 1000V333H400V1000z"' in drawn
    assert 'd="M0 0H400V1H0z"' in drawn


def test_flat_land_looks_flat():
    distance = np.array([0.0, 9000])
    profile = RouteProfile(distance, np.array([250.0, 251]), distance + 40, distance.astype("i1"))
    made = dataclasses.replace(route("x", 1, ("1", 9000)), profile=profile)
    drawn = way_chart(made, limits.runs(profile), title=("", ""), description=("", ""), lang="th")
    heights = [float(y) for y in re.findall(r"\d,(\d+\.\d)", drawn)]
    assert max(heights) - min(heights) < 20


def test_only_the_wet_season_asks_whether_one_gets_through(tmp_path):
    dry = Tags(page(tmp_path, slow_route())).text
    wet = Tags(page(tmp_path, slow_route(season="wet", passable=0.934))).text
    assert "passable, %" not in dry
    assert "passable, %" in wet
    assert "\n93\n" in wet


def test_chart_and_map_show_the_same_place(tmp_path, visit):
    # Straight and slow at first, so that the map leaves no doubt about the place.
    straight = shapely.LineString([AT["home"], AT["hot"]])
    ways = (
        slow_route(geometry=straight),
        slow_route(100, geometry=shapely.LineString([AT["home"], AT["pai"], AT["hot"]])),
    )
    path = tmp_path / "route.html"
    path.write_text(page(tmp_path, *ways), encoding="utf-8")
    opened = visit(path, lang="en")
    shown = opened.page

    def read():
        return shown.locator(".way:not(.off) .readout .value").inner_text()

    def point(share):
        chart = shown.locator(".way:not(.off) .plot")
        chart.hover(position={"x": chart.bounding_box()["width"] * share, "y": 9})
        return read()

    def key(name):
        shown.locator(".way:not(.off) .plot [role=slider]").press(name)
        return read()

    first = point(0.3)
    there = shown.locator(".mark.here .dot").bounding_box()
    second = point(0.8)
    opened.shown().scroll_into_view_if_needed()
    stage = opened.shown().bounding_box()
    assert stage["y"] <= there["y"] <= stage["y"] + stage["height"]
    shown.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2)
    from_map = read()
    end, back, home = key("End"), key("ArrowLeft"), key("Home")
    opened.speak("th")
    thai = read()
    shown.click("[data-show='1']")
    other = point(0.5)

    def km(words):
        return float(re.search(r"(?:km|กม\.) ([\d.]+)", words)[1])

    assert km(first) == pytest.approx(75, abs=0.5)
    assert km(second) == pytest.approx(200, abs=0.5)
    assert km(from_map) == pytest.approx(km(first), abs=1.5)
    assert km(end) == 250
    assert km(back) == pytest.approx(250 - 250 / 200, abs=0.5)
    assert km(home) == km(thai) == 0
    assert km(other) == pytest.approx(50, abs=0.5)

    profile = ways[0].profile
    parts = r"km ([\d.]+) · ([\d,]+) m · grade ([+\u2212]?[\d.]+) % · (\d+) km/h · (.+)"
    place, height, grade, kph, limit = re.fullmatch(parts, first).groups()
    near = np.flatnonzero(np.abs(profile.distance_m - float(place) * 1000) <= 50.1)
    names = [i18n.text(limits.PHRASES[LIMITS[at]])[0] for at in profile.limit[near]]
    told = (height.replace(",", ""), grade.replace("\u2212", "-").replace("+", ""), kph, limit)
    grades = hover.grade_pct(profile)[near]
    held = [
        (f"{profile.elevation_m[at]:.0f}", f"{g:.1f}", f"{profile.speed_kph[at]:.0f}", name)
        for at, g, name in zip(near, grades, names, strict=True)
    ]
    assert told in held
    assert i18n.text(limits.PHRASES[LIMITS[profile.limit[0]]])[1] in thai

    assert shown.locator(".way[data-way]").count() == 2
    assert shown.locator(".way[data-way]:not(.off)").get_attribute("data-way") == "1"
    assert shown.locator(".here-note").is_visible()
    expect(shown.locator(".way:not(.off) .spoken")).to_have_text(other)
    assert shown.locator(".way.off .spoken").inner_text() == ""
    assert opened.quiet()
