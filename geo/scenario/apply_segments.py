"""Apply resolved changes to segments: columns, bends, closings and bans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from geo.scenario.resolve import Edit, Op
from geo.scenario.selection import Pieces
from layers.arrays import Bools, Floats
from layers.roads.network import RoadNetwork
from layers.roads.signs import SAME_AS, without
from layers.roads.splitting import Split


def mask_of(pieces: Pieces, split: Split) -> Bools:
    """Say which parts of a split network lie in stretches of the one before.

    Parameters
    ----------
    pieces
        Stretches, whose ends were cut.
    split
        The cut network.

    Returns
    -------
    inside
        Shape (segments,).
    """
    inside = np.zeros(len(split.parent), bool)
    middle = split.start_m + split.network.length_m / 2
    at = np.flatnonzero(np.isin(split.parent, pieces.segment))
    parts = pd.DataFrame({"segment": split.parent[at], "at": at, "middle": middle[at]})
    stretches = pd.DataFrame(
        {"segment": pieces.segment, "from_m": pieces.from_m, "to_m": pieces.to_m}
    )
    both = parts.merge(stretches, on="segment")
    held = (both["middle"] > both["from_m"]) & (both["middle"] < both["to_m"])
    inside[both["at"][held].to_numpy(np.int64)] = True
    return inside


def sets(edit: Edit) -> tuple[str, ...]:
    """Name what a change sets on each of its segments: two may not set the same."""
    closing = () if edit.closed is None else ("access",)
    return (*closing, *edit.columns, *(f"ban of {who}" for who in edit.banned))


def apply_to_segments(
    network: RoadNetwork, marks: pd.DataFrame, edit: Edit, chosen: Bools
) -> tuple[RoadNetwork, pd.DataFrame]:
    """Apply one change to the segments chosen.

    Parameters
    ----------
    network, marks
        As in `geo.scenario.world.World`; left as they are.
    edit
        What to do.
    chosen
        Shape (segments,).

    Returns
    -------
    network, marks
        New ones.
    """
    segments = network.segments
    columns: dict[str, object] = {}
    for name, op in edit.columns.items():
        if name == "radius_m":
            profile = network.profile
            radius = _with_number(profile.radius_m, chosen[profile.segment], op)
            network = replace(network, profile=replace(profile, radius_m=radius))
        elif isinstance(op.value, str):
            columns[name] = _with_text(segments[name], chosen, op.value)
        else:
            columns[name] = _with_number(segments[name].to_numpy(np.float64), chosen, op)
    named = [*edit.columns, *(["access"] if edit.closed is False else [])]
    taken = {base for name in named for base in SAME_AS.get(name, ())}
    if taken and (segments["signs"] != "").any():
        columns["signs"] = _without_signs(segments["signs"], chosen, taken)
    inferred = _no_longer(segments["inferred"], chosen, edit.columns)
    if inferred is not None:
        columns["inferred"] = inferred
    if edit.closed is not None:
        shut = segments["access"].isin(["no", "private"]).to_numpy() & ~marks["closed"].to_numpy()
        # Signs may let somebody in where `access` does not.
        shut &= (segments["signs"] == "").to_numpy()
        columns["access"] = _with_text(segments["access"], chosen, "no" if edit.closed else "")
        now = np.where(chosen, edit.closed & ~shut, marks["closed"])
        marks = marks.assign(closed=now.astype(bool))
    for who in edit.banned:
        marks = marks.assign(banned=_with_word(marks["banned"], chosen, who))
    if columns:
        network = replace(network, segments=segments.assign(**columns))
    return network, marks


def _with_number(values: Floats, chosen: Bools, op: Op) -> Floats:
    """Return a column of numbers with an operation done to some."""
    value = float(op.value)
    new = {
        "set": np.full_like(values, value),
        "percent": values * (1 + value / 100),
        "at_most": np.fmin(values, value),
        "at_least": np.fmax(values, value),
    }[op.how]
    return np.where(chosen, new, values)


def _with_text(column: pd.Series, chosen: Bools, value: str) -> pd.Categorical:
    """Return a column of categories with a value for some, without spelling out the rest."""
    known = column.cat.categories
    wider = known if value in known else known.append(pd.Index([value], dtype=known.dtype))
    codes = np.where(chosen, list(wider).index(value), column.cat.codes)
    return pd.Categorical.from_codes(codes, categories=wider)


def _with_word(column: pd.Series, chosen: Bools, word: str) -> pd.Categorical:
    """Return a column of words with one more for some."""
    whole = pd.Categorical(column)
    for code in np.unique(column.cat.codes[chosen]):
        before = column.cat.categories[code]
        here = chosen & (column.cat.codes == code).to_numpy()
        whole = _with_text(pd.Series(whole), here, f"{before} {word}".strip())
    return whole


def _without_signs(column: pd.Series, chosen: Bools, taken: set[str]) -> pd.Categorical:
    """Take signs down for some: what a scenario sets, no sign says any more."""
    texts = list(column.cat.categories)
    codes = column.cat.codes.to_numpy()
    left = np.array([*texts, *(without(text, taken) for text in texts)], object)
    return pd.Categorical(left[codes + np.where(chosen, len(texts), 0)])


def _no_longer(column: pd.Series, chosen: Bools, names: Iterable[str]) -> pd.Categorical | None:
    """Take names out of `inferred` for some: what a scenario sets is not inferred."""
    known = column.cat.categories
    fewer = [" ".join(w for w in words.split() if w not in set(names)) for words in known]
    if fewer == list(known):
        return None
    texts = np.where(chosen, np.array([*fewer, ""], object)[column.cat.codes], column.astype(str))
    return pd.Categorical(pd.Series(texts, dtype="str"))
