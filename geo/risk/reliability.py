"""Who gets through in the rains: roads open or cut by chance, day after day.

Every segment is open on a day with its probability of `geo.driving.season.passable`, each by
itself and each day anew. In truth one storm cuts many roads at once (`geo.risk.storms`) and a
cut lasts for days: long spells without any way are rarer here than in life, while the expected
days are right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.routing.engine import reopened, to_nearest
from geo.routing.graph import Metric
from geo.routing.snap import Snapped
from layers.arrays import Bools, Floats, Ints
from layers.errors import DataError

BATCH = 64
"""Days drawn at once: bounds memory, changes no number."""


@dataclass(frozen=True)
class Draws:
    """Days that are drawn.

    Attributes
    ----------
    days
        How many; the error of a probability falls with the root of it.
    seed
        The same seed draws the same days, and the same luck for every segment whatever
        its probability, so that scenarios differ by what they change only.
    season_days
        Days of a season, for sums per year.
    """

    days: int = 1000
    seed: int = 1
    season_days: float = 153.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no season.

        Raises
        ------
        DataError
            There is no day, or the seed is negative.
        """
        if self.days < 1 or self.seed < 0 or not self.season_days >= 0:
            raise DataError(
                f"draws: {self.days} days, seed {self.seed}, a season of {self.season_days} days"
            )


def cut_on_days(passable: Floats, draws: Draws) -> Iterator[Bools]:
    """Draw which segments are cut on each day.

    Parameters
    ----------
    passable
        Probability that each can be passed, shape (segments,).
    draws
        How many days.

    Yields
    ------
    cut
        Of up to `BATCH` days, shape (days, segments).
    """
    if not ((passable >= 0) & (passable <= 1)).all():
        raise DataError("passability must be probabilities from 0 to 1")
    for first in range(0, draws.days, BATCH):
        days = range(first, min(first + BATCH, draws.days))
        # A generator for each day: a day's luck does not depend on how many are drawn.
        luck = [np.random.default_rng([draws.seed, day]).random(len(passable)) for day in days]
        yield np.stack(luck) >= passable


def wet_season(
    metric: Metric,
    passable: Floats,
    origins: Snapped,
    destinations: Snapped,
    *,
    group: Ints | None = None,
    place: Ints | None = None,
    draws: Draws | None = None,
) -> pd.DataFrame:
    """Draw days of a season and see who reaches what, and how much later.

    Parameters
    ----------
    metric
        Seconds in the season, every road open. Each day is a new customisation of it.
    passable
        Probability that each segment can be passed on a day, shape (segments,), such as of
        `geo.driving.season.passable` with the recorded cuts.
    origins, destinations
        Positions along segments.
    group
        Group of every destination, such as all hospitals, shape (destinations,); the
        nearest that is reached counts. By default each is a group of its own.
    place
        Which place each of `origins` belongs to, shape (origins,): who may get on at several
        roads takes the one from which it is soonest there that day. By default each is a
        place of its own.
    draws
        Days; the default ones if None.

    Returns
    -------
    table
        One row per place and group: `origin` (the place), `group`, `open_s` (seconds with
        every road open, inf: no way at all), `reached` (share of days on which any is reached, the
        probability) and its standard error `reached_error`; `lost_h` (hours lost per year
        by one who goes there once every day of the season: its days · mean extra time, a
        day on which nothing is reached adding nothing), `unreached_days` (days per year
        without any way). Where there is no way at all, `reached` is 0, `lost_h` 0 and
        every day unreached.

    Raises
    ------
    DataError
        A probability is none, or an array has another shape.
    """
    draws = draws or Draws()
    if passable.shape != (len(metric.weight),):
        raise DataError(f"passability: shape {passable.shape}, not {(len(metric.weight),)}")
    group = np.arange(len(destinations)) if group is None else group
    groups = int(group.max(initial=-1)) + 1
    place = np.arange(len(origins)) if place is None else place
    open_s = soonest(to_nearest(metric, origins, destinations, group), place)
    reached, extra = np.zeros((2, *open_s.shape))
    for days, now in times_on_days(
        metric, cut_on_days(passable, draws), origins, destinations, group=group, place=place
    ):
        there = np.isfinite(now)
        reached += len(days) * there
        extra += len(days) * np.subtract(now, open_s, out=np.zeros_like(now), where=there)
    origin, column = np.divmod(np.arange(open_s.size), max(groups, 1))
    share = reached.ravel() / draws.days
    return pd.DataFrame(
        {
            "origin": origin,
            "group": column,
            "open_s": open_s.ravel(),
            "reached": share,
            "reached_error": np.sqrt(share * (1 - share) / draws.days),
            "lost_h": extra.ravel() / draws.days / 3600 * draws.season_days,
            "unreached_days": (1 - share) * draws.season_days,
        }
    )


def times_on_days(
    metric: Metric,
    cuts: Iterable[Bools],
    origins: Snapped,
    destinations: Snapped,
    *,
    group: Ints,
    place: Ints,
) -> Iterator[tuple[Ints, Floats]]:
    """Tell how soon each place reaches each group on days with cuts.

    Parameters
    ----------
    metric
        Seconds, every road open.
    cuts
        Of days in turn, shapes (days, segments).
    origins, destinations, group, place
        As for `wet_season`.

    Yields
    ------
    days, seconds
        Days with the same cuts, which are one (often there are none), shape (n,), and the
        seconds on them, inf where not reached, shape (places, groups).
    """
    first, open_s = 0, None
    for cut in cuts:
        alike: dict[bytes, list[int]] = {}
        for day, row in enumerate(np.packbits(cut, axis=1)):
            alike.setdefault(row.tobytes(), []).append(first + day)
        for packed, days in sorted(alike.items()):
            bits = np.unpackbits(np.frombuffer(packed, np.uint8), count=cut.shape[1])
            segments = np.flatnonzero(bits)
            if not len(segments):
                if open_s is None:
                    open_s = soonest(to_nearest(metric, origins, destinations, group), place)
                yield np.array(days, np.int64), open_s
                continue
            closed = metric.weight.copy()
            closed[segments] = np.inf
            with reopened(metric, closed, segments) as then:
                now = soonest(to_nearest(then, origins, destinations, group), place)
            yield np.array(days, np.int64), now
        first += len(cut)


def soonest(seconds: Floats, place: Ints) -> Floats:
    """Return the least of the times of each place.

    Parameters
    ----------
    seconds
        Of every origin to every group, shape (origins, groups).
    place
        Of every origin, shape (origins,).

    Returns
    -------
    least
        Shape (places, groups).
    """
    least = np.full((int(place.max(initial=-1)) + 1, seconds.shape[1]), np.inf)
    np.minimum.at(least, place, seconds)
    return least
