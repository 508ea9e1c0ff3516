"""Flags of the quality checks beside a technician's judgement: a river sonde's year of real faults.

The readings are those of the Logan River Observatory at Main Street (Utah, USA), 2019, one in 15 min.
The file is not part of the project: it is looked for in `../shared/data` beside the repository, or where
MULMOK_LOGAN points. Channels are as a site file makes them that says quantity and interval and
nothing else, so with defaults meant for sewage; a flag of SUSPECT or worse counts as flagged. Once more
with the steps the sonde really shows, which a careful site file gives as `resolution`.

The truth is what the technician did afterwards, knowing what came later, the other sensors, and the visits
to the site. The file has no code book; the types are named by what was done to the values:

- **code 1**, replaced by interpolation: sensor out of the water at a visit, single wrong values;
- **code 2**, struck out: a broken or cut-off sensor, mostly in August (zeros, -9999, 7999, DO at 0);
- **code 10**, moved by a constant: dissolved oxygen set 2.0 to 2.3 mg/L too high for weeks;
- **code 4**, kept with a remark: values stand as they were (level: all winter);
- **no code, corrected** by more than the instrument's step: drift and fouling taken out as a ramp between two
  calibrations; for the level mostly the datum of the gauge, which is no fault of a reading.

What these checks cannot see: a value that is wrong but moves as water moves. Slow drift, a constant
offset and a level that stands wrong leave no trace within one series; recall of codes 10 and 4
and of drift is what chance gives, and the first and last row of such a stretch may be flagged as a
jump. Finding those is the work of the expectation and the detectors, or of a visit with a reference.

Recall is of the labelled points, and of the runs of them of which any point was flagged (a run of weeks
is soon found by chance: codes 10 and 4). Precision of a
type takes the flags on rows without any code as the false ones, other types left out; drift-corrected
rows count as sound there, since it was not the drift that was flagged. "Near" takes one row to
either side of a run as right too, since the way back from a fault is a jump. Every year has its own
faults: a few dozen runs at one river do not rank anything.

ioos-qc beside it: its four tests with the same ranges and patience. It has no limits of its own; rate and
spike are suspect beyond three standard deviations, as the QARTOD manual begins, of the median day
of the whole year, which it could not have known.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyarrow import compute, csv

from benchmarks.quality.ground import INSTALL, channel_of, qartod_tests, stage_of
from benchmarks.quality.score import Series, Truths, scores, share, useful
from mulmok.model.block import raw_block
from mulmok.model.flag import REASON_NAMES, Flag
from mulmok.model.time import MINUTE

FILE = Path(
    os.environ.get(
        "MULMOK_LOGAN",
        Path(__file__).parents[3] / "shared/data/logan_river_mainstreet_2019.csv",
    )
)
_EVERY = 15 * MINUTE
#: Column, quantity, its canonical unit over the file's (level: centimetres), the sonde's step there.
_COLUMNS = (
    ("temp", "temperature", 1.0, 0.01),
    ("cond", "ec", 1.0, 0.1),
    ("ph", "ph", 1.0, 0.01),
    ("do", "do", 1.0, 0.01),
    ("turb", "turbidity", 1.0, 0.01),
    ("stage", "level", 0.01, 0.001),
)
#: Standard deviations of a day until suspect.
_DEVIATIONS = 3.0


def read() -> list[Series]:
    """Read the file."""
    options = csv.ConvertOptions(null_values=["NULL"], strings_can_be_null=True)
    table = csv.read_csv(FILE, convert_options=options)
    moment = compute.cast(table["datetime"], "timestamp[ns]").to_numpy().astype(np.int64)
    series = []
    for name, quantity, unit, step in _COLUMNS:
        channel = channel_of(quantity, _EVERY)
        value = table[name].to_numpy().astype(np.float64) * unit
        corrected = table[f"{name}_cor"].to_numpy().astype(np.float64) * unit
        code = compute.fill_null(table[f"{name}_qual"], 0).to_numpy().astype(np.int64)
        drift = (code == 0) & (np.abs(value - corrected) > step)
        series.append(Series(channel, moment, value, code, drift))
    return series


def by_mulmok(one: Series) -> tuple[Truths, NDArray[np.uint32]]:
    """Which rows the quality stage flags, and its reasons."""
    stage = stage_of((one.channel,))
    count = len(one.at)
    status, bounds = np.zeros(count, np.uint8), np.array([0, count])
    block = raw_block(one.at.copy(), one.value.copy(), status, bounds)
    judged = stage.step(stage.start(), block)[1]
    return judged.flag >= Flag.SUSPECT, judged.reasons


def by_ioos_qc(one: Series) -> Truths:
    """Which rows any of the four tests flags."""
    day = one.at // (1440 * MINUTE)
    starts = np.flatnonzero(np.diff(day)) + 1
    usual = float(np.median([np.std(part) for part in np.split(one.value, starts)]))
    spike = _DEVIATIONS * usual
    tests = qartod_tests(one.channel, one.at, one.value, spike / (15 * 60), spike)
    marks = [np.asarray(test()) for test in tests.values()]
    return np.any([(mark == Flag.SUSPECT) | (mark == Flag.FAIL) for mark in marks], axis=0)


def measure() -> list[tuple[str, str]]:
    if not FILE.exists():
        return [("Logan River sonde", f"skipped: no {FILE.name}; set MULMOK_LOGAN to its path")]
    series = read()
    judged = [by_mulmok(one) for one in series]
    figures = scores("mulmok", series, [flags for flags, _ in judged])
    for reason, names in REASON_NAMES.items():
        rows = [flags & (reasons & np.uint32(reason) != 0) for flags, reasons in judged]
        total = sum(int(some.sum()) for some in rows)
        coded = sum(int((s & ~o.uncoded).sum()) for o, s in zip(series, rows, strict=True))
        if total:
            figures.append((f'mulmok, flags by "{names.en}" on a code', share(coded, total)))
    finer = [
        replace(one, channel=replace(one.channel, resolution=step))
        for one, (*_, step) in zip(series, _COLUMNS, strict=True)
    ]
    figures += useful("mulmok, the sonde's steps", finer, [by_mulmok(one)[0] for one in finer])
    try:
        name = f"ioos-qc {version('ioos-qc')}"
        peer = [by_ioos_qc(one) for one in series]
    except ImportError as error:
        return [*figures, ("ioos-qc", f"not installed ({error}); {INSTALL}")]
    return [*figures, *scores(name, series, peer)]


if __name__ == "__main__":
    for figure, measured in measure():
        sys.stdout.write(f"{figure:60s} {measured}\n")
