from __future__ import annotations

import logging

import pytest

from mulmok.run import supervise


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    """A source that failed is started again at once; how long that takes is tested elsewhere."""
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(supervise, "_LONGEST_WAIT_S", 0.2)
    monkeypatch.setattr(supervise, "_ASK_EVERY_S", 0.05)


@pytest.fixture
def loud_again():
    """A command that only looks turns the log off, for a process that then ends."""
    yield
    logging.disable(logging.NOTSET)
