"""The history to a file: what was measured, what was judged of it, and back in."""

import csv
from pathlib import Path

import pytest

from mulmok.cli import main

ROOT = Path(__file__).parents[3]
SITE = str(ROOT / "examples/smallest.toml")
#: The flow is beyond its instrument's range once, and once there is none.
READINGS = """time,inlet.flow,inlet.ph
2026-01-05T00:00:00+09:00,900,7.1
2026-01-05T00:01:00+09:00,999999,7.2
2026-01-05T00:02:00+09:00,NaN,7.1
"""


@pytest.fixture
def data(tmp_path: Path) -> str:
    """A folder with a history."""
    path = tmp_path / "readings.csv"
    path.write_text(READINGS)
    folder = str(tmp_path / "data")
    assert main(["import", SITE, str(path), "--data", folder]) == 0
    return folder


def exported(data: str, path: Path, *options: str) -> list[dict[str, str]]:
    assert main(["export", SITE, "--data", data, "-o", str(path), *options]) == 0
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_long_export_has_the_flag_and_the_reasons_of_each_reading(data, tmp_path: Path):
    rows = exported(data, tmp_path / "long.csv", "--long")
    assert list(rows[0]) == ["time", "channel", "value", "status", "flag", "reasons"]
    flow = [(row["flag"], row["reasons"]) for row in rows if row["channel"] == "inlet.flow"]
    assert [flag for flag, _ in flow] == ["1", "4", "9"]
    assert flow[0][1] == ""
    assert "PHYSICAL_RANGE" in flow[1][1].split()
    assert "MISSING" in flow[2][1].split()


@pytest.mark.parametrize("options", [(), ("--long",)])
def test_what_was_exported_is_taken_back(data, tmp_path: Path, options):
    first = tmp_path / "first.csv"
    rows = exported(data, first, *options)
    again = str(tmp_path / "again")
    assert main(["import", SITE, str(first), "--data", again]) == 0
    assert exported(again, tmp_path / "second.csv", *options) == rows


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-05T00:02:00+09:00", "2026-01-05T00:01:00+09:00"),
        ("2026-01-05T00:01:00+09:00", "2026-01-05T00:01:00+09:00"),
        ("2027-01-01T00:00:00+09:00", None),
        (None, "2025-01-01T00:00:00+09:00"),
    ],
)
def test_a_span_with_nothing_in_it_is_refused_and_nothing_written(
    data, tmp_path: Path, capsys, start, end
):
    out = tmp_path / "out.csv"
    asked = [*(["--from", start] if start else []), *(["--to", end] if end else [])]
    assert main(["export", SITE, "--data", data, "-o", str(out), "--lang", "en", *asked]) == 2
    said = capsys.readouterr().err
    assert "nothing lies between" in said
    assert "the history goes from 2026-01-04T15:00:00Z to 2026-01-04T15:02:00Z" in said
    assert not out.exists()
