"""The BSM2 influent laid over the calendar: weekdays on weekdays, cold water in February.

Day 0 of the series is a Monday, and its coldest water comes on day 89. A year of the simulation
begins on the Monday nearest 8 November, so that the coldest water comes early in February as in
Korea; years alternate between the first and the last 364 days of the 609, whose seasons overlap.

A public holiday keeps the weather of its day and takes the rhythm of a Sunday, and a weekend that is
worked that of a working day: the columns are multiplied by how Sundays of the series differ from them.
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
from mulmok.model.calendar import WEEKENDS, Calendar
from mulmok.model.time import DAY, HOUR, MINUTE, Zone

STEP = 15 * MINUTE
_STEPS_A_DAY = 96
_YEAR_DAYS = 364
#: The second kind of year takes its first 245 days (609 - 364) from the end of the series.
_LAST_DAYS = 245
#: Around midnight one kind of day passes into the next, for so long on either side. Site choice.
_TURN = 3 * HOUR
_NAMES = ("Q", "T", "TSS", "COD", "NH4N", "TN")
#: The mean of nine quarters of an hour.
_MEAN = np.full(9, 1.0 / 9.0)


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


@cache
def _sunday() -> dict[str, Values]:
    """How a Sunday differs from a working day at each quarter of an hour, as a ratio of medians."""
    ratios = {}
    for name, column in series().columns.items():
        weeks = column[: len(column) // (7 * _STEPS_A_DAY) * 7 * _STEPS_A_DAY]
        days = weeks.reshape(-1, 7, _STEPS_A_DAY)
        ratio = np.median(days[:, 6], axis=0) / np.median(days[:, :5], axis=(0, 1))
        # Over two hours: a quarter of an hour alone is mostly chance.
        around = np.concatenate([ratio[-4:], ratio, ratio[:4]])
        ratios[name] = np.ones(_STEPS_A_DAY) if name == "T" else np.convolve(around, _MEAN, "valid")
    return ratios


def _strange(local: Instants, calendar: Calendar) -> Values:
    """How far an instant belongs to a day off on a day of work, 1, or the reverse, -1."""
    day, within = np.divmod(local, DAY)

    def strange(days: NDArray[np.int64]) -> Values:
        return np.where(calendar.is_other(days), np.where(calendar.off(days), 1.0, -1.0), 0.0)

    own, other = strange(day), strange(np.where(within < DAY // 2, day - 1, day + 1))
    turned = np.maximum(_TURN - np.minimum(within, DAY - within), 0) / (2 * _TURN)
    mixed: Values = own + (other - own) * turned
    return mixed


def influent(at: Instants, zone: Zone, calendar: Calendar = WEEKENDS) -> dict[str, Values]:
    """Give the unscaled series at instants [ns UTC], straight between its points."""
    local = zone.local(at)
    count = local // STEP
    share = (local - count * STEP) / STEP
    here, there = _steps(count), _steps(count + 1)
    water = {
        name: column[here] * (1.0 - share) + column[there] * share
        for name, column in series().columns.items()
    }
    strange = _strange(local, calendar)
    if strange.any():
        now, then = count % _STEPS_A_DAY, (count + 1) % _STEPS_A_DAY
        for name, ratio in _sunday().items():
            differs = ratio[now] * (1.0 - share) + ratio[then] * share
            water[name] = water[name] * differs**strange
    return water


def local_hour(at: Instants, zone: Zone) -> Values:
    """Time of day by the works' clock [h]."""
    return (zone.local(at) % DAY) / (60 * MINUTE)
