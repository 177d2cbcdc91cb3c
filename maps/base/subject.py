"""What a map is of: an area and its roads, for whom, when, in which world and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geo.driving.vehicle import load_vehicle
from geo.routing.legs import road_numbers
from geo.routing.route import Route
from geo.study import Study
from layers.area import Area
from layers.roads.network import RoadNetwork
from layers.tables.places import Place
from maps.base.i18n import Text, either, text

SEASONS: Final = {"dry": "season_dry", "wet": "season_wet"}
"""Key of each season's words."""


@dataclass(frozen=True, eq=False)
class Subject:
    """What a map is of, whatever it shows.

    Attributes
    ----------
    area
        The area; its boundary is read.
    network
        Its roads, drawn below what is shown.
    vehicles
        Their names, English and Thai.
    season
        `dry`, `wet`, or another word.
    scenario
        Ids of the scenarios that make the world; none for today.
    lang
        The language that a page opens in, `en` or `th`.
    """

    area: Area
    network: RoadNetwork
    vehicles: tuple[Text, ...] = ()
    season: str = "dry"
    scenario: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def area_title(self) -> Text:
        """The name of the area."""
        return self.area.title_en, self.area.title_th

    def scenarios(self) -> list[Text]:
        """Say which scenarios make the world, one phrase each."""
        return [text("scenario", name=name) for name in self.scenario]


def subject_of(
    study: Study, vehicles: Sequence[str], *, season: str = "dry", lang: str = "en"
) -> Subject:
    """Return what a map of a study is of.

    Parameters
    ----------
    study
        The area in its world.
    vehicles
        Ids.
    season
        `dry` or `wet`; a season that the world sets counts before it.
    lang
        The language that the page opens in.

    Raises
    ------
    UnknownNameError
        There is no such vehicle.
    """
    known = [load_vehicle(one) for one in vehicles]
    titles = tuple((one.title_en, one.title_th) for one in known)
    return Subject(study.area, study.network, titles, study.season(season), study.scenario, lang)


def joined(parts: Sequence[Text]) -> Text:
    """Set phrases beside each other in one line.

    Examples
    --------
    >>> joined([("pickup", "รถกระบะ"), ("dry season", "ฤดูแล้ง")])[0]
    'pickup · dry season'
    """
    return " · ".join(part[0] for part in parts), " · ".join(part[1] for part in parts)


def place_name(place: Place) -> Text:
    """Return a place's name in both languages."""
    return either(place.name_en, place.name_th)


def highways(route: Route) -> str:
    """Name the highways a route follows, in order, without short connecting stretches.

    Parameters
    ----------
    route
        The route.

    Returns
    -------
    refs
        Like `108 · 11 · 1`; a dash where no road has a number.
    """
    return "\N{NO-BREAK SPACE}· ".join(road_numbers(route.legs)) or "\N{EN DASH}"
