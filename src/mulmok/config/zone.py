"""Civil time of a works as data, read from the zone files."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from mulmok.model.time import DAY, EARLIEST, LATEST, NEVER, SECOND, Zone, from_datetime, to_datetime

#: A little more on both ends: a local day may begin before its first reading, and end after its last.
_MARGIN = 30 * DAY
_FIRST, _LAST = to_datetime(EARLIEST - _MARGIN), to_datetime(LATEST + _MARGIN)


@cache
def load_zone(name: str) -> Zone:
    """Give a zone's changes over all years readings are taken from. Raises ZoneInfoNotFoundError or ValueError."""
    zone = ZoneInfo(name)

    def offset(moment: datetime) -> int:
        return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds()) * SECOND

    changes, offsets = [NEVER], [offset(_FIRST)]
    before, step = _FIRST, timedelta(days=14)
    while before < _LAST:
        after = before + step
        if offset(after) != offsets[-1]:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                if offset(middle) == offsets[-1]:
                    low = middle
                else:
                    high = middle
            changes.append(from_datetime(high.replace(microsecond=0)))
            offsets.append(offset(after))
        before = after
    made = Zone(name, np.array(changes, np.int64), np.array(offsets, np.int64))
    made.changes.flags.writeable = made.offsets.flags.writeable = False
    return made
