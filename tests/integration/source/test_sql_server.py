"""A historian in PostgreSQL: a real server with a password, locked, hung, killed and changed."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator

import pytest
from integration.source.historian import PASSWORD, Historian
from integration.source.pull_desk import Desk, ago, lived, now
from integration.source.sql_desk import LONG, WIDE, local, nothing, sql, utc, watched

from mulmok.model.errors import SourceError
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.source.sql import database
from mulmok.source.sql.database import Database
from mulmok.source.sql.discover import SqlDiscoverer

URL = "env:HISTORIAN_URL"
PH = {"inlet_ph": 'tag = "PH"'}
TABLE = "CREATE TABLE history (ts timestamptz, tag varchar(20), value numeric, state text)"


@pytest.fixture(scope="module")
def server() -> Iterator[Historian]:
    one = Historian()
    try:
        yield one
    finally:
        one.close()


@pytest.fixture
def historian(server: Historian, monkeypatch) -> Historian:
    monkeypatch.setenv("HISTORIAN_URL", server.url)
    server.do("DROP TABLE IF EXISTS history, wide CASCADE", TABLE)
    return server


def insert(historian: Historian, *rows: tuple[object, str, object], table: str = "history"):
    values = ", ".join(f"('{at}', '{tag}', {value})" for at, tag, value in rows)
    return lambda: historian.do(f"INSERT INTO {table} (ts, tag, value) VALUES {values}")


def test_points_in_time_with_their_zone_are_read_and_asked_by(tmp_path, historian):
    first = insert(historian, (utc(7200), "PH", 6), (utc(30), "PH", 7.05), (utc(30), "EC", "'NaN'"))
    desk = watched(
        tmp_path,
        sql(URL),
        (first, lambda desk: len(desk.rows) == 2),
        (
            insert(historian, (utc(29), "PH", 7.1), (utc(1), "PH", 7.2)),
            lambda desk: len(desk.rows) == 4,
        ),
    )
    assert desk.of("inlet.ph") == [
        (ago(30), 7.05, Status.NORMAL),
        (ago(29), 7.1, Status.NORMAL),
        (ago(1), 7.2, Status.NORMAL),
    ]


def test_times_without_a_zone_are_the_works_own_where_zone_says_so(tmp_path, historian):
    historian.do("CREATE TABLE wide (ts timestamp, tag int, value float4)")
    insert(historian, (local(30), "17", 7.5), (local(30), "18", 9), table="wide")()
    words = sql(URL, LONG.replace("history", "wide"), inlet_ph='tag = "17"')
    desk = watched(tmp_path / "a", words, (nothing, lambda desk: desk.failing))
    assert "time_column ts: its times have no offset: want the setting zone" in desk.failing
    words = sql(URL, LONG.replace("history", "wide") + '\nzone = "works"', inlet_ph='tag = "17"')
    desk = watched(tmp_path / "b", words, (nothing, lambda desk: desk.rows))
    assert desk.of("inlet.ph") == [(ago(30), 7.5, Status.NORMAL)], "tags may be numbers"


def test_clocks_that_were_never_set_hide_nothing(tmp_path, historian):
    rows = (("infinity", "PH", 1), (utc(-86_400 * 400), "PH", 2), (utc(10), "PH", 7))
    desk = watched(
        tmp_path,
        sql(URL, **PH),
        (insert(historian, *rows), lambda desk: desk.rows),
        (insert(historian, (utc(5), "PH", 7.1)), lambda desk: len(desk.rows) > 1),
    )
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7.0, 7.1]


def test_a_wrong_password_is_said_and_not_shown(tmp_path, historian, monkeypatch):
    monkeypatch.setenv("HISTORIAN_URL", historian.url.replace(PASSWORD, "wr0ng"))
    desk = watched(tmp_path, sql(URL), (nothing, lambda desk: desk.failing))
    assert "refuses the sign-in" in desk.failing
    assert "are user and password in url right?" in desk.failing
    assert "wr0ng" not in repr(desk.states)


def test_a_schema_a_table_and_a_column_that_are_not_there_are_told(tmp_path, historian):
    for setting, said in (
        ('table = "history"\nschema = "scada"', "there is no table scada.history"),
        ('table = "History"', "there is no table History; did you mean history?"),
    ):
        words = sql(URL, LONG.replace('table = "history"', setting))
        desk = watched(tmp_path, words, (nothing, lambda desk: desk.failing))
        assert said in desk.failing


def test_a_lock_is_waited_for_no_longer_than_it_may_be(tmp_path, historian, monkeypatch):
    monkeypatch.setattr(database, "LOCK_S", 0.2)
    insert(historian, (utc(10), "PH", 7))()
    import psycopg

    with psycopg.connect(historian.url) as other:
        desk = watched(
            tmp_path,
            sql(URL, **PH),
            (nothing, lambda desk: desk.rows),
            (
                lambda: other.execute("LOCK TABLE history IN ACCESS EXCLUSIVE MODE"),
                lambda desk: "lock timeout" in desk.failing,
            ),
            (other.rollback, lambda desk: True),
            (insert(historian, (utc(5), "PH", 7.1)), lambda desk: not desk.failing),
        )
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7.0, 7.1]


def test_a_statement_that_takes_too_long_is_ended_by_the_server(historian, tmp_path, monkeypatch):
    monkeypatch.setattr(database, "STATEMENT_S", 0.2)
    one = Database.of(historian.url, tmp_path)
    with pytest.raises(SourceError, match="statement timeout"):
        asyncio.run(one.ask(lambda line: line.exec_driver_sql("SELECT pg_sleep(60)")))


def test_nothing_can_be_written_through_it(historian, tmp_path):
    one = Database.of(historian.url, tmp_path)
    with pytest.raises(SourceError, match="read-only transaction"):
        asyncio.run(one.ask(lambda line: line.exec_driver_sql("DELETE FROM history")))


def test_a_server_that_hangs_is_let_go_and_taken_up_again(tmp_path, historian, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE_S", 1.0)
    insert(historian, (utc(10), "PH", 7))()

    async def story() -> Desk:
        async with Desk(tmp_path, sql(URL, **PH)) as desk:
            await desk.until(lambda: desk.rows)
            historian.hang(signal.SIGSTOP)
            try:
                await desk.until(lambda: "has not answered within 1 s" in desk.failing)
            finally:
                historian.hang(signal.SIGCONT)
            await asyncio.to_thread(insert(historian, (utc(5), "PH", 7.1)))
            await desk.until(lambda: len(desk.rows) == 2 and not desk.failing)
            return desk

    assert [value for _, value, _ in asyncio.run(story()).of("inlet.ph")] == [7.0, 7.1]


def test_a_server_that_is_killed_and_comes_back_loses_nothing(tmp_path, historian):
    desk = watched(
        tmp_path,
        sql(URL, **PH),
        (insert(historian, (utc(10), "PH", 7)), lambda desk: desk.rows),
        (historian.kill, lambda desk: desk.failing),
        (historian.start, lambda desk: True),
        (
            insert(historian, (utc(5), "PH", 7.1)),
            lambda desk: len(desk.rows) == 2 and not desk.failing,
        ),
    )
    assert [value for _, value, _ in desk.of("inlet.ph")] == [7.0, 7.1]


def test_a_table_that_changes_its_types_is_read_as_it_is_then(tmp_path, historian):
    iso = """to_char(ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    change = (
        "ALTER TABLE history ALTER value TYPE text",
        f"ALTER TABLE history ALTER ts TYPE text USING {iso}",
    )
    later = [
        (utc(n).strftime("%Y-%m-%dT%H:%M:%SZ"), "PH", value)
        for n, value in ((5, "'7.1'"), (4, "'n/a?'"))
    ]
    desk = watched(
        tmp_path,
        sql(URL, **PH),
        (insert(historian, (utc(10), "PH", 7)), lambda desk: desk.rows),
        (lambda: historian.do(*change), lambda desk: desk.one.tally.failures),
        (insert(historian, *later), lambda desk: len(desk.rows) == 3),
    )
    assert desk.of("inlet.ph")[1] == (ago(5), 7.1, Status.NORMAL)
    assert desk.of("inlet.ph")[2][2] is Status.COMM_FAIL


def test_a_column_that_goes_costs_its_channel(tmp_path, historian):
    historian.do("CREATE TABLE wide (ts timestamptz, ph float8, ec float8)")

    def row(seconds: float, columns: str, *values: float):
        listed = ", ".join(map(str, values))
        return lambda: historian.do(
            f"INSERT INTO wide ({columns}) VALUES ('{utc(seconds)}', {listed})"
        )

    words = sql(
        URL, WIDE, inlet_ph='column = "ph"|every = "1 s"', inlet_ec='column = "ec"|every = "1 s"'
    )
    desk = watched(
        tmp_path,
        words,
        (row(10, "ts, ph, ec", 7, 800), lambda desk: len(desk.rows) == 2),
        (
            lambda: historian.do("ALTER TABLE wide DROP ec"),
            lambda desk: "no column ec" in str(desk.one.source.trouble),
        ),
        (row(5, "ts, ph", 7.1), lambda desk: len(desk.of("inlet.ph")) == 2),
    )
    assert len(desk.of("inlet.ec")) == 1


def test_a_million_rows_are_taken_in_bounded_pieces(tmp_path, historian):
    historian.do(
        "INSERT INTO history SELECT to_timestamp(n), CASE WHEN n % 2 = 0 THEN 'PH' ELSE 'EC' END, 7 "
        f"FROM generate_series({now() // SECOND - 999_999}, {now() // SECOND}) n",
        "CREATE INDEX ON history (ts)",
    )
    words = sql(URL, f'{LONG}\nbackfill = "30 d"')
    desk = watched(tmp_path, words, (nothing, lambda desk: len(desk.rows) >= 1_000_000))
    assert max(desk.sizes) == 20_000
    assert len(desk.rows) == len({row[:2] for row in desk.rows}) == 1_000_000


def test_rows_come_into_the_store_of_a_works(tmp_path, historian):
    insert(historian, *((utc(n), "PH", 7 + n / 100) for n in range(60, 0, -1)))()
    found = lived(tmp_path, sql(URL, **PH), lambda engine: engine.status().readings >= 60)
    assert [at for at, *_ in found["inlet.ph"]] == [ago(n) for n in range(60, 0, -1)]


def test_tables_of_times_and_numbers_are_discovered(historian):
    insert(historian, *((utc(n), tag, n / 10) for n in range(9) for tag in ("PH_IN", "EC_IN")))()
    historian.do(
        "CREATE TABLE wide (ts timestamp, ph float8, note text)", "DROP TABLE IF EXISTS people"
    )
    historian.do(
        f"INSERT INTO wide VALUES ('{local(1)}', 7.2, 'x')", "CREATE TABLE people (name text)"
    )
    found = asyncio.run(SqlDiscoverer.discover({"url": historian.url}, 20))
    long, wide = found
    assert (long.settings["channel_column"], long.settings["time_column"]) == ("tag", "ts")
    assert [one.own for one in long.proposals] == [{"tag": "EC_IN"}, {"tag": "PH_IN"}]
    assert wide.settings["zone"] == "works"
    assert [(one.own, one.shows) for one in wide.proposals] == [({"column": "ph"}, "7.2")]
