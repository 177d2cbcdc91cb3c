"""Turn restrictions of OpenStreetMap: from relations of ways to pairs of segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final, NamedTuple

import numpy as np
import osmium
import pandas as pd

from layers.arrays import Ints
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


class Restriction(NamedTuple):
    """A turn restriction by OSM ids; `via_node` is 0 where it is not one node."""

    osm_id: int
    kind: str
    except_vehicles: str
    from_way: int
    via_node: int
    to_way: int


def read_restriction(relation: osmium.osm.Relation) -> Iterator[Restriction]:
    """Read a relation: one restriction per pair of ways, none if it is something else.

    One for trucks only (`restriction:hgv`) becomes one that spares all the others; one for some
    hours keeps its condition after an `@`.
    """
    tags = {tag.k: tag.v for tag in relation.tags}
    if tags.get("type", "").split(":")[0] != "restriction":
        return
    key = next((key for key in RESTRICTION_KEYS if tags.get(key)), "")
    kind = tags.get(key, "")
    spared = ";".join(part.strip() for part in tags.get("except", "").lower().split(";") if part)
    mode = key.split(":")[1] if ":" in key and not key.endswith("restriction:conditional") else ""
    if mode:
        own = {mode} | ({"psv"} if mode == "bus" else set())
        spared = ";".join(one for one in _MODES if one not in own)
    if key.endswith(":conditional"):
        kind = kind.split(";")[0].strip()  # Other clauses are rare, and of the same turn.
    if not kind.startswith(("no_", "only_")):
        return
    members = [(member.role, member.type, member.ref) for member in relation.members]
    via = [(what, ref) for role, what, ref in members if role == "via"]
    node = via[0][1] if len(via) == 1 and via[0][0] == "n" else 0
    starts = [ref for role, what, ref in members if (role, what) == ("from", "w")]
    stops = [ref for role, what, ref in members if (role, what) == ("to", "w")]
    for start, stop in product(starts, stops):
        yield Restriction(relation.id, kind, spared, start, node, stop)


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
        one: over several nodes, through the middle of a way, against a one-way.
    """
    table = pd.DataFrame(list(restrictions), columns=list(Restriction._fields))
    table["via_node"] = node
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
    fitted = matched[list(RESTRICTION_COLUMNS)].astype(RESTRICTION_COLUMNS)
    return fitted.reset_index(drop=True), len(table) - len(matched)
