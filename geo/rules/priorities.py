"""By what alternatives are ranked: criteria, and how important each is against the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from layers.arrays import Floats
from layers.errors import DataError
from layers.io.toml_file import read_toml

SHIPPED: Final = Path(__file__).parent / "priorities.toml"
CROSSINGS: Final = Path(__file__).parent / "crossing_priorities.toml"
"""By what crossings are ranked, an example."""


@dataclass(frozen=True)
class Criterion:
    """One criterion.

    Attributes
    ----------
    figure
        A key figure of a comparison: its change, or its value where there is no base.
    to_kind
        Where it leads, for figures of several kinds; the first of the answer if empty.
    better
        1 where more is better, -1 where less is; 0 as the figure itself has it.
    """

    figure: str
    to_kind: str = ""
    better: int = field(default=0, metadata={"min": -1, "max": 1})

    @property
    def name(self) -> str:
        """Figure and kind in one word."""
        return f"{self.figure} {self.to_kind}".strip()


@dataclass(frozen=True)
class Priorities:
    """Criteria, and judgements of them in pairs, a row of a text each; see `priorities.toml`."""

    judgements: tuple[str, ...]
    criteria: tuple[Criterion, ...]

    def matrix(self) -> Floats:
        """Return the judgements as numbers, shape (criteria, criteria).

        Raises
        ------
        DataError
            A row holds what is no number.

        Examples
        --------
        >>> Priorities(("1 3", "1/3 1"), ()).matrix().round(2).tolist()
        [[1.0, 3.0], [0.33, 1.0]]
        """
        rows = []
        for number, row in enumerate(self.judgements, start=1):
            try:
                rows.append([float(Fraction(one)) for one in row.split()])
            except (ValueError, ZeroDivisionError) as error:
                raise DataError(
                    f"priorities: row {number} of judgements: {row!r} must be numbers such as "
                    "3 or 1/3"
                ) from error
        if len({len(row) for row in rows}) > 1:
            raise DataError("priorities: rows of judgements differ in length")
        return np.array(rows, np.float64)


def read_priorities(path: Path | None = None) -> Priorities:
    """Read priorities from a file; the example that ships by default."""
    return read_toml(path or SHIPPED, Priorities, what="priorities")
