"""`mulmok import` says how much of what it was given was new."""

from __future__ import annotations

from pathlib import Path

import pytest

from mulmok.cli import main

SMALLEST = str(Path(__file__).parents[3] / "examples/smallest.toml")


def test_importing_twice_says_what_was_there_already(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    rows = [f"2026-01-05T00:{m:02d}:00+09:00,{900 + m},7.1\n" for m in range(10)]

    def imported(name: str, *lines: str) -> str:
        path = tmp_path / name
        path.write_text("".join(["time,inlet.flow,inlet.ph\n", *lines]), encoding="utf-8")
        assert main(["import", SMALLEST, str(path), "--data", str(tmp_path / "data")]) == 0
        return capsys.readouterr().out

    data = tmp_path / "data"
    assert imported("a.csv", *rows[:6]) == f"12 readings and 0 events are in {data}\n"
    assert imported("a.csv", *rows[:6]) == (
        f"0 new readings are in {data}; 12 were there already and stay as they were\n"
    )
    assert imported("b.csv", *rows[4:]) == (
        f"8 new readings are in {data}; 4 were there already and stay as they were\n"
    )


def test_an_export_with_names_of_its_own_is_imported(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    path = tmp_path / "scada.csv"
    path.write_text("T;PH_IN\n05-01-2026 09:00;7.1\n05-01-2026 09:01;7.", encoding="utf-8")
    typed = [
        "import",
        SMALLEST,
        str(path),
        "--data",
        str(tmp_path / "data"),
        "--zone",
        "Asia/Seoul",
    ]
    typed += ["--time-format", "%d-%m-%Y %H:%M", "--column", "T=time"]
    assert main([*typed, "--column", "PH_IN=inlet.ph"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("1 readings ")
    assert err == (
        f"{path}, line 3 has no line end, so its last value may be cut short: the line was left "
        "out; end it to have it read\n"
    )
    for wrong in ("PH_IN", "=inlet.ph", "T=inlet.ph"):
        assert main([*typed, "--column", wrong]) == 2
        assert f'--column: have "{wrong}", want NAME=CHANNEL' in capsys.readouterr().err
