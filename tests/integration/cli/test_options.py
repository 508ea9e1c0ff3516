"""What is typed wrong is refused before anything begins, in one line that says what would be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mulmok.cli import main

SITE = str(Path(__file__).parents[3] / "examples/smallest.toml")
HANGUL = re.compile("[가-힣]")


def refused(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    assert main(list(typed)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err.rstrip("\n")


SIMULATE = ["simulate", SITE, "-o", "out.csv"]
EXPORT = ["export", SITE, "-o", "out.csv"]
PORT = "a whole number from 1 to 65535"
YEARS = "a time in the years 1990 to 2100"
ISO = "ISO 8601 with an offset, such as 2026-01-31T09:00:00+09:00"
DAYS = "more than 0.001 and at most 3660"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["demo", "--port", "99999"], f'--port: have "99999", want {PORT}'),
        (["run", SITE, "--port", "0"], f'--port: have "0", want {PORT}'),
        (["run", SITE, "--port", "http"], f'--port: have "http", want {PORT}'),
        (["demo", "--speed", "nan"], '--speed: have "nan", want more than 0 and at most 3600'),
        ([*SIMULATE, "--days", "nan"], f'--days: have "nan", want {DAYS}'),
        ([*SIMULATE, "--days=-1"], f'--days: have "-1", want {DAYS}'),
        ([*SIMULATE, "--days", "inf"], f'--days: have "inf", want {DAYS}'),
        ([*SIMULATE, "--days", "a week"], f'--days: have "a week", want {DAYS}'),
        (
            [*SIMULATE, "--start", "2099-12-31T00:00:00Z", "--days", "3"],
            '--days: have "3", want days that end before the year 2100',
        ),
        (
            [*SIMULATE, "--start", "9999-12-31T00:00:00-09:00"],
            f'--start: have "9999-12-31T00:00:00-09:00", want {YEARS}',
        ),
        ([*SIMULATE, "--start", "2026-01-05"], f'--start: have "2026-01-05", want {ISO}'),
        (
            [*SIMULATE, "--seed=-1"],
            '--seed: have "-1", want a whole number from 0 to 9223372036854775807',
        ),
        (
            [*EXPORT, "--from", "0001-01-01T00:00:00+00:00"],
            f'--from: have "0001-01-01T00:00:00+00:00", want {YEARS}',
        ),
        ([*EXPORT, "--to", "yesterday"], f'--to: have "yesterday", want {ISO}'),
        (["run", SITE, "--host="], "--host: the address is empty; want one such as 127.0.0.1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_could(
    capsys, tmp_path: Path, monkeypatch, typed: list[str], said: str
):
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, *typed) == said
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


def test_a_host_that_is_no_name_is_refused(capsys, tmp_path: Path):
    host = "a" * 70
    said = refused(capsys, "run", SITE, "--data", str(tmp_path / "data"), "--host", host)
    assert said.startswith(f"cannot listen on {host} port 8420: ")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("typed", "english", "korean"),
    [
        (["run"], "missing: SITE", "빠진 항목: SITE"),
        (["run", "a", "--speling"], "not understood: --speling", "알 수 없는 입력: --speling"),
        (["rnu"], 'COMMAND: have "rnu", want one of demo, check, ', 'COMMAND: 입력값 "rnu", '),
        (["run", "a", "--host"], "--host: a value is missing after it", "--host: 뒤에 값이"),
        (["replay", "a"], "missing: READINGS", "빠진 항목: READINGS"),
        (
            ["replay", "a", "b", "--json=x"],
            '--json takes no value; have "x" with it',
            "--json에는 값을 붙이지 않습니다",
        ),
        (
            ["simulate", "a", "--s", "1"],
            '"--s" is short for several: --start, --seed',
            '"--s"로 시작하는 옵션이 여럿입니다: --start, --seed',
        ),
        (
            ["user", "drop"],
            'act: have "drop", want one of add, list, remove',
            'act: 입력값 "drop", 필요한 값: add, list, remove 중 하나',
        ),
    ],
)
def test_a_slip_of_the_command_line_is_told_in_the_readers_language(
    capsys, typed: list[str], english: str, korean: str
):
    said = refused(capsys, *typed, "--lang=en")
    assert said.startswith(english)
    assert said.endswith('--help"')
    said = refused(capsys, *typed, "--lang=ko")
    assert said.startswith(korean)
    assert said.endswith('--help"를 보십시오')


def test_a_language_nobody_speaks_here_is_refused_in_the_one_that_holds(capsys, monkeypatch):
    monkeypatch.setenv("MULMOK_LANG", "ko")
    assert refused(capsys, "warm", "--lang", "fr").startswith('--lang: 입력값 "fr", 필요한 값: ')


@pytest.mark.parametrize("typed", [[], ["run"], ["simulate"], ["user"]])
def test_the_help_has_no_english_of_its_own_for_a_korean_reader(capsys, typed: list[str]):
    with pytest.raises(SystemExit) as ended:
        main([*typed, "--lang", "ko", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("사용법: mulmok")
    headings = [line for line in said.splitlines() if line.endswith(":")]
    assert headings
    assert all(HANGUL.search(line) for line in headings)
    assert "show" not in said
