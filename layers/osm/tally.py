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
    "barriers": "{} barriers on roads: who may pass each is as its tags say.",
}
"""A sentence for each kind of count, in the order in which they are told."""


def sentences(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Say what was counted; what did not happen is not said.

    Examples
    --------
    >>> sentences({"cut": 2, "turns": 0})
    ('2 roads lack nodes in the file; the stretches that are there are kept.',)
    """
    return tuple(text.format(f"{counts[key]:,}") for key, text in WORDS.items() if counts.get(key))
