"""Maps as files: a page, or a picture where the file is called so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from scripts.options import say

if TYPE_CHECKING:
    from maps.picture.sheet import Sheet

LEAST_DPI, MOST_DPI = 30, 1200

NO_THAI: Final = (
    "no font with Thai letters was found: pictures show boxes in their place; install one, such "
    "as Sarabun or Noto Sans Thai (Debian, Ubuntu: fonts-tlwg-garuda-ttf)"
)


def map_files(
    sheet: Sheet, map_: Path | None, folder: Path | None, *, quiet: bool
) -> dict[Path, str | bytes]:
    """Return the files of a map, in the language that was asked for.

    Parameters
    ----------
    sheet
        The map.
    map_
        One file: `.png` and `.svg` are pictures, anything else is a page; None for none.
    folder
        Where `map.html`, `map.png` and a picture of every chart go; None for nowhere.
    quiet
        Whether to say nothing of missing fonts.

    Returns
    -------
    files
        Content by path.
    """
    wanted = [map_] if map_ else []
    wanted += [folder / "map.html", folder / "map.png"] if folder else []
    endings = {path.suffix.lower() for path in wanted}
    if ".png" in endings:
        warn_without_thai(quiet=quiet)
    made: dict[str, str | bytes] = {
        ending: png_of(sheet) if ending == ".png" else sheet.picture()
        for ending in endings & {".png", ".svg"}
    }
    files = {path: made.get(path.suffix.lower(), sheet.html) for path in wanted}
    if folder:
        files |= {folder / f"chart_{name}.png": png_of(sheet, name) for name in sheet.charts}
    return files


def png_of(sheet: Sheet, chart: str = "", *, pixels: int = 0) -> bytes:
    """Draw a sheet, or one of its charts, as PNG as finely as `CHAIDAEN_DPI` says.

    Parameters
    ----------
    sheet, chart
        What to draw; the map where no chart is named.
    pixels
        Width at the usual dpi, 0 for that of A4.
    """
    from maps.picture.picture import DPI, PIXELS

    dpi = dpi_of(DPI)
    size: Any = {"pixels": round((pixels or PIXELS) * dpi / DPI), "dpi": dpi}
    return sheet.chart_png(chart, **size) if chart else sheet.png(**size)


def dpi_of(usual: float = 300.0) -> float:
    """Return the pixels per inch that are wanted on A4."""
    wanted = os.environ.get("CHAIDAEN_DPI")
    if not wanted:
        return usual
    if not wanted.isdigit() or not LEAST_DPI <= int(wanted) <= MOST_DPI:
        raise click.UsageError(
            f"CHAIDAEN_DPI={wanted}: is no whole number of {LEAST_DPI} to {MOST_DPI}"
        )
    return float(wanted)


def warn_without_thai(*, quiet: bool) -> None:
    """Say on stderr if this computer cannot draw Thai."""
    from maps.picture.lettering import thai_is_drawn

    if not thai_is_drawn():
        say(NO_THAI, quiet=quiet)
