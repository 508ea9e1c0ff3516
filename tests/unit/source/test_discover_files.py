"""What lies in a folder is told to an integrator as settings and channels to choose from."""

from __future__ import annotations

import asyncio
import os

import pytest

from mulmok.model.errors import SourceError
from mulmok.source.files.discover import FilesDiscoverer
from mulmok.source.files.form import Form
from mulmok.source.files.read import read_body
from mulmok.source.files.tables import table_of


def discover(folder, **given):
    (found,) = asyncio.run(FilesDiscoverer.discover({"folder": str(folder), **given}, 10.0))
    return found


SCADA = """\
Inlet works;05.01.2026
TIMESTAMP;PH_IN;EC_IN;NOTE
;pH;mS/cm;
05.01.2026 09:00:00;7,1;0,81;a
05.01.2026 09:01:00;7,2;;b
"""


def test_an_export_is_told_by_its_columns_times_and_newest_cells(tmp_path):
    (tmp_path / "a.csv").write_text(SCADA)
    found = discover(tmp_path)
    assert found.settings == {
        "folder": str(tmp_path), "time_column": "TIMESTAMP", "time_format": "%d.%m.%Y %H:%M:%S",
        "zone": "works", "decimal": ",", "below": 1,
    }  # fmt: skip
    assert [(p.label, p.own, p.shows, p.unit) for p in found.proposals] == [
        ("PH_IN", {"column": "PH_IN"}, "7,2", "pH"),
        ("EC_IN", {"column": "EC_IN"}, "0,81", "mS/cm"),
    ]
    said = " | ".join(map(str, found.remarks))
    for words in (
        "only a.csv was looked at",
        "a guess: %d",
        "no offset",
        "comma",
        "no numbers: NOTE",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("time", "settings"),
    [
        ("2026-01-05T09:00:00+09:00", {}),
        ("2026-01-05 09:00", {"zone": "works"}),
        ("2026/01/05 09:00", {"zone": "works", "time_format": "%Y/%m/%d %H:%M"}),
        ("20260105090000", {"zone": "works", "time_format": "%Y%m%d%H%M%S"}),
        ("2026-01-05 오전 9:00:00", {"zone": "works", "time_format": "%Y-%m-%d %p %I:%M:%S"}),
    ],
)
def test_what_is_proposed_reads_the_file(tmp_path, time, settings):
    from unit.source.channels import make_channel

    words = f"time,PH\n{time},7.1\n"
    (tmp_path / "a.csv").write_text(words, encoding="cp949")
    found = discover(tmp_path)
    assert found.settings == {"folder": str(tmp_path), **settings}
    form = Form(
        zone="Asia/Seoul" if "zone" in settings else None,
        time_format=settings.get("time_format"),
        columns={"PH": "inlet.ph"},
    )
    table = table_of(words.encode("cp949"), "a.csv", form)
    assert read_body(table, [make_channel("inlet.ph")], form).rows.value.tolist() == [7.1]


def test_a_long_file_is_told_by_the_names_in_it(tmp_path):
    (tmp_path / "a.csv").write_text(
        "time,channel,value\n2026-01-05T09:00:00Z,PH,7.1\n2026-01-05T09:00:00Z,EC,812\n"
        "2026-01-05T09:01:00Z,PH,7.2\n"
    )
    found = discover(tmp_path)
    assert [(p.label, p.shows) for p in found.proposals] == [("PH", "7.2"), ("EC", "812")]


def test_the_newest_file_that_can_be_read_is_looked_at(tmp_path):
    for age, (name, words) in enumerate(
        [("broken.csv", b"\x00\x01\x02\x00"), ("new.csv", b"time,A\n2026-01-05T09:00:00Z,1\n"),
         ("old.csv", b"time,B\n2026-01-05T09:00:00Z,1\n")]
    ):  # fmt: skip
        (tmp_path / name).write_bytes(words)
        os.utime(tmp_path / name, (1_767_571_200 - age, 1_767_571_200 - age))
    assert [p.label for p in discover(tmp_path).proposals] == ["A"]


def test_a_folder_of_days_is_looked_into_when_asked(tmp_path):
    (tmp_path / "01").mkdir()
    (tmp_path / "01" / "a.csv").write_text("time,A\n2026-01-05T09:00:00Z,1\n")
    with pytest.raises(SourceError, match="there is no readings file in"):
        discover(tmp_path)
    assert discover(tmp_path, recursive=True).settings["recursive"] is True


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a;b\n1;2\n", "no column looks like times: tell the line of the header"),
        ("<html></html>\n", "this is a web page under another name"),
    ],
)
def test_a_file_nobody_could_read_is_told_of(tmp_path, words, said):
    (tmp_path / "a.csv").write_text(words)
    with pytest.raises(SourceError, match=said):
        discover(tmp_path)


def test_a_folder_that_is_not_there_does_not_answer(tmp_path):
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        discover(tmp_path / "nowhere")
