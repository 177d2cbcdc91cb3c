"""What stands on the nodes of roads: barriers, and facts of junctions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import osmium

from layers.osm.tags import is_set, word
from layers.roads.signs import MODES, SIZES

KEYS: Final = ("barrier", "highway", "ford", "traffic_calming", "railway")
"""Keys of which a node needs one to be looked at."""

FACTS: Final[Mapping[str, frozenset[str]]] = {
    "highway": frozenset(
        {"traffic_signals", "stop", "give_way", "crossing", "mini_roundabout", "toll_gantry"}
    ),
    "railway": frozenset({"level_crossing"}),
}
"""Values that say something of a junction, by key."""

IDLE: Final = frozenset({"no", "kerb", "entrance", "toll_booth", "border_control", "cattle_grid"})
"""Barriers that stop nobody by themselves."""


GATES: Final = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate"})
"""Barriers that are opened for whoever may pass."""


@dataclass(frozen=True, eq=False)
class NodeTags:
    """Tags of nodes, by id.

    Attributes
    ----------
    barriers
        Tags that say who may pass a node.
    facts
        What stands there: a value of `FACTS`, `ford`, `traffic_calming`, or `gate`.
    """

    barriers: dict[int, dict[str, str]] = field(default_factory=dict)
    facts: dict[int, str] = field(default_factory=dict)

    def add(self, node: osmium.osm.Node) -> None:
        """Read a node; most say nothing of roads."""
        tags = {tag.k: tag.v for tag in node.tags}
        barrier = word(tags.get("barrier", ""))
        signs = {key: one for key, one in tags.items() if key.split(":")[0] in MODES | SIZES}
        if word(tags.get("locked", "")) == "yes" and not any(key in MODES for key in signs):
            signs["access"] = "private"
        # A place of another kind may say who may enter it; on a road it is a barrier that does.
        stands = barrier not in {"", "no"} or "highway" in tags or "ford" in tags
        if barrier and barrier not in IDLE:
            signs["barrier"] = barrier
        if is_set(tags.get("ford", "")):
            signs["ford"] = tags["ford"]
        if signs and stands:
            self.barriers[node.id] = signs
        facts = [
            value for key, known in FACTS.items() if (value := word(tags.get(key, ""))) in known
        ]
        facts += [key for key in ("ford", "traffic_calming") if word(tags.get(key, "no")) != "no"]
        if barrier in {"toll_booth", "border_control"}:
            facts.append(barrier)
        facts += ["gate"] if barrier in GATES else []
        if facts:
            self.facts[node.id] = facts[0]
