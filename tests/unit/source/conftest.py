from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from unit.source.channels import make_channel

from mulmok.model.channel import Channel
from mulmok.model.time import MINUTE
from mulmok.source.files.read import ReadResult, read_readings


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
