"""What both benchmarks of quality stand on: channels with default settings, and QARTOD by ioos-qc."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from mulmok import plugins
from mulmok.judge.quality.stage import ORDER, Quality
from mulmok.model.block import Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import SECOND

#: What to install for the peers; all three live in one environment with mulmok.
INSTALL = 'pip install -e ".[bench]"'


def channel_of(quantity: str, every: int) -> Channel:
    """Channel as a site file gives it that says no more than quantity and interval."""
    known = QUANTITIES[quantity]
    return Channel(
        id=f"bench.{quantity}",
        quantity=known,
        every=every,
        low=known.low,
        high=known.high,
        resolution=known.resolution,
        rate_limit=known.rate,
        spike_deviations=known.spike_deviations,
        flat_suspect=known.flat_suspect,
        flat_fail=known.flat_fail,
    )


def stage_of(channels: tuple[Channel, ...]) -> Quality:
    """The built-in checks, whatever plugins are installed beside them."""
    return Quality.for_channels(
        channels, {name: plugins.load(plugins.CHECKS, name) for name in ORDER}
    )


def qartod_tests(
    channel: Channel, at: Instants, value: Values, rate: float, spike: float
) -> dict[str, Callable[[], Values]]:
    """ioos-qc's four tests on one series, each to be called; raises ImportError.

    rate    suspect from here [canonical unit per second]
    spike   suspect from here, and failed from twice as much [canonical unit]

    Range and patience are the channel's; its flat line is a range below half a step, as mulmok's.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ioos_qc import qartod
    times = at.astype("datetime64[ns]")
    seconds = channel.flat_suspect // SECOND, channel.flat_fail // SECOND
    # The peer asks for a range below the tolerance, mulmok for one not above it.
    tolerance = float(np.nextafter(channel.resolution / 2, np.inf))
    return {
        "range": lambda: qartod.gross_range_test(value, (channel.low, channel.high)),
        "rate": lambda: qartod.rate_of_change_test(value, times, rate),
        "spike": lambda: qartod.spike_test(value, spike, 2 * spike),
        "flat line": lambda: qartod.flat_line_test(value, times, *seconds, tolerance),
    }
