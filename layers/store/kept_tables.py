"""Tables of values as arrays, to be kept between runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray


def table_bytes(table: pd.DataFrame) -> NDArray[np.uint8]:
    """Return a table as the bytes of an Arrow file; its index does not count."""
    sink = pa.BufferOutputStream()
    made = pa.Table.from_pandas(table, preserve_index=False)
    with pa.ipc.new_file(sink, made.schema) as file:
        file.write_table(made)
    return np.frombuffer(sink.getvalue(), np.uint8)


def table_of(data: NDArray[Any]) -> pd.DataFrame:
    """Return the table that `table_bytes` made bytes of.

    Examples
    --------
    >>> table = pd.DataFrame({"km": [1.5], "name": ["ปาย"]})
    >>> table_of(table_bytes(table)).equals(table)
    True
    """
    with pa.ipc.open_file(pa.BufferReader(data.tobytes())) as file:
        whole = file.read_all()
    found: pd.DataFrame = whole.to_pandas()
    # Arrow takes objects that are text for a column of text.
    was = {one["name"]: one["numpy_type"] for one in whole.schema.pandas_metadata["columns"]}
    text = [name for name in found if was[name] == "object" and found[name].dtype != object]
    return found.astype(dict.fromkeys(text, object))
