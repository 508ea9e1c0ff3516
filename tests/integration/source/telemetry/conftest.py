from __future__ import annotations

import pytest

from mulmok.run import supervise


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    """A source that failed is started again at once; how long that takes is tested elsewhere."""
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(supervise, "_LONGEST_WAIT_S", 0.1)
    monkeypatch.setattr(supervise, "_ASK_EVERY_S", 0.02)
