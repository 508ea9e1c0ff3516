"""A small works on the simulated influent, and blocks to cut."""

from __future__ import annotations

import itertools

import numpy as np

from mulmok.judge.quality.range import PhysicalRangeCheck, RangeCheck
from mulmok.judge.quality.spike import SpikeCheck
from mulmok.judge.quality.stage import Quality
from mulmok.judge.quality.status import StatusCheck
from mulmok.model.block import Block, raw_block
from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import DAY, HOUR, MINUTE, NEVER, Zone, parse_instant
from mulmok.source.simulator.sewage import works_of
from mulmok.source.simulator.simulate import Simulator

KST = Zone("Asia/Seoul", np.array([NEVER], np.int64), np.array([9 * HOUR], np.int64))
#: A Monday.
START = parse_instant("2025-03-03T00:00:00+09:00")
_EVERY = {"flow": 1, "ph": 1, "ec": 1, "orp": 1, "tss": 5, "cod": 5, "nh4_n": 5, "tn": 30}
_HIGH = {"flow": 4000.0, "ph": 14.0, "ec": 5000.0, "orp": 600.0, "tn": 400.0, "nh4_n": 200.0}


def channel(name: str, every: int) -> Channel:
    q = QUANTITIES[name.rpartition(".")[2]]
    low = -600.0 if q.id == "orp" else 0.0
    return Channel(
        name, q, every, low, _HIGH.get(q.id, 3000.0), q.resolution, q.rate,
        q.spike_deviations, q.flat_suspect, q.flat_fail,
    )  # fmt: skip


INLET = tuple(channel(f"inlet.{name}", every * MINUTE) for name, every in _EVERY.items())
INDEX = {one.quantity.id: number for number, one in enumerate(INLET)}


def simulated(days: int, planted=(), seed: int = 1, start: int = START) -> Block:
    """Judged readings of some days."""
    works = Simulator(INLET, works_of(1250.0), seed, KST, tuple(planted))
    rows = works.rows(start, start + days * DAY)
    order = np.lexsort((rows.at, rows.channel))
    bounds = np.searchsorted(rows.channel[order], np.arange(len(INLET) + 1)).astype(np.int64)
    block = raw_block(rows.at[order], rows.value[order], rows.status[order], bounds)
    return checked(block, INLET)


def checked(block: Block, channels: tuple[Channel, ...]) -> Block:
    checks = (StatusCheck, PhysicalRangeCheck, RangeCheck, SpikeCheck)
    names = ("status", "physical_range", "range", "spike")
    quality = Quality.for_channels(channels, dict(zip(names, checks, strict=True)))
    return quality.step(quality.start(), block)[1]


def block_of(*columns: tuple[np.ndarray, np.ndarray]) -> Block:
    """Unjudged rows, one (at, value) pair a channel."""
    bounds = np.cumsum([0, *(len(at) for at, _ in columns)]).astype(np.int64)
    at = np.concatenate([at for at, _ in columns]).astype(np.int64)
    value = np.concatenate([value for _, value in columns]).astype(np.float64)
    return raw_block(at, value, np.zeros(len(at), np.uint8), bounds)


def between(block: Block, begin: int, end: int) -> Block:
    """Rows from `begin` up to before `end`."""
    keep = (block.at >= begin) & (block.at < end)
    ends = np.concatenate([[0], np.cumsum(keep)])[block.bounds]
    parts = (block.at, block.value, block.flag, block.status, block.reasons)
    return Block(*(part[keep] for part in parts), ends.astype(np.int64))


def pieces(block: Block, cuts) -> list[Block]:
    """The block cut at instants."""
    edges = [NEVER, *sorted(cuts), 2**62]
    return [between(block, a, b) for a, b in itertools.pairwise(edges)]
