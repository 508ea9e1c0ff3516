"""Bad input: one clear message in the reader's language, the exit code of the contract, nothing half done."""

import socket
import sqlite3
from pathlib import Path

import pytest

from mulmok.cli import main

ROOT = Path(__file__).parents[3]
SMALLEST = str(ROOT / "examples/smallest.toml")
GOOD = """time,inlet.flow,inlet.ph
2026-01-05T00:00:00+09:00,900,7.1
2026-01-05T00:01:00+09:00,901,7.2
2026-01-05T00:02:00+09:00,902,7.1
"""


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.err


def replay(capsys, tmp_path: Path, content: str | bytes, *options: str) -> tuple[int, str]:
    path = tmp_path / "readings.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    out = tmp_path / "out"
    code, err = said(capsys, "replay", SMALLEST, str(path), "--out", str(out), *options)
    assert (code == 0) == (out / "events.jsonl").exists()
    assert not list(out.glob(".replay-*")), "nothing half done is left"
    return code, err


def test_a_wrong_site_file_names_line_have_and_want(capsys, tmp_path: Path):
    site = tmp_path / "site.toml"
    wrong = Path(SMALLEST).read_text().replace('range = ["0", "14"]', 'range = ["14", "0"]')
    site.write_text(wrong.replace('every = "1 min"', 'every = "1 m3"', 1))
    code, err = said(capsys, "check", str(site))
    assert code == 2
    assert 'channel.inlet.flow.every: have "1 m3", want a duration such as' in err
    assert "site.toml:16 channel.inlet.ph.range" in err
    code, err = said(capsys, "check", "--lang", "ko", str(site))
    assert code == 2
    assert "입력값" in err


def test_a_file_that_is_not_there_is_named(capsys):
    code, err = said(capsys, "replay", SMALLEST, "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in err


def test_naive_times_need_a_zone(capsys, tmp_path: Path):
    naive = GOOD.replace("+09:00", "")
    code, err = replay(capsys, tmp_path, naive)
    assert code == 2
    assert "readings.csv" in err
    assert "--zone" in err
    code, _ = replay(capsys, tmp_path, naive, "--zone", "Asia/Seoul")
    assert code == 0


def test_a_half_written_file_names_its_last_line(capsys, tmp_path: Path):
    code, err = replay(capsys, tmp_path, GOOD + "2026-01-05T00:03:00+09:00,9")
    assert code == 2
    assert "readings.csv" in err
    assert "5" in err


def test_reversed_and_doubled_times_are_put_right_and_said(capsys, tmp_path: Path):
    lines = GOOD.splitlines()
    mixed = (
        "\n".join([lines[0], lines[3], lines[1], lines[2], lines[2].replace("7.2", "7.3")]) + "\n"
    )
    code, err = replay(capsys, tmp_path, mixed)
    assert code == 0
    assert "readings.csv" in err
    assert err.strip()


def test_an_unknown_channel_is_named_with_the_nearest(capsys, tmp_path: Path):
    code, err = replay(capsys, tmp_path, GOOD.replace("inlet.ph", "inlet.hp"))
    assert code == 2
    assert "inlet.hp" in err
    assert "inlet.ph" in err
    assert "--ignore-unknown" in err
    code, _ = replay(capsys, tmp_path, GOOD.replace("inlet.ph", "inlet.hp"), "--ignore-unknown")
    assert code == 0


@pytest.mark.parametrize("word", ["inf", "-inf", "1e308", "NaN", "Bad", "-9999"])
def test_no_value_is_too_wild(capsys, tmp_path: Path, word: str):
    code, _ = replay(capsys, tmp_path, GOOD.replace("7.2", word))
    assert code == 0


def test_a_value_with_a_meaningless_status_is_missing_not_zero(capsys, tmp_path: Path):
    with_status = (
        GOOD.replace("inlet.ph\n", "inlet.ph,inlet.ph:status\n")
        .replace("7.1\n", "7.1,\n")
        .replace("7.2\n", "0,COMM_FAIL\n")
    )
    code, _ = replay(capsys, tmp_path, with_status, "--json")
    assert code == 0


def test_rubbish_is_no_readings_file(capsys, tmp_path: Path):
    code, err = replay(capsys, tmp_path, bytes(range(256)) * 4)
    assert code == 2
    assert "readings.csv" in err


def test_an_out_folder_that_cannot_be_made_is_named(capsys, tmp_path: Path):
    path = tmp_path / "r.csv"
    path.write_text(GOOD)
    code, err = said(capsys, "replay", SMALLEST, str(path), "--out", str(path / "out"))
    assert code == 2
    assert "--out" in err


def imported(capsys, tmp_path: Path, data: Path) -> tuple[int, str]:
    path = tmp_path / "r.csv"
    path.write_text(GOOD)
    return said(capsys, "import", SMALLEST, str(path), "--data", str(data))


def test_a_corrupt_database_is_named_and_left_alone(capsys, tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    rubbish = b"this is no database " * 500
    (data / "mulmok.sqlite").write_bytes(rubbish)
    code, err = imported(capsys, tmp_path, data)
    assert code == 1
    assert "mulmok.sqlite" in err
    assert (data / "mulmok.sqlite").read_bytes() == rubbish


def test_a_database_in_use_by_another_mulmok_is_refused(capsys, tmp_path: Path):
    from mulmok.store.sqlite import Store

    data = tmp_path / "data"
    store = Store.open(data)
    try:
        code, err = imported(capsys, tmp_path, data)
    finally:
        store.close()
    assert code == 1
    assert str(data) in err
    code, _ = imported(capsys, tmp_path, data)
    assert code == 0


def test_a_database_of_a_newer_mulmok_is_refused(capsys, tmp_path: Path):
    data = tmp_path / "data"
    assert imported(capsys, tmp_path, data)[0] == 0
    connection = sqlite3.connect(data / "mulmok.sqlite")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    code, err = imported(capsys, tmp_path, data)
    assert code == 1
    assert "999" in err


def test_a_port_in_use_is_named(capsys, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, err = said(capsys, "run", SMALLEST, "--data", str(tmp_path / "data"), "--port", port)
    assert code == 2
    assert port in err
    assert "--port" in err


def test_an_unknown_option_is_answered_like_any_other_fault(capsys):
    code, err = said(capsys, "replay", "--speling")
    assert code == 2
    assert "--help" in err
