"""Deliveries as rows of the corridor map's list."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo.border.crossing import Crossing as Gate
from geo.freight.fleet import Fleet
from geo.freight.haul import Drive, Haul
from geo.freight.haul_profile import Delivery
from layers.tables.places import Place
from maps.base import figures
from maps.base.i18n import Text, text
from maps.base.subject import highways, place_name
from maps.freight.refusals import refusal_text

ARROW = " \N{RIGHTWARDS ARROW} "


@dataclass(frozen=True)
class Other:
    """Another way of a delivery.

    Attributes
    ----------
    haul
        Its sums.
    more_pct
        By how much it is dearer than the best, per cent.
    refs
        The highways it follows.
    """

    haul: Haul
    more_pct: float
    refs: str


@dataclass(frozen=True)
class Row:
    """One delivery that gets there.

    Attributes
    ----------
    at
        Its position among those drawn, by which list and map name it.
    delivery
        The delivery.
    name, gate
        Its destination, and the crossing on the way to a city beyond.
    colour
        A name in `maps.base.style.PALETTE`.
    chain
        Vehicles in order.
    changes
        Where goods change vehicles, and which.
    cost_thb, fuel_l, co2_kg
        For the load of the vehicle that loads at the start, `load_t`.
    spread
        The 10th and 90th percentile of hours where they differ, else empty.
    refs
        The highways it follows.
    others
        Other ways.
    """

    at: int
    delivery: Delivery
    name: Text
    gate: Text | None
    colour: str
    chain: Text
    changes: tuple[Text, ...]
    load_t: float
    cost_thb: float
    fuel_l: float
    co2_kg: float
    spread: str
    refs: str
    others: tuple[Other, ...]


@dataclass(frozen=True)
class Shut:
    """A destination that goods do not get to, and why; the status is empty within the country."""

    name: Text
    status: str
    why: tuple[Text, ...]
    source: str


def vehicle_names(fleet: Fleet) -> dict[str, Text]:
    """Return the titles of a fleet's vehicles, English and Thai, by id."""
    every = [one.vehicle for one in fleet.haulers]
    return {one.id: (one.title_en, one.title_th) for one in every}


def row_of(
    at: int,
    delivery: Delivery,
    *,
    others: Sequence[Delivery],
    places: Mapping[str, Place],
    titles: Mapping[str, Text],
    colour: str,
) -> Row:
    """Gather what the list says of a delivery.

    Parameters
    ----------
    at
        Its position.
    delivery
        One that gets there.
    others
        Other ways of the same.
    places, titles
        Places and titles of vehicles, by id.
    colour
        Of its line.

    Returns
    -------
    row
        Amounts are for the load of the first vehicle.
    """
    haul = delivery.haul
    load_t = haul.drives[0].payload_t
    beyond = haul.crossing and haul.crossing != haul.to_id
    return Row(
        at=at,
        delivery=delivery,
        name=short(place_name(delivery.place)),
        gate=short(place_name(places[haul.crossing])) if beyond else None,
        colour=colour,
        chain=chain(haul, titles),
        changes=changes(haul, places, titles),
        load_t=load_t,
        cost_thb=haul.cost_thb_per_t * load_t,
        fuel_l=haul.fuel_l_per_t * load_t,
        co2_kg=haul.co2_kg_per_t * load_t,
        spread=spread(haul),
        refs=refs_of(delivery),
        others=tuple(
            Other(
                one.haul,
                (one.haul.cost_thb_per_t / haul.cost_thb_per_t - 1) * 100,
                refs_of(one),
            )
            for one in others
        ),
    )


def shut_of(delivery: Delivery, gates: Mapping[str, Gate], titles: Mapping[str, Text]) -> Shut:
    """Say why goods do not get somewhere."""
    haul = delivery.haul
    gate = gates.get(haul.crossing)
    return Shut(
        short(place_name(delivery.place)),
        gate.status if gate else "",
        tuple(refusal_text(one, titles) for one in haul.refusals),
        gate.source if gate else "",
    )


def line_of(delivery: Delivery) -> shapely.LineString:
    """Return the way out of a delivery as one line in lon, lat."""
    routes = delivery.profile.routes if delivery.profile else ()
    return joined([route.geometry for route in routes])


def joined(lines: Sequence[shapely.LineString]) -> shapely.LineString:
    """Put lines one after the other."""
    return shapely.LineString(np.vstack([shapely.get_coordinates(line) for line in lines]))


def chain(haul: Haul, titles: Mapping[str, Text]) -> Text:
    """Name the vehicles in order, like `Pickup → Semi-trailer`."""
    names = [short(titles[one]) for one in haul.vehicles]
    return ARROW.join(name[0] for name in names), ARROW.join(name[1] for name in names)


def changes(
    haul: Haul, places: Mapping[str, Place], titles: Mapping[str, Text]
) -> tuple[Text, ...]:
    """Say where goods change vehicles on the way, and from which to which."""
    return tuple(
        text(
            "change_at",
            place=short(place_name(places[before.stage.to_id])),
            before=short(titles[before.stage.vehicle]),
            after=short(titles[after.stage.vehicle]),
        )
        for before, after in itertools.pairwise(haul.inland)
    )


def hub_uses(hauls: Sequence[Haul]) -> dict[str, list[tuple[Drive, Drive]]]:
    """Return by hub which drives end and begin there, over all hauls."""
    used: dict[str, list[tuple[Drive, Drive]]] = {}
    for haul in hauls:
        for before, after in itertools.pairwise(haul.inland):
            used.setdefault(before.stage.to_id, []).append((before, after))
    return used


def refs_of(delivery: Delivery) -> str:
    """Name the highways of all drives."""
    routes = delivery.profile.routes if delivery.profile else ()
    return ARROW.join(highways(route) for route in routes)


def spread(haul: Haul) -> str:
    """Write the 10th and 90th percentile of hours; empty where they are the same."""
    low, high = (figures.hours(haul.time_s[at]) for at in (0, 2))
    return "" if low == high else f"{low}\N{EN DASH}{high}"


def short(name: Text) -> Text:
    """Leave out what stands in brackets: a list has no room for it.

    Examples
    --------
    >>> short(("Pickup (2.5 t)", "รถกระบะ (2.5 ตัน)"))
    ('Pickup', 'รถกระบะ')
    """
    english, thai = (one.split(" (", maxsplit=1)[0] or one for one in name)
    return english, thai
