"""What a map is of: an area and its roads, for whom, when, in which world and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.driving.vehicle import load_vehicle
from geo.study import Study
from layers.area import Area
from layers.roads.network import RoadNetwork
from maps.base.i18n import Text, text


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
