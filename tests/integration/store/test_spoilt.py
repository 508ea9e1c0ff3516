"""What SQLite gives without complaint may still be spoilt: its pages carry no checksums."""

from __future__ import annotations

import sqlite3

import pytest
from integration.store.making import IDS, START, judgement, minutes, readings

from mulmok.model.errors import DamagedError
from mulmok.model.time import DAY
from mulmok.store.sqlite import Store
from mulmok.store.trouble import store_error


def test_a_packed_day_that_is_spoilt_is_damage_and_no_fault_of_ours(store: Store):
    rows = {0: minutes(START, 1440)}
    store.write([(readings(rows), judgement(rows))], received_at=1)
    while store.care(START + 30 * DAY):
        pass
    with sqlite3.connect(store.path) as other:
        (packed,) = other.execute("SELECT rows FROM sealed").fetchone()
        other.execute("UPDATE sealed SET rows = ?", (packed[:-40] + bytes(40),))
    other.close()
    with store.query() as query, pytest.raises(DamagedError) as told, store_error(query.path):
        query.rows(IDS[0], START, START + DAY)
    assert str(told.value).startswith(f"{store.path} is damaged")
