from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import MINUTE
from mulmok.source.files.read import ReadResult, read_readings


def make_channel(id_: str, every: int = MINUTE) -> Channel:
    quantity = QUANTITIES[id_.rpartition(".")[2]]
    return Channel(
        id_,
        quantity,
        every,
        quantity.low,
        quantity.high,
        quantity.resolution,
        quantity.rate,
        quantity.spike_deviations,
        quantity.flat_suspect,
        quantity.flat_fail,
    )


@pytest.fixture
def works() -> tuple[Channel, ...]:
    return (
        make_channel("inlet.ph"),
        make_channel("inlet.ec"),
        make_channel("inlet.tn", 30 * MINUTE),
    )


@pytest.fixture
def read(tmp_path: Path, works: tuple[Channel, ...]) -> Callable[..., ReadResult]:
    """Read text or bytes as if it had been a file, in a small works."""

    def reader(content: str | bytes, *, name: str = "day.csv", **options: object) -> ReadResult:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_readings([path], works, **options)  # type: ignore[arg-type]

    return reader
