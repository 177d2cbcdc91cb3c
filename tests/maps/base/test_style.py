"""Colours that can be read and told apart."""

import itertools
import re

import numpy as np
import pytest

from geo.driving.limit_names import LIMITS
from maps.base import style

CONES = {
    "all": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


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


@pytest.mark.parametrize("limit", LIMITS)
def test_limits_stand_out_from_the_land_and_the_paper(limit):
    assert contrast(f"limit-{limit}", "surface") >= 3
    assert contrast(f"limit-{limit}", "province") >= 3


def seen_by(colour, kind):
    """Return a colour as somebody sees it who lacks cones (Machado and others 2009), linear RGB."""
    parts = np.array([int(style.PALETTE[colour][at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(CONES[kind]) @ linear, 0, 1)


def lab(linear):
    xyz = np.array(TO_XYZ) @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("kind", ["all", "no red", "no green"])
def test_limits_can_be_told_apart(kind):
    for one, other in itertools.combinations(LIMITS, 2):
        pair = [lab(seen_by(f"limit-{limit}", kind)) for limit in (one, other)]
        assert np.hypot.reduce(pair[0] - pair[1]) > 15, (one, other)


def test_every_variable_of_the_style_sheet_is_a_colour_of_the_palette():
    used = set(re.findall(r"var\(--([\w-]+)\)", style.asset("maps.css"))) - {"way"}
    assert used <= set(style.PALETTE)


@pytest.mark.parametrize("kind", ["all", "no red", "no green"])
def test_less_and_more_can_be_told_apart(kind):
    for less, more in itertools.product(range(1, 4), range(5, 8)):
        pair = [lab(seen_by(f"change-{at}", kind)) for at in (less, more)]
        assert np.hypot.reduce(pair[0] - pair[1]) > 25, (less, more)
