"""A historian in an SQLite file: what is read of its tables, and what of it is wrong."""

from __future__ import annotations

import asyncio
import math
import sqlite3
from contextlib import closing

import pytest
from integration.source.pull_desk import ago, lived, now
from integration.source.sql_desk import (
    LONG,
    WIDE,
    File,
    local,
    nothing,
    sql,
    utc,
    watched,
)

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.source.sql import database
from mulmok.source.sql.database import Database

URL = "sqlite:///historian.db"
KOREAN = f'{LONG}\nzone = "works"'


def test_a_table_of_tags_is_read_and_later_rows_follow(tmp_path):
    file = File(tmp_path)
    file.long(
        (local(30), "PH", 7.0), (local(30), "EC", 0.8), (local(20), "PH", None), (local(9), "X", 1)
    )
    desk = watched(
        tmp_path,
        sql(URL, KOREAN),
        (nothing, lambda desk: len(desk.rows) == 3),
        (lambda: file.long((local(5), "PH", 7.1)), lambda desk: len(desk.rows) == 4),
    )
    (first, missing, last) = desk.of("inlet.ph")
    assert first == (ago(30), 7.0, Status.NORMAL)
    assert missing[0] == ago(20)
    assert math.isnan(missing[1]), "NULL is a missing value"
    assert last == (ago(5), 7.1, Status.NORMAL)
    assert desk.of("inlet.ec") == [(ago(30), 800.0, Status.NORMAL)]
    assert desk.sizes[0] == 3


def test_a_wide_table_gives_each_channel_its_column_and_empty_cells_between_say_nothing(tmp_path):
    file = File(tmp_path)
    file.do('CREATE TABLE wide (ts TEXT, "PH in" NUMERIC, "select" TEXT, q INTEGER)')
    rows = [(local(300 - 20 * n), f"{7 + n / 10}", "12.5" if n % 6 == 0 else None, 4 if n == 1 else 0) for n in range(10)]  # fmt: skip
    file.do("INSERT INTO wide VALUES (?, ?, ?, ?)", *rows)
    desk = watched(
        tmp_path,
        sql(
            URL,
            f'{WIDE}\nzone = "works"',
            inlet_ph='column = "PH in"\nstatus_column = "q"|every = "20 s"',
            inlet_tn='column = "select"|every = "2 min"',
        ),
        (nothing, lambda desk: len(desk.of("inlet.ph")) == 10),
    )
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7 + n / 10 for n in range(10)]
    assert desk.of("inlet.ph")[1][2] is Status.MAINTENANCE
    assert desk.of("inlet.tn") == [(ago(300), 12.5, Status.NORMAL), (ago(180), 12.5, Status.NORMAL)]


FORMS = {
    "iso with Z": ("", lambda s: utc(s).strftime("%Y-%m-%dT%H:%M:%SZ")),
    "iso with parts of a second": ("", lambda s: utc(s).strftime("%Y-%m-%d %H:%M:%S.000+00:00")),
    "iso far east": ("", lambda s: local(s).replace(" ", "T") + "+09:00"),
    "s": ('time_format = "s"', lambda s: ago(s) // SECOND),
    "ms": ('time_format = "ms"', lambda s: ago(s) // 10**6),
    "seconds as text": ('time_format = "s"', lambda s: str(ago(s) // SECOND)),
    "filetime": ('time_format = "filetime"', lambda s: ago(s) // 100 + 116_444_736_000_000_000),
    "strptime": (
        'time_format = "%Y%m%d%H%M%S"\nzone = "works"',
        lambda s: "".join(sign for sign in local(s) if sign.isdigit()),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_times_are_read_and_asked_by_in_their_form(tmp_path, form):
    settings, write = FORMS[form]
    file = File(tmp_path)
    file.long((write(7200), "PH", 6.0), (write(30), "PH", 7.0))
    desk = watched(
        tmp_path,
        sql(URL, f"{LONG}\n{settings}"),
        (nothing, lambda desk: desk.rows),
        (
            lambda: file.long((write(2), "PH", 7.1), (write(29), "PH", 7.2)),
            lambda desk: len(desk.rows) == 3,
        ),
    )
    found = [(at, value) for at, value, _ in desk.of("inlet.ph")]
    assert found == [(ago(30), 7.0), (ago(29), 7.2), (ago(2), 7.1)]


WRONG = {
    "a naive time": ("", local, "has no offset: want one, or the setting zone"),
    "a number": ("", lambda s: ago(s) // SECOND, 'is a number: set time_format, such as "s"'),
    "a word": ("", lambda _: "yesterday", '"yesterday" is no time of the form iso'),
}


@pytest.mark.parametrize("how", WRONG)
def test_times_that_cannot_be_read_are_said_to_be(tmp_path, how):
    settings, write, said = WRONG[how]
    File(tmp_path).long((write(30), "PH", 7.0))
    desk = watched(tmp_path, sql(URL, f"{LONG}\n{settings}"), (nothing, lambda desk: desk.failing))
    assert said in desk.failing


NAMES = {
    "table": ('table = "histroy"', "there is no table histroy; did you mean history?"),
    "time": ('time_column = "tss"', "table history has no column tss; did you mean ts?"),
    "tag": ('channel_column = "tga"', "table history has no column tga; did you mean tag?"),
    "value": ('value_column = "valeu"', "table history has no column valeu; did you mean value?"),
}


@pytest.mark.parametrize("what", NAMES)
def test_a_name_that_is_not_there_is_told_with_the_nearest(tmp_path, what):
    File(tmp_path).long((local(30), "PH", 7.0))
    setting, said = NAMES[what]
    key = setting.partition(" ")[0]
    lines = [setting if line.startswith(key) else line for line in LONG.splitlines()]
    desk = watched(tmp_path, sql(URL, "\n".join(lines)), (nothing, lambda desk: desk.failing))
    assert said in desk.failing


def test_a_column_that_is_not_there_costs_its_channel(tmp_path):
    file = File(tmp_path)
    file.do("CREATE TABLE wide (ts, ph, ec)")
    file.do("INSERT INTO wide VALUES (?, ?, ?)", (local(30), 7.0, 800))
    desk = watched(
        tmp_path,
        sql(URL, f'{WIDE}\nzone = "works"', inlet_ph='column = "ph"', inlet_ec='column = "ecc"'),
        (nothing, lambda desk: desk.rows and desk.failing),
    )
    assert desk.failing == "inlet.ec: table wide has no column ecc; did you mean ec?"
    assert desk.of("inlet.ph") == [(ago(30), 7.0, Status.NORMAL)]


def test_a_tag_without_a_row_is_told(tmp_path):
    File(tmp_path).long((local(30), "PH", 7.0))
    desk = watched(tmp_path, sql(URL, KOREAN), (nothing, lambda desk: desk.failing))
    assert "inlet.ec: no row of history since" in desk.failing
    assert 'has tag = "EC": is tag right?' in desk.failing


def test_what_is_no_number_is_missing_and_the_rest_goes_on(tmp_path):
    File(tmp_path).long(
        (local(30), "PH", "Bad"), (local(30), "EC", "0.8"), (local(20), "PH", b"\x00\xff")
    )
    desk = watched(
        tmp_path, sql(URL, KOREAN), (nothing, lambda desk: len(desk.rows) == 3 and desk.failing)
    )
    assert {status for _, _, status in desk.of("inlet.ph")} == {Status.COMM_FAIL}
    assert "is no number" in desk.failing
    assert desk.of("inlet.ec")[0][1] == 800.0


def test_one_row_with_a_wrong_time_costs_itself_only(tmp_path):
    File(tmp_path).long((local(30), "PH", 7.0), ("9999-99-99", "PH", 8.0), ("2" + local(5)[1:10] + " nine", "PH", 9.0), (local(4), "PH", 7.1))  # fmt: skip
    desk = watched(
        tmp_path, sql(URL, KOREAN), (nothing, lambda desk: len(desk.rows) == 2 and desk.failing)
    )
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7.0, 7.1]
    assert "is no time of the form iso" in desk.failing


def test_a_restart_goes_on_where_it_was_left(tmp_path):
    file = File(tmp_path)
    file.long((local(50 * 60), "PH", 7.0), (local(30), "PH", 7.1))
    words = sql(URL, KOREAN, inlet_ph='tag = "PH"')
    first = watched(tmp_path, words, (nothing, lambda desk: len(desk.rows) == 2))
    assert len(first.rows) == 2
    file.long((local(5), "PH", 7.2), (local(40 * 60), "PH", 6.9))
    again = watched(tmp_path, words, (nothing, lambda desk: desk.rows))
    assert [value for _, value, _ in again.of("inlet.ph")] == [7.1, 7.2], (
        "the overlap again, and what is new"
    )
    (tmp_path / "s.cursor").write_text("{ half", encoding="utf-8")
    anew = watched(tmp_path, words, (nothing, lambda desk: desk.rows))
    assert len(anew.rows) == 4, "without its cursor it begins as at the first start"


def test_a_lock_is_waited_for_no_longer_than_it_may_be(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "LOCK_S", 0.2)
    file = File(tmp_path)
    file.long((local(30), "PH", 7.0))
    with closing(sqlite3.connect(file.path, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        desk = watched(
            tmp_path,
            sql(URL, KOREAN, inlet_ph='tag = "PH"'),
            (nothing, lambda desk: "database is locked" in desk.failing),
            (other.rollback, lambda desk: desk.rows and not desk.failing),
        )
    assert desk.of("inlet.ph") == [(ago(30), 7.0, Status.NORMAL)]


def test_a_statement_without_end_is_broken_off(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE_S", 0.3)
    file = File(tmp_path)
    file.long((local(30), "PH", 7.0))
    file.do(
        "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT h.ts, h.tag, i AS value FROM n, history h WHERE i < 0"
    )
    words = sql(URL, KOREAN.replace('"history"', '"endless"'))
    desk = watched(tmp_path, words, (nothing, lambda desk: desk.failing))
    assert "has not answered within 0.3 s" in desk.failing


def test_nothing_can_be_written_through_it(tmp_path):
    File(tmp_path).long((local(30), "PH", 7.0))
    one = Database.of(URL, tmp_path)
    with pytest.raises(SourceError, match="readonly"):
        asyncio.run(one.ask(lambda line: line.exec_driver_sql("DELETE FROM history")))
    missing = Database.of("sqlite:///nowhere.db", tmp_path)
    with pytest.raises(SourceError, match="unable to open"):
        asyncio.run(missing.ask(lambda line: line.exec_driver_sql("SELECT 1")))
    assert not (tmp_path / "nowhere.db").exists()


def test_a_long_table_is_taken_in_bounded_pieces(tmp_path):
    file = File(tmp_path)
    file.do("CREATE TABLE history (ts INTEGER, tag TEXT, value REAL)")
    file.do("CREATE INDEX at ON history (ts)")
    count = 100_000
    rows = (((now() - (count - n) * SECOND) // SECOND, "PH", 7.0) for n in range(count))
    file.do("INSERT INTO history VALUES (?, ?, ?)", *rows)
    desk = watched(
        tmp_path,
        sql(URL, f'{LONG}\ntime_format = "s"\nbackfill = "30 d"', inlet_ph='tag = "PH"'),
        (nothing, lambda desk: len(desk.rows) >= count),
    )
    assert len(desk.rows) == count
    assert max(desk.sizes) == 20_000
    times = [at for at, *_ in desk.of("inlet.ph")]
    assert times == sorted(times)


def test_rows_come_into_the_store_of_a_works(tmp_path):
    File(tmp_path).long(*((local(n), "PH", 7 + n / 100) for n in range(60, 0, -1)))
    found = lived(
        tmp_path,
        sql(URL, KOREAN, inlet_ph='tag = "PH"'),
        lambda engine: engine.status().readings >= 60,
    )
    assert [at for at, *_ in found["inlet.ph"]] == [ago(n) for n in range(60, 0, -1)]
