"""A store of two channels in a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.store.making import IDS

from mulmok.store.sqlite import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open a new store and close it after the test."""
    opened = Store.open(tmp_path / "data")
    opened.know_channels(IDS)
    yield opened
    opened.close()
