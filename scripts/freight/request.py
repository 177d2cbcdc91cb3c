"""What is asked of freight, and an answer in every form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from geo.freight.haul import Terms
    from geo.study import Study
    from layers.tables.places import Place
    from maps.picture.sheet import Sheet


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is asked of freight, whatever the question.

    Attributes
    ----------
    start
        Where goods start, None if that was not said.
    to
        `provinces`, `crossings`, `all`, or what was typed for one place.
    vehicles, season, empty_share
        On what terms.
    depart
        Local time of departure, None if that does not matter.
    alternatives
        Other ways that the map shows.
    lang
        Of tables and of the map at first.
    """

    start: Place | None
    to: str
    vehicles: tuple[str, ...]
    season: str
    empty_share: float | None
    depart: datetime | None
    alternatives: int
    lang: str

    def home(self, study: Study) -> Place:
        """Return where goods start: the area's home if nothing was said."""
        return self.start or study.home

    def terms(self, study: Study) -> Terms:
        """Return the terms on which goods are hauled."""
        from geo.freight.terms import freight_terms

        extra = [self.start] if self.start and self.start.kind == "point" else []
        return freight_terms(
            study, self.vehicles, self.season, empty_share=self.empty_share, extra=extra
        )


@dataclass(frozen=True, eq=False)
class Result:
    """An answer in every form.

    Attributes
    ----------
    text
        As it is printed.
    tables
        By name, for CSV and XLSX.
    draw
        Makes the map; None where there is none.
    layers
        Makes what a GeoPackage holds, by name in lon, lat; None where there is nothing.
    messages
        What to say beside it.
    """

    text: str
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    draw: Callable[[], Sheet] | None = None
    layers: Callable[[], Mapping[str, GeoDataFrame]] | None = None
    messages: tuple[str, ...] = ()
