"""Whose time a reading has: its source's, the server's, or ours.

The time of the source is when the device measured; a server that has none of it gives its own, and
where neither is sent (or a clock was never set) it is ours, when the value came. Which one it was
stands with what was seen (`mulmok probe`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from mulmok.model.text import Text, text
from mulmok.model.time import SECOND, format_duration
from mulmok.source.opcua.decode import Sample, instant

Clock = Literal["source", "server", "ours"]
#: A sample with its node and the instant it is taken for [ns UTC].
Stamped = tuple[int, int, Sample]


def stamped(samples: Iterable[tuple[int, Sample]], clock: Clock, now: int) -> list[Stamped]:
    """Give the samples of one message with their instants; `now` is our clock [ns UTC]."""
    came = []
    for node, sample in samples:
        first, second = _order(sample, clock)
        came.append((instant(first) or instant(second) or now, node, sample))
    return _moved(came, now) if clock == "ours" else came


def whose(sample: Sample, clock: Clock) -> str:
    """Say whose time a sample has, where that is not the source's."""
    first, second = _order(sample, clock)
    if clock == "ours" or (instant(first) is None and instant(second) is None):
        return " @ours"
    is_server = (clock == "server") == (instant(first) is not None)
    return " @server" if is_server else ""


def apart(off: int) -> Text:
    """Say how far the server's clock is ahead of ours [ns], behind where that is below 0."""
    span = format_duration(max(abs(off) // SECOND, 1) * SECOND)
    if off > 0:
        return text('the server\'s clock is {span} ahead of ours: set it, or say time = "ours"', span=span)  # fmt: skip
    return text('the server\'s clock is {span} behind ours: set it, or say time = "ours"', span=span)  # fmt: skip


def _order(sample: Sample, clock: Clock) -> tuple[int | None, int | None]:
    if clock == "server":
        return sample.server, sample.source
    return sample.source, sample.server


def _moved(came: list[Stamped], now: int) -> list[Stamped]:
    """Have the newest sample of each node at our time, those before it as much earlier as they were."""
    newest: dict[int, int] = {}
    for at, node, _ in came:
        newest[node] = max(newest.get(node, at), at)
    return [(now - (newest[node] - at), node, sample) for at, node, sample in came]
