"""Colours that can be read, and charts that tell the truth."""

import itertools
import re

import pytest

from maps import charts, style


def test_a_profile_keeps_its_peak_and_its_ends():
    drawn = charts.elevation_profile(
        [0, 4000, 10_000], [100, 500, 100], title=("t", "t"), description=("d", "d"),
        bands=[(4000, "1"), (1000, "2"), (5000, "2")],
    )  # fmt: skip
    assert 'points="0.0,1000.0 400.0,0.0 1000.0,1000.0"' in drawn
    assert re.findall(r"left:([\d.]+)%;width:([\d.]+)%", drawn) == [
        ("0.00", "40.00"),
        ("40.00", "60.00"),
    ]


def test_flat_land_looks_flat():
    drawn = charts.elevation_profile([0, 9000], [250, 251], title=("", ""), description=("", ""))
    heights = [float(y) for y in re.findall(r"\d,(\d+\.\d)", drawn)]
    assert max(heights) - min(heights) < 20


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(style.PALETTE[one]), luminance(style.PALETTE[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *itertools.product(("ink", "muted", "accent"), ("paper", "surface", "sunken")),
        ("surface", "accent"),
        ("caution", "caution-soft"),
        ("caution", "surface"),
        ("open", "province"),
        ("ink", "land"),
    ],
)
def test_text_is_readable(ink, ground):
    assert contrast(ink, ground) >= 4.5


def test_hours_darken_steadily_and_stand_out_from_the_land():
    steps = [luminance(style.PALETTE[f"hours-{at}"]) for at in range(1, 6)]
    assert steps == sorted(steps)
    assert min(b / a for a, b in itertools.pairwise(steps)) > 1.2
    assert contrast("hours-5", "province") >= 3


def test_every_variable_of_the_style_sheet_is_a_colour_of_the_palette():
    used = set(re.findall(r"var\(--([\w-]+)\)", style.asset("maps.css"))) - {"way"}
    assert used <= set(style.PALETTE)
