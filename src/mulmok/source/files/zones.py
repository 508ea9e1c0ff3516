"""Wall-clock times of a named zone to UTC and back, daylight saving included.

Rules for the two odd hours of a year, the same for every file:
  a wall-clock time that never was (clocks put forward) is read with the offset before the change;
  one that was twice is the first of the two, until the times of a series step back; from there on
  it is the second.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from mulmok.model.block import Instants
from mulmok.model.errors import InputError
from mulmok.model.text import text
from mulmok.model.time import DAY, HOUR, SECOND

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock time of whatever zone is asked about


def named_zone(name: str) -> ZoneInfo:
    """Find the zone of an IANA name. Raises InputError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            text('unknown time zone "{zone}": want an IANA name such as Asia/Seoul', zone=name)
        ) from None


def _offset(wall: int, zone: tzinfo, fold: int = 0) -> int:
    """Offset east of UTC [ns] at a wall-clock time [ns]."""
    moment = (_EPOCH + timedelta(seconds=wall // SECOND)).replace(tzinfo=zone, fold=fold)
    offset = zone.utcoffset(moment) or timedelta(0)
    return round(offset.total_seconds()) * SECOND


def to_utc(
    wall: Instants, zone: tzinfo, series: NDArray[np.int16] | None = None
) -> tuple[Instants, int]:
    """Instants [ns UTC] of wall-clock times [ns], and how many of these never were.

    `series` says which channel each row belongs to, where rows of several are mixed.
    """
    days, row_day = np.unique(wall // DAY, return_inverse=True)
    begin = np.array([_offset(int(day) * DAY, zone) for day in days], np.int64)
    end = np.array([_offset(int(day + 1) * DAY, zone) for day in days], np.int64)
    at = wall - begin[row_day]
    gaps = 0
    for day in np.flatnonzero(begin != end):
        rows = np.flatnonzero(row_day == day)
        at[rows], skipped = _changing_day(wall, rows, zone, series)
        gaps += skipped
    return at, gaps


def _changing_day(
    wall: Instants, rows: NDArray[np.intp], zone: tzinfo, series: NDArray[np.int16] | None
) -> tuple[Instants, int]:
    """Work out the rows of a day on which the offset changes, one by one."""
    gaps = 0
    at = np.empty(len(rows), np.int64)
    before: dict[int, tuple[int, int]] = {}
    for place, row in enumerate(rows):
        local = int(wall[row])
        first, second = _offset(local, zone, 0), _offset(local, zone, 1)
        name = 0 if series is None else int(series[row])
        fold = 0
        if first > second:  # this wall-clock time was twice
            last, fold = before.get(name, (local, 0))
            fold = 1 if local < last else fold
            before[name] = local, fold
        elif first < second:  # it never was
            gaps += 1
        at[place] = local - (second if fold else first)
    return at, gaps


def offsets_at(at: Instants, zone: tzinfo) -> Instants:
    """Offset east of UTC [ns] at each instant [ns UTC]; zones change on quarter hours."""
    quarters, row = np.unique(at // (HOUR // 4), return_inverse=True)
    found = np.empty(len(quarters), np.int64)
    for index, quarter in enumerate(quarters):
        moment = _EPOCH + timedelta(minutes=15 * int(quarter))
        utc = moment.replace(tzinfo=zone)
        offset = zone.utcoffset(zone.fromutc(utc)) or timedelta(0)
        found[index] = round(offset.total_seconds()) * SECOND
    return found[row]
