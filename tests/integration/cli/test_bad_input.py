"""Bad files: one clear message in the reader's language, the exit code of the contract, nothing half done."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from integration.cli.small import GOOD

from mulmok.cli import main

LINES = GOOD.splitlines(keepends=True)
BEGUN = {"events.jsonl", "alarms.jsonl", "flags.parquet"}

Replay = Callable[..., tuple[int, str]]


@pytest.fixture
def replay(said, smallest: str, tmp_path: Path) -> Replay:
    """Replay a file of this content: exit code and errors; all outputs are there, or none."""

    def run(content: str | bytes, *options: str) -> tuple[int, str]:
        path, out = tmp_path / "readings.csv", tmp_path / "out"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code, err = said("replay", smallest, str(path), "--out", str(out), *options)
        there = {made.name for made in out.iterdir()} if out.exists() else set()
        assert there == (BEGUN if code == 0 else set())
        return code, err.replace(str(tmp_path), "")

    return run


def judged(tmp_path: Path, channel: str) -> list[tuple[Any, ...]]:
    """Value, status, flag and reasons of a channel's readings, in time order."""
    rows = pq.read_table(tmp_path / "out/flags.parquet").to_pylist()
    rows = sorted((row for row in rows if row["channel"] == channel), key=lambda row: row["time"])
    return [(row["value"], row["status"], row["flag"], row["reasons"]) for row in rows]


def test_a_wrong_site_file_names_every_line_have_and_want(said, smallest: str, tmp_path: Path):
    site = tmp_path / "site.toml"
    wrong = Path(smallest).read_text().replace('range = ["0", "14"]', 'range = ["14", "0"]')
    site.write_text(wrong.replace('every = "1 min"', 'every = "1 m3"', 1))
    code, err = said("check", str(site))
    assert code == 2
    first, second = err.splitlines()
    assert first.endswith(
        'site.toml:10 channel.inlet.flow.every: have "1 m3", want a duration such as "1 min"'
    )
    assert second.endswith(
        'site.toml:16 channel.inlet.ph.range: have "14 .. 0", want the lower end first'
    )
    code, err = said("check", "--lang", "ko", str(site))
    assert code == 2
    assert 'channel.inlet.flow.every: 입력값 "1 m3", 필요한 값: ' in err


def test_a_file_that_is_not_there_is_named(said, smallest: str, tmp_path: Path):
    code, err = said("replay", smallest, str(tmp_path / "nowhere.csv"), "--out", str(tmp_path))
    assert (code, err) == (2, f"{tmp_path / 'nowhere.csv'}: there is no such file\n")
    assert not list(tmp_path.iterdir())


def test_naive_times_need_a_zone(replay: Replay):
    naive = GOOD.replace("+09:00", "")
    code, err = replay(naive)
    assert code == 2
    assert err == (
        '/readings.csv: naive time "2026-01-05T00:00:00" on line 2: '
        "write an offset such as +09:00, or give --zone Asia/Seoul\n"
    )
    assert replay(naive, "--zone", "Asia/Seoul") == (0, "")


def test_a_half_written_file_names_its_last_line_and_gives_nothing(replay: Replay):
    assert replay(GOOD + "2026-01-05T00:03:00+09:00,9") == (
        2,
        "/readings.csv, line 5 has 2 of 3 fields and no line end: is the file still being written?\n",
    )


def test_reversed_times_are_sorted_and_said(replay: Replay, tmp_path: Path):
    code, err = replay(LINES[0] + LINES[3] + LINES[1] + LINES[2])
    assert code == 0
    assert err == "/readings.csv: 2 rows were out of time order, the first on line 3: sorted\n"
    assert [value for value, *_ in judged(tmp_path, "inlet.ph")] == [7.1, 7.2, 7.1]
    assert [value for value, *_ in judged(tmp_path, "inlet.flow")] == [900, 901, 902]


def test_of_doubled_times_the_first_is_kept_and_said(replay: Replay, tmp_path: Path):
    code, err = replay(GOOD + LINES[3].replace("7.1", "9.9"))
    assert code == 0
    assert err == (
        "2 rows repeat a channel and time already read (1 with another value): the first is kept\n"
    )
    assert judged(tmp_path, "inlet.ph")[-1] == (7.1, "NORMAL", 1, "")
    assert len(judged(tmp_path, "inlet.ph")) == 3


def test_an_unknown_channel_is_named_with_the_nearest(replay: Replay, tmp_path: Path):
    misspelt = GOOD.replace("inlet.ph", "inlet.hp")
    code, err = replay(misspelt)
    assert code == 2
    assert err == (
        '/readings.csv: the site has no channel "inlet.hp" (nearest: inlet.ph, inlet.flow): '
        "correct the name, or leave it out with --ignore-unknown\n"
    )
    assert replay(misspelt, "--ignore-unknown")[0] == 0
    assert not judged(tmp_path, "inlet.ph")
    assert len(judged(tmp_path, "inlet.flow")) == 3


@pytest.mark.parametrize("word", ["inf", "-inf", "1e308", "-9999"])
def test_a_value_no_water_has_fails_and_touches_no_other(replay: Replay, tmp_path: Path, word: str):
    assert replay(GOOD.replace("7.2", word)) == (0, "")
    before, wild, after = judged(tmp_path, "inlet.ph")
    assert wild == (float(word), "NORMAL", 4, "PHYSICAL_RANGE INSTRUMENT_RANGE")
    assert before == after == (7.1, "NORMAL", 1, "")
    assert {flag for *_, flag, _ in judged(tmp_path, "inlet.flow")} == {1}


@pytest.mark.parametrize("word", ["NaN", "Bad"])
def test_a_word_for_a_value_is_missing_and_said(replay: Replay, tmp_path: Path, word: str):
    code, err = replay(GOOD.replace("7.2", word))
    assert code == 0
    assert err == f'1 cells say "{word}" instead of a number: taken as missing\n'
    before, missing, after = judged(tmp_path, "inlet.ph")
    assert missing in [(None, "NORMAL", 9, "MISSING"), (math.nan, "NORMAL", 9, "MISSING")]
    assert before == after == (7.1, "NORMAL", 1, "")


WITH_STATUS = (
    GOOD.replace("inlet.ph\n", "inlet.ph,inlet.ph:status\n")
    .replace("7.1\n", "7.1,\n")
    .replace("7.2\n", "0,COMM_FAIL\n")
)


def test_a_value_with_a_meaningless_status_is_missing_not_zero(
    capsys, smallest: str, tmp_path: Path
):
    path, out = tmp_path / "readings.csv", tmp_path / "out"
    path.write_text(WITH_STATUS)
    assert main(["replay", smallest, str(path), "--out", str(out), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["readings"], summary["good"], summary["missing"]) == (6, 5, 1)
    before, cut_off, after = judged(tmp_path, "inlet.ph")
    # The number that came is kept beside the word that says it means nothing.
    assert cut_off == (0.0, "COMM_FAIL", 9, "STATUS")
    assert before == after == (7.1, "NORMAL", 1, "")


def test_a_status_nobody_knows_names_line_and_column(replay: Replay):
    code, err = replay(WITH_STATUS.replace("COMM_FAIL", "BROKEN"))
    assert code == 2
    assert err.startswith('/readings.csv, line 3: inlet.ph:status has "BROKEN": want NORMAL, ')


def test_rubbish_is_no_readings_file(replay: Replay):
    assert replay(bytes(range(256)) * 4) == (
        2,
        "/readings.csv: this is no text: want CSV, Parquet or XLSX\n",
    )


def test_an_out_folder_that_cannot_be_made_is_named(said, smallest: str, good: Path):
    code, err = said("replay", smallest, str(good), "--out", str(good / "out"))
    assert code == 2
    assert err == (
        f"{good / 'out'}: cannot write here (Not a directory); give another --out folder\n"
    )
