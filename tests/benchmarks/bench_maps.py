"""A map of 50,000 segments: how heavy it is, how long it takes to make, to open and to pan.

Run with `-s` to read the figures. Nothing fails by its time.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.roads.network import RoadNetwork
from layers.roads.profile import Profile
from maps.base import overlays
from maps.base.leaflet import offline_map, render
from maps.base.lines import bounds_of
from maps.base.style import asset

SEGMENTS = 50_000
LIGHT = 3_000_000
SLOW_MS = 300_000

REDRAW = """async () => {
  const map = Object.values(window).find((one) => one instanceof L.Map);
  const frames = [];
  let last = performance.now();
  for (let at = 0; at < 20; at += 1) {
    map.panBy([at % 2 ? 5 : 6, 2], { animate: false, noMoveStart: true });
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames.sort((a, b) => a - b);
}"""

FRAMES = """async () => {
  const frames = [];
  let last = performance.now();
  for (let at = 0; at < 60; at += 1) {
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames.sort((a, b) => a - b);
}"""


@pytest.fixture(scope="module")
def roads(andorra: RoadNetwork) -> RoadNetwork:
    """Lay copies of a real network side by side."""
    own = andorra.segments
    copies = -(-SEGMENTS // len(own))
    west, south, east, north = own.total_bounds
    shapes = [
        shapely.transform(
            own.geometry.to_numpy(),
            lambda at, across=at % 5, up=at // 5: (
                at + np.array([across * (east - west), up * (north - south)])
            ),
        )
        for at in range(copies)
    ]
    table = pd.concat([own] * copies, ignore_index=True)
    table = gpd.GeoDataFrame(table, geometry=np.concatenate(shapes), crs=own.crs)
    table = table.iloc[:SEGMENTS]
    flat = np.zeros(2 * SEGMENTS)
    distance = np.column_stack([np.zeros(SEGMENTS), table["length_m"]]).ravel()
    profile = Profile(np.arange(SEGMENTS + 1) * 2, distance, flat, flat + np.inf)
    return replace(andorra, segments=table, profile=profile)


def ours(roads: RoadNetwork) -> str:
    bounds = bounds_of(roads.segments.geometry.to_crs(4326))
    made = offline_map(bounds)
    overlays.roads(roads).add_to(made)
    parts = render(made)
    fit = f"{parts.name}.fitBounds({parts.name}.options.first, {{animate: false}});"
    return (
        f"<!DOCTYPE html><meta charset=utf-8>{parts.head}<script>{asset('network.js')}</script>"
        f"<style>.folium-map{{position:absolute;inset:0}}</style>{parts.body}"
        f"<script>{parts.script}{fit}</script>"
    )


def plain(roads: RoadNetwork) -> str:
    """Return what Folium makes of the same roads, with Leaflet inside so that it opens too."""
    shapes = roads.segments[["highway", "ref", "geometry"]].to_crs(4326)
    bounds = bounds_of(shapes.geometry)
    made = offline_map(bounds)
    folium.GeoJson(shapes.to_json()).add_to(made)
    parts = render(made)
    fit = f"{parts.name}.fitBounds({parts.name}.options.first, {{animate: false}});"
    return (
        f"<!DOCTYPE html><meta charset=utf-8>{parts.head}"
        f"<style>.folium-map{{position:absolute;inset:0}}</style>{parts.body}"
        f"<script>{parts.script}{fit}</script>"
    )


def browsed(html: str, folder: Path) -> dict[str, float]:
    """Open a page in Chromium; return ms to its first view, and of frames while it is dragged."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not on the PATH")
    path = folder / "map.html"
    path.write_text(html, encoding="utf-8")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(SLOW_MS)
        page.goto(path.as_uri())
        first = page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() =>"
            " requestAnimationFrame(() => done(performance.now()))))"
        )
        steps = page.evaluate(REDRAW)
        page.mouse.move(900, 500)
        page.mouse.down()
        page.evaluate(f"() => {{ window.frames = ({FRAMES})(); }}")
        for at in range(40):
            page.mouse.move(900 - 6 * at, 500 - 2 * at)
        dragged = page.evaluate("() => window.frames")
        page.mouse.up()
        browser.close()
    return {
        "first view": first,
        "drag, median frame": float(np.median(dragged)),
        "drag, 95 %": float(np.quantile(dragged, 0.95)),
        "redraw, median": float(np.median(steps)),
    }


def test_50_000_segments(roads: RoadNetwork, tmp_path: Path) -> None:
    print()  # noqa: T201
    told = {}
    for name, make in (("plain folium.GeoJson", plain), ("one canvas layer", ours)):
        began = time.perf_counter()
        html = make(roads)
        seconds = time.perf_counter() - began
        size = len(html.encode())
        folder = tmp_path / make.__name__
        folder.mkdir()
        told[make] = size, seconds, browsed(html, folder)
        figures = ", ".join(f"{what} {ms:,.0f} ms" for what, ms in told[make][2].items())
        print(f"{name}: {size / 1e6:.1f} MB, made in {seconds:.1f} s; {figures}")  # noqa: T201
    assert told[ours][0] < LIGHT
    assert told[ours][0] < told[plain][0] / 4
