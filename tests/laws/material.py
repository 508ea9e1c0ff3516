"""What the laws are tried on: a small works, and readings as bad as instruments make them."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st

from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.channel import Channel
from mulmok.model.event import Verdict
from mulmok.model.message import Message, Readings, Tick
from mulmok.model.quantity import QUANTITIES
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE

START = 29_000_000 * MINUTE


def channel(name: str, every: int) -> Channel:
    quantity = QUANTITIES[name.partition(".")[2]]
    return Channel(
        id=name,
        quantity=quantity,
        every=every,
        low=quantity.low,
        high=min(quantity.high, 5000.0),
        resolution=quantity.resolution,
        rate_limit=quantity.rate,
        spike_deviations=quantity.spike_deviations,
        flat_suspect=20 * MINUTE,
        flat_fail=60 * MINUTE,
    )


CHANNELS = (
    channel("inlet.flow", MINUTE),
    channel("inlet.ph", MINUTE),
    channel("inlet.nh4_n", 5 * MINUTE),
    channel("inlet.tn", 30 * MINUTE),
)
RULES = (
    AlarmRule("ph-low", RuleKind.BELOW, 1, 5.0, 0.5, 2 * MINUTE, 3 * MINUTE, 1),
    AlarmRule("ph-falls", RuleKind.RATE_BELOW, 1, -1.0, 0.2, 0, MINUTE, 2),
    AlarmRule("flow-high", RuleKind.ABOVE, 0, 2000.0, 100.0, 0, 0, 2),
    AlarmRule("flow-silent", RuleKind.NO_DATA, 0, float(10 * MINUTE)),
    AlarmRule("water", RuleKind.EVENT, verdict=Verdict.WATER, priority=1),
    AlarmRule("instrument", RuleKind.EVENT, verdict=Verdict.INSTRUMENT, on_delay=5 * MINUTE),
)

#: What a channel shows for a while.
_MOODS = ("calm", "calm", "step", "stuck", "missing", "spikes", "gap", "wild", "status")


@st.composite
def readings(draw: st.DrawFn, hours: int = 8, *, disorder: bool = True) -> Readings:
    """Some hours of all channels, moods changing, a few rows late or doubled."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    channel, at, value, status = [], [], [], []
    for index, one in enumerate(CHANNELS):
        times = START + np.arange(0, hours * HOUR, one.every)
        base = (900.0, 7.1, 28.0, 40.0)[index]
        moods = draw(st.lists(st.sampled_from(_MOODS), min_size=4, max_size=4))
        shown = base * (1 + 0.01 * rng.standard_normal(len(times)))
        words = np.zeros(len(times), np.uint8)
        keep = np.ones(len(times), np.bool_)
        for mood, part in zip(moods, np.array_split(np.arange(len(times)), 4), strict=True):
            _apply(mood, part, shown, words, keep, rng)
        step = one.resolution
        channel += [index] * int(keep.sum())
        at += times[keep].tolist()
        with np.errstate(over="ignore", invalid="ignore"):
            shown = np.where(np.abs(shown) < 1e6, np.round(shown / step) * step, shown)
        value += shown[keep].tolist()
        status += words[keep].tolist()
    order = np.lexsort((channel, at))
    if disorder:
        late = draw(st.integers(0, 6))
        for _ in range(late if len(order) > 20 else 0):
            here, there = rng.integers(0, len(order), 2)
            order[[here, there]] = order[[there, here]]
        order = np.append(order, rng.choice(order, 3))
    return Readings(
        0,
        np.array(channel, np.int16)[order],
        np.array(at, np.int64)[order],
        np.array(value)[order],
        np.array(status, np.uint8)[order],
    )


def _apply(mood, part, shown, words, keep, rng):
    if mood == "step":
        shown[part] *= rng.choice([0.5, 1.5, 3.0])
    elif mood == "stuck" and len(part):
        shown[part] = shown[part[0]]
    elif mood == "missing":
        shown[part] = np.nan
    elif mood == "spikes":
        shown[part[rng.random(len(part)) < 0.1]] *= 10
    elif mood == "gap":
        keep[part] = False
    elif mood == "wild":
        shown[part] = rng.choice([np.inf, -np.inf, 1e308, -1.0, 0.0, np.nan], len(part))
    elif mood == "status":
        words[part] = int(rng.choice([int(status) for status in Status]))


def part(rows: Readings, begin: int, end: int) -> Readings:
    """Rows of a message as a message of their own."""
    return Readings(
        0,
        rows.channel[begin:end].copy(),
        rows.at[begin:end].copy(),
        rows.value[begin:end].copy(),
        rows.status[begin:end].copy(),
    )


def pieces(rows: Readings, cuts: list[float]) -> list[Message]:
    """Cut a message at shares of its length."""
    places = sorted({0, len(rows), *(int(share * len(rows)) for share in cuts)})
    return [part(rows, a, b) for a, b in itertools.pairwise(places)]


def ticked(messages: list[Message]) -> list[Message]:
    """Put ticks between messages, none of them beyond what the next message will show anyway."""
    out: list[Message] = []
    frontier = START
    for message in messages:
        assert isinstance(message, Readings)
        out.append(Tick(max(frontier, int(message.at[0]))))
        out.append(message)
        frontier = max(frontier, int(message.at.max()))
    return out


cuts = st.lists(st.floats(0, 1), min_size=1, max_size=12)
