"""Options of `chaidaen access`, in groups, and what they check."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from geo.driving.usual import PEOPLE
from scripts.kinds import Number
from scripts.options import FILE, kind_of, known_vehicle

if TYPE_CHECKING:
    from pathlib import Path

    from geo.access.decay import Decay
    from geo.study import Study

F = TypeVar("F", bound=Callable[..., Any])

MEASURES: Final = ("cumulative", "gravity", "2sfca", "e2sfca")
"""Of `geo.access.supply`, which would be slow to import here."""
DAY_MINUTES: Final = 24 * 60

DECAYS: Final = {
    "step": ("MINUTES",),
    "linear": ("MINUTES",),
    "exponential": ("HALF_LIFE",),
    "logistic": ("CENTRE", "SIGMA"),
}
"""Decays of `geo.access.decay` by name, and what their parameters are called; all in minutes."""

DEFAULT_DECAY: Final = ("exponential", (30.0,))


def read_minutes(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:  # noqa: ARG001
    """Read `30,60,120`; anything else is wrong usage."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    good = [part.isdecimal() and len(part) <= len(str(DAY_MINUTES)) for part in parts]
    if not parts or not all(good) or not all(0 < int(part) <= DAY_MINUTES for part in parts):
        raise click.BadParameter(f"{value!r} is not minutes such as 30,60,120 (1 to 1440)")
    return tuple(sorted({int(part) for part in parts}))


def read_decay(
    ctx: click.Context,  # noqa: ARG001
    param: click.Parameter,  # noqa: ARG001
    value: str | None,
) -> tuple[str, tuple[float, ...]] | None:
    """Read `exponential:30` or `logistic:60,10`; anything else is wrong usage."""
    if value is None:
        return None
    name, _, rest = value.partition(":")
    try:
        numbers = tuple(float(part) for part in rest.split(","))
    except ValueError:
        numbers = ()
    good = all(math.isfinite(number) and number > 0 for number in numbers)
    if name not in DECAYS or len(numbers) != len(DECAYS[name]) or not good:
        forms = [f"{one}:{','.join(named)}" for one, named in DECAYS.items()]
        raise click.BadParameter(f"{value!r} is none of {' | '.join(forms)} (minutes above 0)")
    return name, numbers


def decay_of(name: str, numbers: tuple[float, ...]) -> Decay:
    """Return a decay by its name and parameters, in minutes."""
    from geo.access import decay

    made: Decay = getattr(decay, name)(*numbers)
    return made


def with_rivers_of(study: Study, rivers: Path | None, *, none: bool) -> Study:
    """Return a study with the rivers of a file, or without any; as it is without either."""
    import geopandas as gpd

    from geo.surface.water import with_rivers
    from layers.crs import LON_LAT
    from layers.io.vector import read_shapes

    if none:
        return with_rivers(study, gpd.GeoSeries([], crs=LON_LAT))
    if rivers is None:
        return study
    return with_rivers(study, read_shapes(rivers, what="a layer of rivers").geometry)


def check_together(
    *,
    measures: tuple[str, ...],
    decay: object,
    within: object,
    landcover: object,
    speeds: object,
    rivers: object,
    no_rivers: bool,
) -> None:
    """Refuse an option that would change nothing, as wrong usage."""
    if (landcover is None) != (speeds is None):
        raise click.UsageError("--landcover and --speeds go together")
    if rivers and no_rivers:
        raise click.UsageError("--rivers and --no-rivers exclude each other")
    if decay is not None and not {"gravity", "e2sfca"} & set(measures):
        raise click.UsageError("--decay needs --measure gravity or --measure e2sfca")
    if within is not None and not {"cumulative", "2sfca", "e2sfca"} & set(measures):
        raise click.UsageError("--within needs --measure cumulative, 2sfca or e2sfca")


def who(command: F) -> F:
    """Add the options that say who goes where, and how much is near enough."""
    return _add(
        command,
        click.option(
            "--to",
            "kind",
            required=True,
            callback=kind_of,
            help="Kind of facility: hospital, market, school …",
        ),
        click.option(
            "--vehicle",
            callback=known_vehicle,
            default=PEOPLE,
            show_default=True,
            help="Id of a vehicle.",
        ),
        click.option(
            "--minutes",
            callback=read_minutes,
            default="30,60,120",
            show_default=True,
            help="Shares of people within so many minutes.",
        ),
        click.option(
            "--season",
            type=click.Choice(("dry", "wet")),
            default="dry",
            show_default=True,
            help="Season of map, surface and isochrones; the tables have both.",
        ),
        click.option(
            "--population",
            type=FILE,
            help="Raster of people (any GeoTIFF), each counted on their own cell.",
        ),
    )


def measured(command: F) -> F:
    """Add the options that say what is measured for each settlement."""
    return _add(
        command,
        click.option(
            "--nearest",
            type=click.IntRange(1, 50),
            default=1,
            show_default=True,
            help="So many of the nearest facilities of each settlement.",
        ),
        click.option(
            "--measure",
            "measures",
            type=click.Choice(MEASURES),
            multiple=True,
            help="Also what is within reach, or supply shared among people; repeatable.",
        ),
        click.option(
            "--within",
            type=Number(0, DAY_MINUTES, min_open=True),
            help="Minutes of reach of cumulative, 2sfca and e2sfca.  "
            "[default: the middle one of --minutes]",
        ),
        click.option(
            "--decay",
            callback=read_decay,
            metavar="NAME:MINUTES",
            help="How gravity and e2sfca count less what is farther: step:60, "
            "linear:60, exponential:HALF_LIFE, logistic:CENTRE,SIGMA.  "
            "[default: exponential:30]",
        ),
        click.option(
            "--od",
            is_flag=True,
            help="Also minutes from every settlement to every facility: in --output, "
            "and printed with --format csv or json.",
        ),
    )


def ground(command: F) -> F:
    """Add the options of the travel-time surface."""
    return _add(
        command,
        click.option(
            "--resolution",
            type=Number(10, 1000),
            default=100.0,
            show_default=True,
            help="Metres of a cell of the surface.",
        ),
        click.option(
            "--max-minutes",
            type=click.IntRange(1, DAY_MINUTES),
            default=480,
            show_default=True,
            help="Ground farther away counts as not reached.",
        ),
        click.option(
            "--rivers",
            type=FILE,
            help="Lines that cannot be crossed but at bridges; those of the import by default.",
        ),
        click.option("--no-rivers", is_flag=True, help="Rivers stop nobody."),
        click.option(
            "--landcover", type=FILE, help="Raster of land-cover classes; needs --speeds."
        ),
        click.option("--speeds", type=FILE, help="TOML: [classes.N] kph and mode for each class."),
        click.option(
            "--days",
            type=click.IntRange(0, 10_000),
            help="Days of the rains to draw, as risk does: on how many of them one gets there; 0 "
            "for none.  [default: 300 where the wet season is asked]",
        ),
        click.option(
            "--friction",
            type=FILE,
            help="Raster of minutes per metre of somebody else, such as the Malaria Atlas: its "
            "times stand beside ours.",
        ),
        click.option(
            "--time",
            "time_",
            type=FILE,
            help="Raster of minutes to the nearest facility, of another tool: beside ours.",
        ),
    )


def _add(command: F, *options: Callable[[F], F]) -> F:
    for option in reversed(options):
        command = option(command)
    return command
