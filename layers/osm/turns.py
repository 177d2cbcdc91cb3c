"""Turn restrictions of OpenStreetMap: from relations of ways to pairs of segments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

import numpy as np
import osmium
import pandas as pd

from layers.arrays import Ints
from layers.osm.via_ways import Restriction, matched_chains
from layers.roads.schema import RESTRICTION_COLUMNS

RESTRICTION_KEYS: Final = (
    "restriction",
    "restriction:conditional",
    "restriction:hgv",
    "restriction:bus",
    "restriction:motorcar",
    "restriction:motorcycle",
    "restriction:hgv:conditional",
)
"""Keys of relations that are read, the general one first."""

_MODES = ("bicycle", "bus", "emergency", "hgv", "motorcar", "motorcycle", "psv")


_CLAUSE: Final = re.compile(r"[^;@]+(?:@\s*(?:\([^)]*\)|[^;(]*))?")
"""One clause of a conditional value; a condition in brackets may hold a semicolon."""


def read_restriction(relation: osmium.osm.Relation) -> Iterator[Restriction]:
    """Read a relation: one restriction per key, clause and pair of ways, none if it is another.

    One for trucks only (`restriction:hgv`) becomes one that spares all the others; one for some
    hours keeps its condition after an `@`.
    """
    tags = {tag.k: tag.v for tag in relation.tags}
    if tags.get("type", "").split(":")[0] != "restriction":
        return
    members = [(member.role, member.type, member.ref) for member in relation.members]
    via = [(what, ref) for role, what, ref in members if role == "via"]
    node = via[0][1] if len(via) == 1 and via[0][0] == "n" else 0
    ways = (
        tuple(ref for what, ref in via if what == "w") if {what for what, _ in via} == {"w"} else ()
    )
    starts = [ref for role, what, ref in members if (role, what) == ("from", "w")]
    stops = [ref for role, what, ref in members if (role, what) == ("to", "w")]
    for kind, spared in _kinds(tags):
        for start, stop in product(starts, stops):
            yield Restriction(relation.id, kind, spared, start, node, stop, ways)


def _kinds(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the kinds of a relation and whom each spares, modes joined by a semicolon."""
    said = [part.strip() for part in tags.get("except", "").lower().split(";") if part.strip()]
    for key in RESTRICTION_KEYS:
        conditional = key.endswith(":conditional")
        mode = key.removesuffix(":conditional").partition(":")[2]
        own = {mode} | ({"psv"} if mode == "bus" else set())
        spared = [one for one in _MODES if one not in own] if mode else []
        value = tags.get(key, "")
        for kind in _CLAUSE.findall(value) if conditional else [value]:
            if kind.strip().startswith(("no_", "only_")):
                yield kind.strip(), ";".join(dict.fromkeys([*said, *spared]))


def match_restrictions(
    restrictions: Iterable[Restriction], *, way: Ints, ends: Ints, oneway: Ints, node: Ints
) -> tuple[pd.DataFrame, int]:
    """Find the piece on which each restriction arrives, its node, and the piece it leaves by.

    Parameters
    ----------
    restrictions
        By OSM ids.
    way
        OSM id of the way that every piece is of, shape (pieces,).
    ends
        Node positions at which the pieces begin and stop, shape (pieces, 2).
    oneway
        1 if traffic may only go as drawn, -1 if only against it, else 0, shape (pieces,).
    node
        Position of the via node of every restriction, -1 if there is none.

    Returns
    -------
    matched, dropped
        Columns `layers.roads.schema.RESTRICTION_COLUMNS`, `from_segment` and `to_segment` being
        pieces; and how many name one of the ways, but not a turn that is there and is the only
        one: through the middle of a way, against a one-way. One over ways is several rows, of
        which all but the last are `layers.roads.schema.THEN`.
    """
    given = list(restrictions)
    table = pd.DataFrame(given, columns=list(Restriction._fields)).drop(columns="via_ways")
    table["via_node"] = node
    over = np.array([bool(one.via_ways) for one in given], bool)
    chained, lost = matched_chains(
        [one for one in given if one.via_ways], way=way, ends=ends, oneway=oneway
    )
    table = table[~over]
    known = table["from_way"].isin(way) | table["to_way"].isin(way)
    table = table[known].drop_duplicates(ignore_index=True)
    pieces = np.repeat(np.arange(len(way)), 2)
    stops = np.arange(2 * len(way)) % 2 == 1
    may_pass = {"from": oneway[pieces] * np.where(stops, 1, -1) >= 0}
    may_pass["to"] = oneway[pieces] * np.where(stops, -1, 1) >= 0
    at = pd.DataFrame({"piece": pieces, "way": way[pieces], "via_node": ends.ravel()})
    for role, passing in may_pass.items():
        found = (
            table[[f"{role}_way", "via_node"]]
            .reset_index(names="row")
            .merge(at[passing].rename(columns={"way": f"{role}_way"}))
            .drop_duplicates(["row", "piece"])
        )
        alone = found.drop_duplicates("row", keep=False).set_index("row")["piece"]
        table[f"{role}_segment"] = alone.reindex(table.index, fill_value=-1)
    matched = table[(table["from_segment"] >= 0) & (table["to_segment"] >= 0)]
    fitted = pd.concat([matched[list(RESTRICTION_COLUMNS)], chained], ignore_index=True)
    return fitted.astype(RESTRICTION_COLUMNS), len(table) - len(matched) + lost
