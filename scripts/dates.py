"""Today, as results are dated."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from layers.errors import DataError


def today() -> date:
    """Return the date of today; `SOURCE_DATE_EPOCH` fixes it for a replay.

    Raises
    ------
    DataError
        `SOURCE_DATE_EPOCH` is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now().astimezone().date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise DataError(f"SOURCE_DATE_EPOCH={epoch}: is no number of seconds since 1970") from error
