"""The report: one page that tells the whole story, chapter by chapter, and what it rests on."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from markupsafe import Markup

from layers.area import Area
from layers.roads.network import RoadNetwork
from maps.base.i18n import Text, date, known, text
from maps.base.page import page
from maps.base.source_notes import source_title
from maps.base.subject import joined
from maps.report.chapter import Chapter

SUMMED = 2
"""Key figures of each chapter that the summary repeats."""


def report_page(  # noqa: PLR0913 - what the report shows
    *,
    area: Area,
    network: RoadNetwork,
    chapters: Sequence[Chapter],
    world: Sequence[str] = (),
    more: Sequence[tuple[str, Text, Markup]] = (),
    told: Sequence[tuple[str, Text]] = (),
    files: Sequence[tuple[str, Text]] = (),
    notes: Sequence[Text] = (),
    lang: str,
    created: str,
    version: str,
) -> str:
    """Write the report of an area as one page.

    Parameters
    ----------
    area, network
        What it is about; their sources are named.
    chapters
        In their order.
    world
        Ids of the scenarios in whose world all is; today's if empty.
    more
        Further sections ready made: anchor, title and what they hold.
    told
        What the summary says of these sections: anchor and sentence.
    files
        What else is in the folder: name, and what it is.
    notes
        What the reader must know of the whole.
    lang
        The language the page opens in, `en` or `th`.
    created
        Its date, ISO.
    version
        Of the toolkit.

    Returns
    -------
    html
        One file that opens with no internet: maps are pages beside it, shown in frames
        where they are there and as pictures where they are not. The same inputs give the
        same bytes.

    Raises
    ------
    UnknownNameError
        There is no such language.
    """
    title, about = titles_of(area, network, created, world)
    return page(
        "report.html",
        title=title,
        lang=known(lang),
        parts=None,
        subtitle=about,
        area=area,
        network=network,
        chapters=chapters,
        more=more,
        told=told,
        summed=SUMMED,
        files=files,
        notes=notes,
        created=created,
        version=version,
        data_uri=data_uri,
    )


def titles_of(
    area: Area, network: RoadNetwork, created: str, world: Sequence[str] = ()
) -> tuple[Text, Text]:
    """Return the title of a report, and the line under it: its world, date (if any) and roads."""
    about = joined(
        [
            *(text("scenario", name=name) for name in world),
            *([date(created)] if created else []),
            text("roads_from", title=source_title(area, network.source.title)),
        ]
    )
    return text("report_title", area=(area.title_en, area.title_th)), about


def data_uri(picture: bytes) -> str:
    """Return a WebP or PNG as it stands inside a page."""
    kind = "webp" if picture.startswith(b"RIFF") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
