"""Arrays kept between runs, each under a hash of everything it depends on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layers.area import data_folder
from layers.errors import WriteError
from layers.io.files import writing


def read_array(key: str) -> NDArray[np.uint32] | None:
    """Return the array kept under a key, None if there is none or it is damaged."""
    path = data_folder() / "cache" / f"{key}.npy"
    try:
        kept: NDArray[np.uint32] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return kept


def write_array(key: str, array: NDArray[np.uint32]) -> bool:
    """Keep an array under a key; say whether that worked, since a run can do without."""
    try:
        with (
            writing(data_folder() / "cache" / f"{key}.npy") as temporary,
            temporary.open("wb") as f,
        ):
            np.save(f, array, allow_pickle=False)
    except WriteError:
        return False
    return True
