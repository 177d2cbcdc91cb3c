"""Print results as table, JSON, CSV or GeoJSON, and write them into a folder."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import shapely

from geo.routing.legs import road_numbers
from geo.routing.route import Route
from layers.errors import WriteError
from layers.io.files import write_bytes, writing
from layers.io.results import writing_files
from layers.io.targets import target_of
from layers.tables.places import Place

if TYPE_CHECKING:
    import pandas as pd

BOM = "\ufeff"

DIGITS = 9
"""Of a number in a CSV table: a millimetre in a thousand kilometres."""


def route_json(route: Route) -> dict[str, Any]:
    """Return a route as the documented JSON object."""
    sums = ("distance_m", "time_s", "fuel_l", "co2_kg", "cost_thb", "climb_m", "descent_m")
    return {
        "from": place_json(route.from_place),
        "to": place_json(route.to_place),
        "via": [place_json(place) for place in route.via],
        "vehicle": route.vehicle,
        "season": route.season,
        "scenario": list(route.scenario),
        "source": dataclasses.asdict(route.source),
        **{name: getattr(route, name) for name in sums},
        **dict(zip(("time_p10_s", "time_p50_s", "time_p90_s"), route.spread_s, strict=True)),
        "driving_s": route.driving_s,
        **dataclasses.asdict(route.halts),
        "max_grade_pct": route.max_grade_pct,
        "passable": route.passable,
        "legs": [dataclasses.asdict(leg) for leg in route.legs],
        "geometry": json.loads(shapely.to_geojson(route.geometry)),
    }


def place_json(place: Place) -> dict[str, Any]:
    """Return a place as a JSON object."""
    return dataclasses.asdict(place)


def route_row(route: Route) -> dict[str, Any]:
    """Return the sums of a route as one flat row."""
    row = route_json(route)
    for end in ("from", "to"):
        row[end] = row[end]["id"] or row[end]["name_en"]
    row["source"] = route.source.title
    row["via"] = ";".join(place.id or place.name_en for place in route.via)
    row["scenario"] = ";".join(route.scenario)
    row["roads"] = " · ".join(roads(route))
    return {key: value for key, value in row.items() if key not in {"legs", "geometry"}}


def roads(route: Route) -> list[str]:
    """Return the numbers of the roads of a route in order, without short connections."""
    return road_numbers(route.legs)


def hours(seconds: float) -> str:
    """Spell a duration as hours and minutes.

    Examples
    --------
    >>> hours(5400), hours(59.9)
    ('1:30', '0:01')
    """
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def told(value: float | None, form: str) -> str:
    """Spell a number by a format, and what is not known as nothing.

    Examples
    --------
    >>> told(0.25, ".0%"), told(None, ".0%")
    ('25%', '')
    """
    return "" if value is None else format(value, form)


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV with a header; the columns are those of the first."""
    return with_header(list(rows[0]) if rows else [], rows)


def with_header(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV; without any, the header is still there."""
    stream = io.StringIO()
    writer, known = csv.writer(stream, lineterminator="\n"), set(columns)
    writer.writerow(columns)
    for row in rows:
        if row.keys() - known:
            raise ValueError(f"no column for {', '.join(sorted(row.keys() - known))}")
        writer.writerow([_cell(row.get(name, "")) for name in columns])
    return stream.getvalue()


def table_csv(table: pd.DataFrame) -> str:
    r"""Return a table as CSV: what is not known is empty, numbers have nine digits that count.

    Examples
    --------
    >>> import pandas as pd
    >>> table_csv(pd.DataFrame({"name": ["=1", None], "km": [1 / 3, float("nan")]}))
    "name,km\n'=1,0.333333333\n,\n"
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(map(str, table.columns))
    writer.writerows(zip(*(_spelt(table.iloc[:, at]) for at in range(table.shape[1])), strict=True))
    return stream.getvalue()


def _spelt(column: pd.Series) -> list[object]:
    """Spell the cells of a column; row by row that takes five times as long."""
    import numpy as np
    import pyarrow as pa

    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub":
        return column.tolist()
    if column.dtype.kind != "f":
        cells, known = column.to_numpy(object).tolist(), column.notna().tolist()
        return [_cell(one) if there else None for one, there in zip(cells, known, strict=True)]
    values = column.to_numpy(np.float64)
    finite = np.isfinite(values)
    size = np.log10(np.abs(np.where(finite & (values != 0), values, 1.0)))
    power = 10.0 ** np.clip(DIGITS - 1 - np.floor(size), 0, 22)
    # Zero is added, so that no cell says -0.
    rounded = np.where(finite, np.rint(values * power) / power, values) + 0.0
    told: list[object] = pa.array(rounded, from_pandas=True).cast(pa.string()).to_pylist()
    return told


def as_json(value: object) -> str:
    """Return JSON that a person can read, Thai as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def as_geojson(rows: Iterable[tuple[Mapping[str, Any], Any]]) -> str:
    """Return pairs of properties and geometry as a FeatureCollection."""
    features = [
        {"type": "Feature", "properties": dict(row), "geometry": json.loads(shapely.to_geojson(g))}
        for row, g in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def plain(value: object) -> object:
    """Turn a value of ours into what JSON knows: dataclasses and mappings become objects."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def save(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a result, whole or not at all; errors as `save_all`."""
    save_all({path: text}, overwrite=overwrite)


def save_all(
    written: Mapping[Path, str | bytes], *, overwrite: bool, also: Sequence[Path] = ()
) -> None:
    """Write results, each whole or not at all.

    Parameters
    ----------
    written
        Text or bytes by file; a CSV begins with a byte-order mark, as Excel wants it.
    overwrite
        Whether files that are there may be replaced.
    also
        Files that will be written after these, and may not be there either.

    Raises
    ------
    WriteError
        One is there and may not be replaced, and none is written; or one cannot be.
    """
    refuse_existing([*written, *also], overwrite=overwrite)
    for path, content in written.items():
        write_bytes(path, _bytes(path, content))


def save_together(written: Mapping[Path, str | bytes], *, overwrite: bool) -> None:
    """Write results of one run: those of a folder at once, those of several one after the other.

    All are whole beside their places before the first takes its own, so that whoever is killed
    leaves the old ones or the new, but for the moment between two renames.

    Parameters
    ----------
    written, overwrite
        As for `save_all`.

    Raises
    ------
    WriteError
        As `save_all`.
    """
    refuse_existing(written, overwrite=overwrite)
    by_folder: dict[Path, list[Path]] = {}
    for path in written:
        by_folder.setdefault(path.parent, []).append(path)
    with ExitStack() as stack:
        for folder, paths in by_folder.items():
            if len(paths) > 1 and not any(one.is_symlink() for one in paths):
                names = [one.name for one in paths]
                made = stack.enter_context(writing_files(folder, names, replace=overwrite))
                places = [made / name for name in names]
            else:
                places = [stack.enter_context(writing(one)) for one in paths]
            for path, place in zip(paths, places, strict=True):
                place.write_bytes(_bytes(path, written[path]))
                if path.exists():
                    place.chmod(stat.S_IMODE(path.stat().st_mode))


@contextmanager
def results(
    folder: Path | None, map_: Path | None = None, *, overwrite: bool
) -> Iterator[tuple[Path | None, Path | None]]:
    """Yield where the files of a folder and a map beside it are written, which get there together.

    Parameters
    ----------
    folder, map_
        Where they shall be; None for none.
    overwrite
        Whether files that are there may be replaced.

    Raises
    ------
    WriteError
        As `layers.io.results.writing_files`.
    """
    if map_:
        refuse_existing([map_], overwrite=overwrite)
    with ExitStack() as stack:
        # What is entered last gets there first: the map a moment after the folder.
        drawn = stack.enter_context(writing(map_)) if map_ else None
        made = stack.enter_context(writing_files(folder, replace=overwrite)) if folder else None
        yield made, drawn


def refuse_existing(paths: Iterable[Path], *, overwrite: bool) -> None:
    """Raise a `WriteError` where something is there that may not be replaced."""
    for path in paths:
        target_of(path)
        if path.exists() and not overwrite:
            raise WriteError(f"{path}: is already there; --overwrite replaces it")


def emit(text: str) -> None:
    """Print a result to stdout."""
    click.echo(text.rstrip("\n"))


def _bytes(path: Path, content: str | bytes) -> bytes:
    """Return what stands in a file: Unix line ends, and in a CSV the mark that Excel wants."""
    if isinstance(content, bytes):
        return content
    # Without the mark, Excel takes Thai for the code page of the machine.
    return f"{BOM if path.suffix == '.csv' else ''}{content}".encode()


def _cell(value: object) -> object:
    """Keep a spreadsheet from taking text for a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"}:
        return "'" + value
    return value
