"""One channel's readings, judged by one check or by all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mulmok import plugins
from mulmok.judge.quality.stage import Quality
from mulmok.model.block import Block, raw_block
from mulmok.model.channel import Channel
from mulmok.model.flag import Reason
from mulmok.model.quantity import QUANTITIES
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE

START = 29_000_000 * MINUTE
nan = float("nan")


def channel(quantity: str = "ph", every: int = MINUTE, **settings: Any) -> Channel:
    """An instrument of a quantity, with the quantity's defaults but a rate of one a minute."""
    known = QUANTITIES[quantity]
    made = Channel(
        f"inlet.{quantity}", known, every, known.low, min(known.high, 5000.0), known.resolution,
        1.0, known.spike_deviations, HOUR, 2 * HOUR,
    )  # fmt: skip
    return replace(made, **settings)


def series(values: Any, every: int = MINUTE, *, at: Any = None, status: Any = 0) -> Block:
    """Readings one after the other, from START on, or `at` so many minutes after it."""
    value = np.asarray(values, np.float64)
    minutes = np.arange(len(value)) * (every // MINUTE) if at is None else np.asarray(at)
    words = np.broadcast_to(np.asarray(status, np.uint8), len(value)).copy()
    return raw_block(
        START + minutes.astype(np.int64) * MINUTE, value, words, np.array([0, len(value)], np.int64)
    )


def marks(check: type[Any], values: Any, one: Channel | None = None, **how: Any) -> list[int]:
    """What one check says of each reading."""
    one = one or channel()
    made = check.for_channels((one,))
    return made.step(made.start(), series(values, one.every, **how))[1].tolist()


def judged(values: Any, one: Channel | None = None, **how: Any) -> Block:
    """What all checks make of the readings."""
    one = one or channel()
    checks = {name: plugins.load(plugins.CHECKS, name) for name in plugins.find(plugins.CHECKS)}
    quality = Quality.for_channels((one,), checks)
    return quality.step(quality.start(), series(values, one.every, **how))[1]


def reasons(block: Block) -> list[Reason]:
    """Why, reading by reading."""
    return [Reason(int(bits)) for bits in block.reasons]


__all__ = ["START", "Reason", "Status", "channel", "judged", "marks", "nan", "reasons", "series"]
