"""Write roads as OpenStreetMap XML: what `layers.osm.roads` reads, the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from layers.osm.drawn_ways import DrawnWays
from layers.roads.network import RoadNetwork
from layers.roads.schema import THEN
from layers.roads.signs import MODES, read_signs

TEXT_KEYS: Final = {
    "ref": "ref",
    "name": "name",
    "name_th": "name:th",
    "name_en": "name:en",
    "surface": "surface",
    "tracktype": "tracktype",
    "smoothness": "smoothness",
    "hgv": "hgv",
    "access": "access",
}
NUMBER_KEYS: Final = {
    "lanes": "lanes",
    "width_m": "width",
    "maxspeed_kph": "maxspeed",
    "maxweight_t": "maxweight",
    "maxheight_m": "maxheight",
    "maxaxleload_t": "maxaxleload",
    "maxlength_m": "maxlength",
}
FLAG_KEYS: Final = ("bridge", "tunnel", "toll")
ONEWAY_VALUES: Final = {"both": "no", "forward": "yes", "backward": "-1"}

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    r"""Leave out what XML 1.0 cannot hold.

    Examples
    --------
    >>> xml_text("ถนน\x07 <1>")
    'ถนน <1>'
    """
    return _NOT_XML.sub("", text)


def osm_lines(
    network: RoadNetwork, drawn: DrawnWays, more: pd.DataFrame | None = None
) -> Iterator[str]:
    """Write a network as OpenStreetMap XML, line by line.

    Nodes are numbered from 1 by their position in `drawn`, ways by that of their segment: none
    is the number of an object of openstreetmap.org. What was inferred is no tag.

    Parameters
    ----------
    network
        The roads.
    drawn
        From `layers.osm.drawn_ways.draw_ways`.
    more
        Further tags, one column per key and one row per segment; empty text is no tag.

    Yields
    ------
    line
        Ending in a line feed.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="chaidaen">\n'
    for number, (lon, lat) in enumerate(zip(drawn.lon.tolist(), drawn.lat.tolist(), strict=True)):
        yield f'<node id="{number + 1}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>\n'
    nodes, offsets = (drawn.lines.node + 1).tolist(), drawn.lines.offsets.tolist()
    tags = segment_tags(network)
    tags |= {} if more is None else {str(key): more[key].tolist() for key in more}
    for number, words in enumerate(zip(*tags.values(), strict=True)):
        refs = "".join(
            f'<nd ref="{node}"/>' for node in nodes[offsets[number] : offsets[number + 1]]
        )
        yield f'<way id="{number + 1}" version="1">{refs}{_written(tags, words)}</way>\n'
    between: list[Any] = []
    for number, turn in enumerate(network.restrictions.itertuples(index=False), start=1):
        if turn.kind == THEN:
            between.append(turn)
        else:
            yield _restriction(number, between, turn)
            between = []
    yield "</osm>\n"


def segment_tags(network: RoadNetwork, *, inferred: bool = False) -> dict[str, list[str]]:
    """Return the tags of all segments.

    Parameters
    ----------
    network
        The roads.
    inferred
        Whether what was inferred is a tag too.

    Returns
    -------
    tags
        By key, one text per segment, empty where there is none.
    """
    segments = network.segments
    guesses = segments["inferred"].astype(str).str.split()
    highway = segments["highway"].astype(str)
    ferry = highway == "ferry"
    tags = {"highway": highway.mask(ferry, ""), "route": highway.where(ferry, "")}
    for column, key in TEXT_KEYS.items():
        tags[key] = segments[column].astype(str).map(xml_text)
    for column, key in NUMBER_KEYS.items():
        tags[key] = segments[column].map(_number)
    for column in () if inferred else ("surface", "lanes"):
        guessed = guesses.map(lambda names, column=column: column in names)
        tags[column] = tags[column].mask(guessed, "")
    for key in FLAG_KEYS:
        tags[key] = segments[key].map({True: "yes", False: ""})
    tags["oneway"] = segments["oneway"].astype(str).map(ONEWAY_VALUES)
    listed = {key: values.tolist() for key, values in tags.items()}
    return _with_signs(listed, segments["signs"].astype(str).tolist())


def _with_signs(tags: dict[str, list[str]], texts: list[str]) -> dict[str, list[str]]:
    """Add the signs of every segment; what they say of access takes the place of the columns."""
    for row, text in enumerate(texts):
        signs = read_signs(text) if text else {}
        if any(key.split(":")[0] in MODES for key in signs):
            tags["access"][row] = tags["hgv"][row] = ""
        for key, value in signs.items():
            tags.setdefault(key, [""] * len(texts))[row] = xml_text(value)
    return tags


def _written(keys: dict[str, list[str]], words: Sequence[str]) -> str:
    """Write the tags of one way."""
    return "".join(
        f"<tag k={quoteattr(key)} v={quoteattr(word)}/>"
        for key, word in zip(keys, words, strict=True)
        if word
    )


def _restriction(number: int, between: Sequence[Any], turn: Any) -> str:  # noqa: ANN401
    """Write a turn restriction; `between` are the turns onto the roads it leads over."""
    begun = between[0] if between else turn
    via = [f'type="way" ref="{one.to_segment + 1}"' for one in between]
    via = via or [f'type="node" ref="{turn.via_node + 1}"']
    spared = xml_text(str(turn.except_vehicles))
    return (
        f'<relation id="{number}" version="1">'
        f'<member type="way" ref="{begun.from_segment + 1}" role="from"/>'
        + "".join(f'<member {one} role="via"/>' for one in via)
        + f'<member type="way" ref="{turn.to_segment + 1}" role="to"/>'
        '<tag k="type" v="restriction"/>'
        f'<tag k="restriction{":conditional" if "@" in str(turn.kind) else ""}" '
        f"v={quoteattr(xml_text(str(turn.kind)))}/>"
        + (f'<tag k="except" v={quoteattr(spared)}/>' if spared else "")
        + "</relation>\n"
    )


def _number(value: float) -> str:
    """Write a number without an exponent, nothing where there is none."""
    return np.format_float_positional(value, trim="-") if np.isfinite(value) else ""
