"""How long things are kept, and the housekeeping that sees to it, in slices a live works can bear.

Each function works on a little, inside the caller's transaction, and says how much it did.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from mulmok.model.time import DAY
from mulmok.store.seal import seal_day
from mulmok.store.sql import queries

#: Days that stay row by row before they are packed. Site choice: late readings come within two.
HOT_DAYS = 2
#: Rows packed, and days or entries dropped, in one slice: some 50 ms of the writer's time.
_ROWS_A_SLICE = 10_000
_DAYS_A_SLICE = 60
_ENTRIES_A_SLICE = 2_000
#: Pages given back to the disk in one slice, and how many may lie free for reuse.
_PAGES_A_SLICE = 500
_PAGES_FREE = 5_000


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each kind of record is kept [ns]; None: for ever.

    Sealed readings of 40 channels take some 70 MB a year, so they stay unless the site says
    otherwise. The journal is for going on after a crash: it outlives the snapshots by far. Alarms
    and events are few and stay.
    """

    readings: int | None = None
    journal: int = 40 * DAY
    effects: int = 400 * DAY


def seal_some(connection: sqlite3.Connection, now: int) -> int:
    """Seal finished days, oldest first, up to a slice's worth of rows."""
    before, done = (now // DAY - HOT_DAYS + 1) * DAY, 0
    while done < _ROWS_A_SLICE:
        found = connection.execute(queries()["oldest_hot"]).fetchall()
        oldest, channel = min((at, key) for key, at in (*found, (0, before)) if at is not None)
        if oldest >= before:
            break
        done += seal_day(connection, channel, oldest // DAY)
    return done


def drop_some(connection: sqlite3.Connection, now: int, keep: Retention) -> int:
    """Drop a slice of what is beyond its retention. The journal stays from the oldest snapshot on."""
    done = 0
    if keep.readings is not None:
        last = (now - keep.readings) // DAY
        done += connection.execute(queries()["drop_sealed"], (last, _DAYS_A_SLICE)).rowcount
        for channel, oldest in connection.execute(queries()["oldest_hot"]).fetchall():
            if oldest is not None and oldest < last * DAY:
                done += connection.execute(
                    queries()["drop_hot"], (channel, oldest, last * DAY)
                ).rowcount
    entries = (now - keep.journal, _ENTRIES_A_SLICE)
    done += connection.execute(queries()["drop_journal"], entries).rowcount
    effects = (now - keep.effects, _ENTRIES_A_SLICE)
    return done + connection.execute(queries()["drop_effects"], effects).rowcount


def give_back_space(connection: sqlite3.Connection) -> None:
    """Return some free pages to the disk when many lie idle; outside a transaction."""
    if connection.execute("PRAGMA freelist_count").fetchone()[0] > _PAGES_FREE:
        # Not execute: it would take one step, and the pragma frees one page a step.
        connection.executescript(f"PRAGMA incremental_vacuum({_PAGES_A_SLICE})")
