"""`chaidaen access`: who is how far from a hospital, a market, a school."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scripts.options import FILE, FOLDER, FORMATS, known_vehicle, say

if TYPE_CHECKING:
    import pandas as pd

    from scripts.session import Session

SEASONS = ("dry", "wet")
NEAR_ROAD_M = 5000.0
"""Who lives farther from every road than this is not reached by a vehicle."""


def read_minutes(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:  # noqa: ARG001
    """Read `30,60,120`; anything else is wrong usage."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts or not all(part.isdigit() and 0 < int(part) <= 24 * 60 for part in parts):
        raise click.BadParameter(f"{value!r} is not minutes such as 30,60,120 (1 to 1440)")
    return tuple(sorted({int(part) for part in parts}))


@click.command()
@click.argument("area")
@click.option("--to", "kind", required=True, help="Kind of facility: hospital, market, school …")
@click.option("--vehicle", callback=known_vehicle, default="motorcycle", show_default=True,
              help="Id of a vehicle.")  # fmt: skip
@click.option("--minutes", callback=read_minutes, default="30,60,120", show_default=True,
              help="Shares of people within so many minutes.")  # fmt: skip
@click.option("--season", type=click.Choice(SEASONS), default="dry", show_default=True,
              help="Season of map, surface and isochrones; the table has both.")  # fmt: skip
@click.option("--resolution", type=click.FloatRange(10, 1000), default=100.0, show_default=True,
              help="Metres of a cell of the surface.")  # fmt: skip
@click.option("--max-minutes", type=click.IntRange(1, 24 * 60), default=480, show_default=True,
              help="Ground farther away counts as not reached.")  # fmt: skip
@click.option("--map", "map_", type=FILE, help="Write an HTML map to this file.")
@click.option("--population", type=FILE,
              help="Raster of people (any GeoTIFF), counted around settlements.")  # fmt: skip
@click.option("--rivers", type=FILE,
              help="Lines only bridges cross, in place of imported rivers.")  # fmt: skip
@click.option("--no-rivers", is_flag=True, help="Let walkers wade: no river stops them.")
@click.option("--landcover", type=FILE, help="Raster of land-cover classes; needs --speeds.")
@click.option("--speeds", type=FILE, help="TOML: [classes.N] kph and mode for each class.")
@click.option("--lang", type=click.Choice(["en", "th"]), default="en", show_default=True,
              help="Language of the map shown first.")  # fmt: skip
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table",
              show_default=True, help="How results are printed.")  # fmt: skip
@click.option("--output", type=FOLDER,
              help="Write map, surface, GeoPackage and tables into this folder too.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option("--source", type=click.Choice(["osm", "strategic"]),
              help="Force one source of roads; imported ones are preferred.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress and no messages.")
def access(  # noqa: PLR0913
    *,
    area: str,
    kind: str,
    vehicle: str,
    minutes: tuple[int, ...],
    season: str,
    resolution: float,
    max_minutes: int,
    map_: Path | None,
    population: Path | None,
    rivers: Path | None,
    no_rivers: bool,
    landcover: Path | None,
    speeds: Path | None,
    lang: str,
    format_: str,
    output: Path | None,
    overwrite: bool,
    source: str | None,
    quiet: bool,
) -> None:
    """Compute how far every settlement of AREA is from the nearest facility, dry and wet.

    A straight walk to the road, the drive, a straight walk from it; in the rains only on
    all-season roads. Who is not reached is said so, never given a number.
    """
    from layers.facilities import facilities, settlements
    from scripts.access_measures import measures
    from scripts.output import as_csv, emit, save_all
    from scripts.session import open_area

    if (landcover is None) != (speeds is None):
        raise click.UsageError("--landcover and --speeds go together")
    if rivers and no_rivers:
        raise click.UsageError("--rivers and --no-rivers exclude each other")
    session = open_area(area, source)
    goals = _named(facilities(session.area, kind))
    people = _named(settlements(session.area))
    if population:
        people = people.assign(population=_people(session, people, population))
    say(f"… {len(people)} settlements to {len(goals)} of {kind}, dry and wet", quiet=quiet)
    places = _places(session, people, goals, vehicle)
    shares = _shares(places, minutes)
    found = measures(session, places, vehicle, minutes[len(minutes) // 2])
    if map_ or output:
        from scripts.access_files import Wanted, page, picture, save_files

        say(f"… the ground, in cells of {resolution:g} m", quiet=quiet)
        wanted = Wanted(kind, vehicle, season, minutes, resolution, max_minutes, rivers,
                        landcover, speeds, no_rivers)  # fmt: skip
        made = picture(session, wanted, goals, places)
        html = page(session, made, lang)
        files = {map_: html} if map_ else {}
        if output:
            tables = {"places": places, "people": shares, "measures": found}
            files |= {output / f"{name}.csv": as_csv(_rows(t)) for name, t in tables.items()}
            files[output / "map.html"] = html
        save_all(files, overwrite=overwrite)
        if output:
            save_files(session, made, output)
    emit(_text(places, shares, found, format_))
    for note in session.network.source.notes:
        say(note, quiet=quiet)


def _places(
    session: Session, people: pd.DataFrame, goals: pd.DataFrame, vehicle: str
) -> pd.DataFrame:
    """Return the settlements with minutes to the nearest facility and which it is.

    `minutes_dry`, `minutes_wet`: None where nothing leads, which no season changes into a
    number.
    """
    import numpy as np

    from geo.access import nearest
    from geo.season import all_season
    from geo.travel_times import od_times

    columns = ["id", "name_en", "name_th", "kind", "district", "lon", "lat", "elevation_m"]
    found = people[[*columns, "population"]].copy()
    for season in SEASONS:
        trip = session.trip(vehicle, season, 1.0, "time")
        usable = None if season == "dry" else all_season(session.network, trip.vehicle)
        times = od_times(trip, people, goals, usable=usable, max_walk_m=NEAR_ROAD_M)
        best = nearest(times).set_index("from_id").loc[people["id"]]
        minutes = best["travel_time_s"].to_numpy(np.float64) / 60
        found[f"minutes_{season}"] = np.where(np.isfinite(minutes), minutes, np.nan)
        found[f"nearest_{season}"] = best["to_id"].to_numpy()
    return found.sort_values("minutes_dry", na_position="last", ignore_index=True)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Give what has no English name its local one."""
    return table.assign(name_en=table["name_en"].where(table["name_en"] != "", table["name"]))


def _people(session: Session, settlements: pd.DataFrame, path: Path) -> list[float]:
    """Count the people of a raster in the zone of each settlement."""
    from layers.population import people_in
    from layers.population_raster import open_population
    from layers.zones import zones_around

    counted: list[float] = people_in(
        zones_around(session.area, settlements), open_population(path)
    ).tolist()
    return counted


def _shares(places: pd.DataFrame, minutes: tuple[int, ...]) -> pd.DataFrame:
    """Return the people within so many minutes, and those not reached, in each season."""
    import pandas as pd

    rows = []
    total = float(places["population"].sum())
    for season in SEASONS:
        time, people = places[f"minutes_{season}"], places["population"].fillna(0.0)
        groups = [(f"within {limit} min", time <= limit) for limit in minutes]
        groups.append(("not reached", time.isna()))
        rows += [
            {
                "season": season,
                "group": name,
                "settlements": int(mask.sum()),
                "people": float(people[mask].sum()),
                "share": float(people[mask].sum() / total) if total else None,
            }
            for name, mask in groups
        ]
    return pd.DataFrame(rows)


def _text(places: pd.DataFrame, shares: pd.DataFrame, found: pd.DataFrame, format_: str) -> str:
    """Write the answer in a format."""
    import shapely

    from scripts.output import as_csv, as_geojson, as_json, as_table

    rows, groups = _rows(places), _rows(shares)
    if format_ == "json":
        return as_json({"places": rows, "people": groups, "measures": _rows(found)})
    if format_ == "csv":
        return as_csv(rows)
    if format_ == "geojson":
        return as_geojson((row, shapely.Point(row["lon"], row["lat"])) for row in rows)
    header = ("settlement", "ชื่อ", "people", "dry min", "wet min", "nearest")
    table = [
        (
            row["name_en"] or row["name_th"],
            row["name_th"],
            "" if row["population"] is None else f"{row['population']:,.0f}",
            _spell(row["minutes_dry"]),
            _spell(row["minutes_wet"]),
            row["nearest_dry"],
        )
        for row in rows
    ]
    people = [
        (
            f"{row['season']}, {row['group']}",
            f"{row['settlements']}",
            f"{row['people']:,.0f}",
            "" if row["share"] is None else f"{row['share']:.1%}",
        )
        for row in groups
    ]
    values = [
        (row["measure"], _value(row["value"], row["unit"]), row["unit"]) for row in _rows(found)
    ]
    return "\n\n".join(
        [
            as_table(("who", "settlements", "people", "share"), people),
            as_table(("measure", "value", "unit"), values, left=frozenset({0, 2})),
            as_table(header, table, left=frozenset({0, 1, 5})),
        ]
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows, None where a number is not known or a place not reached."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _value(value: float | None, unit: str) -> str:
    """Spell a measure by its unit; where there is nobody to count, that is said."""
    if value is None:
        return "nobody"
    form = {"people": ",.0f", "minutes": ",.0f", "share of people": ".1%"}
    return format(value, form.get(unit, ".2f"))


def _spell(minutes: float | None) -> str:
    """Spell minutes; what is not reached is said in words."""
    return "not reached" if minutes is None else f"{minutes:,.0f}"
