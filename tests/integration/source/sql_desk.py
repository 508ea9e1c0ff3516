"""Tables of a historian on a desk, and site files that read them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from integration.source.pull_desk import Desk, ago, site_file

from mulmok.model.time import SECOND

KST = timezone(timedelta(hours=9))
LONG = 'table = "history"\ntime_column = "ts"\nchannel_column = "tag"\nvalue_column = "value"'
WIDE = 'table = "wide"\ntime_column = "ts"'
PH_EC = {"inlet_ph": 'tag = "PH"', "inlet_ec": 'tag = "EC"\nunit = "mS/cm"'}


def utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(ago(seconds) // SECOND, UTC)


def local(seconds: float) -> str:
    """A time of a Korean works without its offset."""
    return utc(seconds).astimezone(KST).strftime("%Y-%m-%d %H:%M:%S")


def sql(url: str, table: str = LONG, **channels: str) -> str:
    return site_file(f'driver = "sql"\nurl = "{url}"\n{table}', **(channels or PH_EC))


class File:
    """An SQLite file that somebody else writes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "historian.db"

    def do(self, statement: str, *rows: tuple) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            if rows:
                connection.executemany(statement, rows)
            else:
                connection.execute(statement)

    def long(self, *rows: tuple) -> None:
        self.do("CREATE TABLE IF NOT EXISTS history (ts, tag, value, state)")
        self.do("INSERT INTO history (ts, tag, value) VALUES (?, ?, ?)", *rows)


def watched(
    folder: Path, words: str, *steps: tuple[Callable[[], object], Callable[[Desk], object]]
) -> Desk:
    """Run a source through steps: do something, and wait until something holds."""

    async def story() -> Desk:
        async with Desk(folder, words) as desk:
            for act, holds in steps:
                await asyncio.to_thread(act)
                await desk.until(lambda holds=holds: holds(desk))
            return desk

    return asyncio.run(story())


def nothing() -> None:
    """Do nothing."""
