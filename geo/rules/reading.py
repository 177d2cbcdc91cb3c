"""All rules together: what `open_study` reads once and every question is answered by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from geo.rules.border import BorderRules, read_border_rules
from geo.rules.economics import Assumptions, read_economics
from geo.rules.freight import FreightRules, read_freight_rules
from geo.rules.risk import Risk, read_risk
from geo.rules.seasons import Rain, read_rain
from layers.area import Area


@dataclass(frozen=True)
class Rules:
    """What a planner may change besides the world.

    Attributes
    ----------
    seasons
        `seasons.toml`: which roads can be driven in the rains, and for how long not.
    border
        `border.toml`: hours, dwell and transloading where a crossing's row says nothing.
    freight
        `freight.toml`: vehicles, empty trips, and how shippers choose.
    risk
        `risk.toml`: hazards, trips, and what an hour and protecting a road are worth.
    economics
        `economics.toml`: prices and other assumptions of whether a project pays.

    Examples
    --------
    Twice as many empty trips, all else as shipped:

    >>> from dataclasses import replace
    >>> rules = read_rules()
    >>> often = replace(rules.freight.trips, empty_share=0.9)
    >>> replace(rules, freight=replace(rules.freight, trips=often)).freight.trips.empty_share
    0.9
    """

    seasons: Rain
    border: BorderRules
    freight: FreightRules
    risk: Risk
    economics: Assumptions

    def with_empty_share(self, share: float | None) -> Rules:
        """Return these rules with another share of trips that come back empty, None for theirs."""
        if share is None:
            return self
        trips = replace(self.freight.trips, empty_share=share)
        return replace(self, freight=replace(self.freight, trips=trips))


def read_rules(area: Area | None = None, *, economics: Path | None = None) -> Rules:
    """Read the rules: an area's own where it has some, else those shipped.

    Parameters
    ----------
    area
        Its `economics` stands over the shipped one.
    economics
        A file of one's own, which stands over both.

    Raises
    ------
    DataError
        A file has problems; one message names all of its.
    """
    own = area.layers.economics if area else None
    return Rules(
        read_rain(),
        read_border_rules(),
        read_freight_rules(),
        read_risk(),
        read_economics(economics, own),
    )
