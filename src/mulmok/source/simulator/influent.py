"""The BSM2 influent laid over the calendar: weekdays on weekdays, cold water in February.

Day 0 of the series is a Monday, and its coldest water comes on day 89. A year of the simulation
begins on the Monday nearest 8 November, so that the coldest water comes early in February as in
Korea; years alternate between the first and the last 364 days of the 609, whose seasons overlap.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from mulmok.model.block import Instants, Values
from mulmok.model.time import DAY, MINUTE, Zone

STEP = 15 * MINUTE
_STEPS_A_DAY = 96
_YEAR_DAYS = 364
#: The second kind of year takes its first 245 days (609 - 364) from the end of the series.
_LAST_DAYS = 245
_NAMES = ("Q", "T", "TSS", "COD", "NH4N", "TN")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Columns of the shipped influent, and their means (concentrations weighted by flow)."""

    columns: dict[str, Values]
    mean: dict[str, float]


@cache
def series() -> Series:
    """Read the shipped influent, once."""
    data = files("mulmok.source.simulator").joinpath("data/bsm2_influent.parquet").read_bytes()
    table = pq.read_table(io.BytesIO(data))
    columns = {name: table.column(name).to_numpy().astype(np.float64) for name in _NAMES}
    flow = columns["Q"]
    mean = {name: float((column * flow).sum() / flow.sum()) for name, column in columns.items()}
    mean["Q"] = float(flow.mean())
    return Series(columns, mean)


@cache
def _year_starts() -> NDArray[np.int64]:
    """Days since 1970 of the Monday nearest 8 November of each year, from 1970 on."""
    starts = []
    for year in range(1970, 2110):
        day = date(year, 11, 8)
        back = (day.weekday() + 3) % 7 - 3
        starts.append((day - timedelta(days=back) - date(1970, 1, 1)).days)
    return np.array(starts, np.int64)


def _steps(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Row of the series for each local quarter of an hour since 1970."""
    day, step = np.divmod(count, _STEPS_A_DAY)
    starts = _year_starts()
    year = np.clip(np.searchsorted(starts, day, side="right") - 1, 0, len(starts) - 1)
    phase = day - starts[year]
    late = (year % 2 == 1) & (phase < _LAST_DAYS)
    phase = np.where(late, phase + _YEAR_DAYS, phase)
    rows: NDArray[np.int64] = phase * _STEPS_A_DAY + step
    return rows


def influent(at: Instants, zone: Zone) -> dict[str, Values]:
    """Give the unscaled series at instants [ns UTC], straight between its points."""
    local = zone.local(at)
    count = local // STEP
    share = (local - count * STEP) / STEP
    here, there = _steps(count), _steps(count + 1)
    return {
        name: column[here] * (1.0 - share) + column[there] * share
        for name, column in series().columns.items()
    }


def local_hour(at: Instants, zone: Zone) -> Values:
    """Time of day by the works' clock [h]."""
    return (zone.local(at) % DAY) / (60 * MINUTE)
