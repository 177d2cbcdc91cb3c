"""Places of an area, and finding one by what a person types."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from layers.area import Area
from layers.errors import DataError, UnknownNameError, in_file
from layers.io.tables import LON_LAT, NAMES, PROVENANCE, Column, read_table
from layers.tables.crossings import read_crossings
from layers.tables.spelling import plain_name
from layers.tables.villages import DISTRICT_DIGITS, placed, read_villages

PLACE_KINDS = (
    "province_capital",
    "district",
    "tambon",
    "town",
    "village",
    "junction",
    "pass",
    "airport",
    "hospital",
    "market",
    "school",
    "fuel",
    "university",
    "port",
    "foreign_city",
    "sight",
)
RANKED = (
    "province_capital",
    "city",
    "district",
    "tambon",
    "town",
    "crossing",
    "village",
    "hamlet",
    *PLACE_KINDS[5:],
)
"""Kinds by importance, those of imported settlements among them: which of several places with
one name is meant."""
PLACE_COLUMNS = (
    Column("id", "id", required=True),
    *NAMES,
    Column("kind", required=True, choices=PLACE_KINDS),
    *LON_LAT,
    Column("elevation_m", "number", low=-500, high=9000),
    Column("population", "number", low=0),
    Column("code"),
    Column("province"),
    Column("capacity", "number", low=0, optional=True),
    *PROVENANCE,
)
"""`capacity` is that of a facility: beds of a hospital, pupils a school has room for."""


COUNTED = ("province_capital", "district", "tambon")
"""Kinds of places whose `code` is that of a district or subdistrict."""

ONE_PLACE_KM = 3.0
"""Places of one name and kind so near one another are one, entered twice."""


@dataclass(frozen=True)
class Place:
    """A named point, or one that was given by its coordinates.

    Attributes
    ----------
    id
        As in the table; empty for bare coordinates.
    name_en, name_th
        Its names; for bare coordinates `lon,lat`.
    kind
        A place's kind, `crossing`, or `point`.
    lon, lat
        Degrees, WGS84.
    """

    id: str
    name_en: str
    name_th: str
    kind: str
    lon: float
    lat: float

    def name(self, lang: str) -> str:
        """Return the name in `th` or `en`, whichever there is."""
        return (self.name_th if lang == "th" else self.name_en) or self.name_en


def read_places(area: Area) -> pd.DataFrame:
    """Read the places of an area, columns as `PLACE_COLUMNS`; none if it has no table."""
    return read_table(area.layers.places, PLACE_COLUMNS, what="a table of places")


def gazetteer(area: Area) -> pd.DataFrame:
    """Return places, crossings and villages together.

    Returns
    -------
    gazetteer
        Columns `id, name_en, name_th, kind, lon, lat, elevation_m, population, lies_in`;
        the kind of a crossing is `crossing`. `lies_in` says of a village in which subdistrict
        and district it is, for many have one name; it is empty for all others.

    Raises
    ------
    DataError
        An id stands in two tables.
    """
    columns = ["id", "name_en", "name_th", "kind", "lon", "lat", "elevation_m", "population"]
    columns += ["lies_in"]
    crossings = read_crossings(area).assign(kind="crossing", population=float("nan"), lies_in="")
    places = read_places(area).assign(lies_in="")
    both = set(places["id"]) & set(crossings["id"])
    if both:
        raise in_file(
            area.layers.crossings,
            [f"column 'id': {', '.join(sorted(both))} also among the places"],
        )
    parts = [places[columns], crossings[columns]]
    if area.layers.villages:
        villages = _located(placed(read_villages(area)), places)
        both = set(villages["id"]) & set(pd.concat(parts)["id"])
        if both:
            raise in_file(
                area.layers.villages,
                [f"column 'id': {', '.join(sorted(both))} also among places and crossings"],
            )
        parts.append(villages[columns])
    return pd.concat(parts, ignore_index=True)


def _located(villages: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Say in which subdistrict and district each village lies, by name where that is known."""
    coded = places[(places["code"] != "") & places["kind"].isin(COUNTED)]
    names = dict(zip(coded["code"], coded["name_en"].str.removesuffix(" tambon"), strict=True))
    lies_in = [
        ", ".join(names.get(code, code) for code in (tambon, tambon[:DISTRICT_DIGITS]))
        for tambon in villages["tambon"]
    ]
    return villages.assign(lies_in=lies_in, elevation_m=float("nan"))


def find_place(text: str, gazetteer: pd.DataFrame) -> Place:
    """Find what a person typed: an id, a name in Thai or English, or `lon,lat`.

    Of several places with one name the most important kind is meant (a capital before
    a district, a district before a tambon, a town before a hamlet). Villages often share a
    name: `NAME, SUBDISTRICT` or `NAME, DISTRICT` says which one.

    Parameters
    ----------
    text
        What was typed; case, accents, dashes and doubled spaces do not count, nor whether
        `Ban` or `บ้าน` stands before the name of a village.
    gazetteer
        Table of `gazetteer`.

    Returns
    -------
    place
        The place.

    Raises
    ------
    DataError
        Coordinates out of range.
    UnknownNameError
        Nothing has that name, the message lists the nearest spellings; or several villages
        have it, the message lists them.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["pai"], "name_en": ["Pai"], "name_th": ["ปาย"],
    ...     "kind": ["district"], "lon": [98.44], "lat": [19.36]})
    >>> find_place("ปาย", table).id, find_place("98.4, 19.3", table).lon
    ('pai', 98.4)
    """
    coordinates = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*[,;]\s*(-?\d+(?:\.\d+)?)\s*", text)
    if coordinates:
        return _point(float(coordinates[1]), float(coordinates[2]), text)
    rows = _named(text, gazetteer)
    if not len(rows):
        name, comma, lies_in = text.rpartition(",")
        rows = _named(name, gazetteer) if comma else rows
        if len(rows) and "lies_in" in rows:
            inside = rows["lies_in"].map(plain_name).str.contains(plain_name(lies_in), regex=False)
            rows = rows[inside]
    if not len(rows):
        raise UnknownNameError(f"place {text!r} is not known; {_nearest(text, gazetteer)}")
    if "lies_in" in rows and (rows["lies_in"] != "").any():
        _one_village(text, rows)
    return _place(rows.iloc[0])


def _named(text: str, gazetteer: pd.DataFrame) -> pd.DataFrame:
    """Return the places that are called so, the one that is meant first.

    An id is meant before a name. Only those are returned whose kind is the first one's.
    """
    # Maps disagree on what is a hamlet and what a village: neither is meant before the other.
    rank = {kind: at for at, kind in enumerate(RANKED)} | {"hamlet": RANKED.index("village")}
    plain = {name: gazetteer[name].map(plain_name) for name in ("id", "name_en", "name_th")}
    wanted = plain_name(text)
    for spelling in (wanted, f"ban {wanted}", f"บ้าน{wanted}"):
        hits = {name: (column == spelling).to_numpy() for name, column in plain.items()}
        if not wanted or not np.any([*hits.values()]):
            continue
        called = hits["id"] if hits["id"].any() else hits["name_en"] | hits["name_th"]
        found = gazetteer[called]
        kinds = found["kind"].map(rank).fillna(len(rank))
        return found[(kinds == kinds.min()).to_numpy()]
    return gazetteer.iloc[:0]


def _one_village(text: str, rows: pd.DataFrame) -> None:
    """Refuse a name that several villages have; those that lie close together are one."""
    lon, lat = (np.radians(rows[name].to_numpy(np.float64)) for name in ("lon", "lat"))
    km = 6371.0 * np.hypot((lon - lon[0]) * np.cos(lat[0]), lat - lat[0])
    if (km <= ONE_PLACE_KM).all():
        return
    choices = "; ".join(
        f"{name} in {lies_in or 'an unknown subdistrict'} ({one})"
        for name, lies_in, one in zip(rows["name_en"], rows["lies_in"], rows["id"], strict=True)
    )
    raise UnknownNameError(
        f"place {text!r}: {len(rows)} places have that name; give an id, or the name, a comma "
        f"and the subdistrict or district: {choices}"
    )


def place_by_id(place_id: str, gazetteer: pd.DataFrame) -> Place:
    """Return the place with exactly this id; an unknown one is an `UnknownNameError`."""
    hits = gazetteer[gazetteer["id"] == place_id]
    if hits.empty:
        raise UnknownNameError(f"place id {place_id!r} is not known")
    return _place(hits.iloc[0])


def places_of(table: pd.DataFrame) -> tuple[Place, ...]:
    """Turn rows of a gazetteer into places, in order."""
    return tuple(_place(row) for _, row in table.iterrows())


def _place(row: pd.Series) -> Place:
    return Place(
        row["id"], row["name_en"], row["name_th"], row["kind"], float(row["lon"]), float(row["lat"])
    )


def _point(lon: float, lat: float, text: str) -> Place:
    if abs(lat) > 90 or abs(lon) > 180:  # noqa: PLR2004
        swapped = abs(lon) <= 90 and abs(lat) <= 180  # noqa: PLR2004
        hint = f"; swapped? try {lat:g},{lon:g}" if swapped else ""
        raise DataError(
            f"coordinates {text.strip()!r}: longitude first, then latitude (-90 to 90){hint}"
        )
    label = f"{lon:.4f},{lat:.4f}"
    return Place("", label, label, "point", lon, lat)


def _nearest(text: str, gazetteer: pd.DataFrame) -> str:
    """List the spellings nearest to `text`."""
    if gazetteer.empty:
        return "this area has no table of places; give lon,lat"
    labels: dict[str, str] = {}
    for _, row in gazetteer.iterrows():
        for column in ("name_th", "id", "name_en"):
            if row[column]:
                # Of one spelling the first is shown: places stand before their villages.
                labels.setdefault(plain_name(row[column]), f"{row['name_en']} ({row['id']})")
    near = difflib.get_close_matches(plain_name(text), labels, n=12, cutoff=0.3)
    names = list(dict.fromkeys(labels[spelling] for spelling in near))[:5]
    if not names:
        return "nothing is spelt like it; give an id, a name in Thai or English, or lon,lat"
    return f"nearest spellings: {', '.join(names)}; or give lon,lat"
