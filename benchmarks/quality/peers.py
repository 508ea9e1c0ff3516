"""Speed of the quality checks on a year of ten channels at one minute, beside three peers.

All on the same seeded series with the same ranges, limits and patience (the quantities' defaults), in
one process, in seconds of one processor (user and system), the least of three runs after a first one.
mulmok judges everything a works asks of it: status, both ranges, gap, rate, spike, flat line and the
roll-up of flag and reasons. A peer does what it has for range, rate, spike and flat line (saqc and
pecos also for missing values), without a roll-up.

- **ioos-qc**: gross range, rate of change, spike (a difference from both neighbours), flat line. The
  last one lays a window over every row, so that its cost grows with the patience: at the defaults
  (2 h to 48 h, 120 to 2 880 rows) it is nearly all there is, at the QARTOD manual's three and five
  repeats it is not. Both are shown, and the other three tests alone.
- **saqc**: range, a generic test of the difference, modified z-score over eleven rows (median and MAD,
  nearest to mulmok's), constants twice (suspect and failed), missing values.
- **pecos**: range, increment, outlier (mean and standard deviation over eleven minutes), delta
  (suspect only), missing values. Its delta compares the whole index for every flagged row: its
  cost grows with the square of the length, so that scaling a part of the year up flatters it.

Where a peer saw only a part of the year, its time was scaled up and the row says so.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import numpy as np

from benchmarks.quality.ground import INSTALL, qartod_tests, stage_of
from benchmarks.quality.series import Year, make_year
from mulmok.judge.quality.spike import WINDOW
from mulmok.model.channel import Channel
from mulmok.model.time import MINUTE, SECOND

_RUNS = 3
#: Days a slow peer is given.
_FLAT_DAYS, _PECOS_DAYS = 30, 7
#: The QARTOD manual's repeats until suspect and failed.
_FEW = (3, 5)


def best(work: Callable[[], object]) -> float:
    """Least processor time [s] of some runs after a first one that does not count."""
    work()
    spent = []
    for _ in range(_RUNS):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def mulmok(year: Year, figures: list[tuple[str, str]]) -> float:
    """Give the seconds of the whole stage, and tell those of each check."""
    block = year.block()
    stage = stage_of(year.channels)
    whole = best(lambda: stage.step(stage.start(), block))
    figures.append((f"mulmok, {len(block):,} values", f"{_speed(year, whole)} ({whole:.2f} s)"))
    rest = whole
    for check in stage.checks:
        took = best(lambda check=check: check.step(check.start(), block))
        rest -= took
        figures.append((f"mulmok, {check.name} alone", f"{took:.3f} s, {took / whole:.0%}"))
    figures.append(("mulmok, missing values and roll-up", f"{rest:.3f} s, {rest / whole:.0%}"))
    return whole


def ioos_qc(year: Year) -> dict[str, float]:
    """Seconds of a year, by test; the flat line once more with the manual's few repeats."""
    few = tuple(
        replace(channel, flat_suspect=_FEW[0] * MINUTE, flat_fail=_FEW[1] * MINUTE)
        for channel in year.channels
    )
    part = year.days(_FLAT_DAYS)
    scale = len(year.at) / len(part.at)
    spent = {name: _qartod(year, name) for name in ("range", "rate", "spike")}
    spent["flat line, patience of the defaults"] = scale * _qartod(part, "flat line")
    spent["flat line, 3 and 5 repeats"] = _qartod(replace(year, channels=few), "flat line")
    return spent


def _qartod(year: Year, name: str) -> float:
    tests = [
        qartod_tests(channel, year.at, value, channel.rate_limit / 60, _far(channel))[name]
        for channel, value in zip(year.channels, year.values, strict=True)
    ]
    return best(lambda: [test() for test in tests])


def saqc(year: Year) -> float:
    """Seconds of a year."""
    import pandas as pd
    from saqc import SaQC

    index = pd.DatetimeIndex(year.at.astype("datetime64[ns]"))
    # The peer copies all of its series at every test, so each channel has one of its own.
    given = [
        (channel, SaQC(pd.DataFrame({"x": value}, index=index)))
        for channel, value in zip(year.channels, year.values, strict=True)
    ]

    def one(channel: Channel, known: SaQC) -> None:
        limit = channel.rate_limit
        known = known.flagNAN("x").flagRange("x", min=channel.low, max=channel.high)
        known = known.flagGeneric("x", func=lambda x: abs(x.diff()) > limit)
        known = known.flagZScore(
            "x",
            method="modified",
            window=WINDOW,
            thresh=channel.spike_deviations,
            min_residuals=_far(channel),
            center=False,
        )
        for patience in (channel.flat_suspect, channel.flat_fail):
            window = f"{patience // SECOND}s"
            known = known.flagConstants("x", window=window, thresh=channel.resolution / 2)
        np.asarray(known.flags["x"])

    return best(lambda: [one(channel, known) for channel, known in given])


def pecos(year: Year) -> float:
    """Seconds of a year, scaled up from a part of it."""
    import pandas as pd
    from pecos.monitoring import PerformanceMonitoring

    logging.getLogger("pecos").setLevel(logging.ERROR)
    part = year.days(_PECOS_DAYS)
    index = pd.DatetimeIndex(part.at.astype("datetime64[ns]"))

    def one(channel: Channel, value: np.ndarray) -> None:
        monitor = PerformanceMonitoring()
        monitor.add_dataframe(pd.DataFrame({"x": value}, index=index))
        monitor.check_missing()
        monitor.check_range([channel.low, channel.high])
        monitor.check_increment([None, channel.rate_limit])
        far = channel.spike_deviations
        monitor.check_outlier([-far, far], window=WINDOW * 60)
        monitor.check_delta([channel.resolution / 2, None], window=channel.flat_suspect // SECOND)
        _ = monitor.mask

    took = best(lambda: [one(*each) for each in zip(part.channels, part.values, strict=True)])
    return took * len(year.at) / len(part.at)


def _far(channel: Channel) -> float:
    """The least deviation mulmok calls a spike: its floor of the scatter times its deviations."""
    return channel.spike_deviations * 2 * channel.resolution


def _speed(year: Year, seconds: float) -> str:
    return f"{np.size(year.values) / seconds / 1e6:.2f} M values/s"


def measure(days: int = 365) -> list[tuple[str, str]]:
    figures: list[tuple[str, str]] = []
    year = make_year(days, 1)
    own = mulmok(year, figures)

    def tell(words: str, seconds: float) -> None:
        figures.append((words, f"{_speed(year, seconds)}: mulmok {seconds / own:.1f} x as fast"))

    def peer(name: str, work: Callable[[str], None]) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                work(f"{name} {version(name)}")
        except ImportError as error:
            figures.append((name, f"not installed ({error}); {INSTALL}"))

    def all_of_ioos_qc(name: str) -> None:
        spent = ioos_qc(year)
        patient, few = list(spent)[-2:]
        three = sum(spent.values()) - spent[patient] - spent[few]
        scaled = f"(flat line scaled from {_FLAT_DAYS} d)"
        tell(f"{name}, four tests, default patience {scaled}", three + spent[patient])
        tell(f"{name}, four tests, 3 and 5 repeats", three + spent[few])
        tell(f"{name}, three tests, no flat line", three)
        each = ", ".join(f"{test} {took:.2f} s" for test, took in spent.items())
        figures.append((f"{name}, by test", each))

    peer("ioos-qc", all_of_ioos_qc)
    peer("saqc", lambda name: tell(f"{name}, six tests", saqc(year)))
    peer("pecos", lambda name: tell(f"{name}, five tests ({_PECOS_DAYS} d scaled)", pecos(year)))
    return figures


if __name__ == "__main__":
    for figure, measured in measure():
        sys.stdout.write(f"{figure:75s} {measured}\n")
