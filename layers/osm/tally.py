"""What an import read, took for something else, or left out, and why: counts and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "duplicates": "{} ways stand twice in the file; each counts once.",
    "beyond": "{} nodes lie beyond the Earth and count as missing.",
    "stray": "{} nodes of roads lie more than 30° away from most roads (a slip, such as a node at "
    "0,0?); the stretches that lead there are left out.",
    "lost": "{} roads have fewer than two nodes in the file and are left out.",
    "cut": "{} roads lack nodes in the file; the stretches that are there are kept.",
    "turns": "{} turn restrictions could not be matched to roads and are left out.",
    "areas": "{} roads are drawn as areas; one goes along their outline.",
    "ferry_relations": "{} ways are ferries by their relation alone.",
    "trains": "{} railways carry vehicles and count as ferries.",
    "odd_surfaces": "{} roads have a surface whose name is not known; they count as unpaved.",
    "barriers": "{} barriers on roads: who may pass each is as its tags say.",
}
"""A sentence for each kind of count, in the order in which they are told."""


ONE: Final[Mapping[str, str]] = {
    "duplicates": "1 way stands twice in the file; it counts once.",
    "beyond": "1 node lies beyond the Earth and counts as missing.",
    "stray": "1 node of a road lies more than 30° away from most roads (a slip, such as a node at "
    "0,0?); the stretch that leads there is left out.",
    "lost": "1 road has fewer than two nodes in the file and is left out.",
    "cut": "1 road lacks nodes in the file; the stretches that are there are kept.",
    "turns": "1 turn restriction could not be matched to roads and is left out.",
    "areas": "1 road is drawn as an area; one goes along its outline.",
    "ferry_relations": "1 way is a ferry by its relation alone.",
    "trains": "1 railway carries vehicles and counts as a ferry.",
    "odd_surfaces": "1 road has a surface whose name is not known; it counts as unpaved.",
    "barriers": "1 barrier on a road: who may pass it is as its tags say.",
}
"""The same of one."""


def sentences(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Say what was counted; what did not happen is not said.

    Examples
    --------
    >>> sentences({"cut": 2, "turns": 0})
    ('2 roads lack nodes in the file; the stretches that are there are kept.',)
    """
    return tuple(
        ONE[key] if counts[key] == 1 else text.format(f"{counts[key]:,}")
        for key, text in WORDS.items()
        if counts.get(key)
    )
