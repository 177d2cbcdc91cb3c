"""The report's chapter on access: who is far from what, dry and wet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from geo.access.groups import mean_minutes
from maps.access.rows import kind_of
from maps.base import figures
from maps.base.i18n import Text, either, text
from maps.base.tabled import Cell, Column, Table, per_cent, share, whole
from maps.report.chapter import SHOWN, Chapter, Number, View

LEAST_KNOWN = 0.5
"""Of so many places people must be known for the report to speak of shares of them."""

USUAL = 60
"""Minutes of the headline, if they are among the limits."""

CROWD = 3_000
"""People who stand at one place on average from which that is told: a village has 600."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Who reaches one kind of facility.

    Attributes
    ----------
    kind
        A kind of facility.
    tables
        Of `chaidaen access`, by name.
    minutes
        Limits of the shares.
    views
        Its maps.
    charts
        Its charts.
    elsewhere
        How many facilities are known, if none of them lies in the area; else 0.
    """

    kind: str
    tables: Mapping[str, pd.DataFrame]
    minutes: tuple[int, ...]
    views: tuple[View, ...] = ()
    charts: tuple[Markup, ...] = ()
    elsewhere: int = 0


def access_chapter(found: Sequence[Reach], *, vehicle: Text) -> Chapter:
    """Tell who is how far from each kind of facility.

    Parameters
    ----------
    found
        At least one; the first is the one of the headline.
    vehicle
        What people go with.

    Returns
    -------
    chapter
        With the people who lose all access in the rains by name.
    """
    first = found[0]
    numbers = [number for one in found for number in _numbers(one)]
    tables = [_kinds(found), _districts(first)]
    lost = _losers(first)
    return Chapter(
        "access",
        text("report_access"),
        _headline(first, vehicle),
        text=tuple(_rains(one) for one in found),
        numbers=tuple(numbers),
        views=tuple(view for one in found for view in one.views),
        charts=tuple(chart for one in found for chart in one.charts),
        tables=(*(table for table in tables if table.rows), *([lost] if lost.rows else [])),
        notes=(
            *_few(first.tables["places"]),
            *(_elsewhere(one) for one in found if one.elsewhere),
            text("report_access_note"),
        ),
    )


def _few(places: pd.DataFrame) -> list[Text]:
    """Say so where people stand at a few places: a whole district at the door of its town."""
    known = places["population"].dropna()
    if known.empty or known.mean() < CROWD:
        return []
    return [text("report_few_places", count=str(len(known)), each=figures.whole(known.mean()))]


def _elsewhere(one: Reach) -> Text:
    """Say so where all that are known of a kind are in other provinces."""
    return text("report_elsewhere", kind=kind_of(one.kind)[1], count=str(one.elsewhere))


def usual(minutes: Sequence[int]) -> int:
    """Return the limit of the headline: an hour, else the middle one."""
    return USUAL if USUAL in minutes else minutes[len(minutes) // 2]


def _group(one: Reach, season: str, group: str) -> pd.Series:
    """Return people and share of a group in a season."""
    table = one.tables["people"]
    row: pd.Series = table[(table["season"] == season) & (table["group"] == group)].iloc[0]
    return row


def _share(one: Reach, season: str, group: str) -> str:
    found = _group(one, season, group)["share"]
    return per_cent(math.nan if found is None else found)


def _cut_off(one: Reach) -> float:
    """Return the people who reach it in the dry season and not in the rains."""
    losers = one.tables["losers"]
    return float(losers.loc[losers["loses_any"], "population"].sum())


def _places_near(one: Reach, season: str) -> tuple[int, int]:
    """Return how many places are within the limit of the headline, and of how many."""
    minutes = one.tables["places"][f"minutes_{season}"]
    return int((minutes <= usual(one.minutes)).sum()), len(minutes)


def _people_known(one: Reach) -> tuple[int, bool]:
    """Return of how many places people are known, and whether that is enough for shares."""
    known = one.tables["places"]["population"].notna()
    return int(known.sum()), bool(known.mean() >= LEAST_KNOWN)


def _headline(one: Reach, vehicle: Text) -> Text:
    within = usual(one.minutes)
    known, enough = _people_known(one)
    if not enough:
        there, every = _places_near(one, "dry")
        wet, _ = _places_near(one, "wet")
        return text(
            "report_access_places",
            near=figures.whole(there),
            all=figures.whole(every),
            wet=figures.whole(wet),
            minutes=str(within),
            kind=kind_of(one.kind)[0],
            vehicle=vehicle,
            known=figures.whole(known),
        )
    near = _group(one, "dry", f"within {within} min")
    total = float(one.tables["places"]["population"].sum())
    return text(
        "report_access_headline",
        near=figures.whole(float(near["people"])),
        all=figures.whole(total),
        share=_share(one, "dry", f"within {within} min"),
        wet=_share(one, "wet", f"within {within} min"),
        minutes=str(within),
        kind=kind_of(one.kind)[0],
        vehicle=vehicle,
    )


def _rains(one: Reach) -> Text:
    lost = _cut_off(one)
    if not lost:
        return text("report_access_kept", kind=kind_of(one.kind)[0])
    losers = one.tables["losers"]
    worst = losers[losers["loses_any"]].iloc[0]
    return text(
        "report_access_lost",
        people=figures.whole(lost),
        kind=kind_of(one.kind)[0],
        place=either(worst["name_en"], worst["name_th"]),
        most=figures.whole(float(worst["population"])),
    )


def _numbers(one: Reach) -> list[Number]:
    within = usual(one.minutes)
    kind = kind_of(one.kind)[0]
    group = f"within {within} min"
    lost = _cut_off(one)
    if not _people_known(one)[1]:
        (dry, every), (wet, _) = (_places_near(one, season) for season in ("dry", "wet"))
        of_all = text("report_places_of", value=figures.whole(dry), all=figures.whole(every))
        return [
            Number(
                text("report_within", minutes=str(within), kind=kind),
                of_all,
                text("report_in_the_rains", value=figures.whole(wet)),
            )
        ]
    return [
        Number(
            text("report_within", minutes=str(within), kind=kind),
            (_share(one, "dry", group),) * 2,
            text("report_in_the_rains", value=_share(one, "wet", group)),
        ),
        Number(
            text("report_lose_access", kind=kind),
            text("people_value", value=figures.whole(lost)),
            text("report_in_rains_only"),
        ),
    ]


def _kinds(found: Sequence[Reach]) -> Table:
    """Set the kinds of facilities side by side."""
    minutes = found[0].minutes
    columns = [Column(text(one), numeric=False) for one in ("report_kind", "report_season")]
    columns += [Column(text("share_within", minutes=str(limit))) for limit in minutes]
    columns += [Column(text("report_mean_minutes")), Column(text("report_not_reached"))]
    rows = []
    for one in found:
        for season in ("dry", "wet"):
            cells = [Cell(kind_of(one.kind)[1]), Cell(text(f"season_{season}"))]
            cells += [
                share(_group(one, season, f"within {limit} min")["share"]) for limit in one.minutes
            ]
            none = _group(one, season, "not reached")
            mean = mean_minutes(one.tables["places"], season)
            cells.append(Cell(figures.whole(mean), mean))
            cells.append(Cell(figures.whole(float(none["people"])), float(none["people"])))
            rows.append(tuple(cells))
    return Table(text("report_access_kinds"), tuple(columns), tuple(rows))


def _districts(one: Reach) -> Table:
    within = usual(one.minutes)
    kind = kind_of(one.kind)[0]
    table = one.tables["districts"].sort_values(
        "median_minutes_dry", na_position="first", ascending=False
    )
    columns = (
        Column(text("district"), numeric=False),
        Column(text("population")),
        Column(text("half_within")),
        Column(text("share_within", minutes=str(within))),
        Column(text("report_wet_share", minutes=str(within))),
        Column(text("report_lose_short")),
    )
    rows = tuple(
        (
            Cell(either(row["name_en"], row["name_th"])),
            whole(row["people"]),
            whole(row["median_minutes_dry"]),
            share(row[f"share_{within}_dry"]),
            share(row[f"share_{within}_wet"]),
            whole(row["people_lose_any"]),
        )
        for row in table.to_dict("records")
    )
    return Table(text("report_districts", kind=kind), columns, rows)


def _losers(one: Reach) -> Table:
    losers = one.tables["losers"]
    lost = losers[losers["loses_any"]]
    columns = (
        Column(text("place"), numeric=False),
        Column(text("population")),
        Column(text("report_dry_minutes")),
    )
    rows = tuple(
        (
            Cell(either(row["name_en"], row["name_th"])),
            whole(row["population"]),
            whole(row["minutes_dry"]),
        )
        for row in lost.head(SHOWN).to_dict("records")
    )
    more = len(lost) - SHOWN
    note = text("report_more_rows", count=str(more)) if more > 0 else None
    return Table(text("report_losers", kind=kind_of(one.kind)[0]), columns, rows, note)
