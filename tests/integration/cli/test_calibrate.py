"""`mulmok calibrate` as an outsider uses it: what it says, in both languages, and that it leaves no trace."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from mulmok.cli import main
from mulmok.model.event import Event, Verdict
from mulmok.model.judgement import Judgement
from mulmok.model.time import DAY, parse_instant
from mulmok.store.sqlite import FILE, Store

INLET = {"flow": "1 min", "ph": "1 min", "ec": "1 min", "cod": "5 min", "nh4_n": "5 min"}


TIMES = "3"


def site_file(folder: Path, channels: dict[str, str]) -> str:
    path = folder / "site.toml"
    words = '[works]\nid = "small"\nname = { ko = "작은 처리장", en = "Small works" }\nzone = "Asia/Seoul"\n'
    for quantity, every in channels.items():
        words += (
            f'[[channel]]\nid = "inlet.{quantity}"\nquantity = "{quantity}"\nevery = "{every}"\n'
        )
    path.write_text(
        words + '[[channel]]\nid = "effluent.toc"\nquantity = "toc"\nevery = "30 min"\n'
    )
    return str(path)


def history(
    folder: Path, channels: dict[str, str], days: float, start: str = "2025-01-05T00:00:00+09:00"
) -> tuple[str, str]:
    """A site file and a data folder with so many days of simulated readings."""
    site, readings, data = site_file(folder, channels), folder / "r.parquet", folder / "data"
    asked = ["--days", str(days), "--start", start, "-o", str(readings)]
    assert main(["simulate", site, *asked]) == 0
    assert main(["import", site, str(readings), "--data", str(data)]) == 0
    return site, str(data)


@pytest.fixture(scope="module")
def month(tmp_path_factory) -> tuple[str, str]:
    return history(tmp_path_factory.mktemp("month"), INLET, 22)


def traces(folder: str) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(Path(folder).iterdir())
    }


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["calibrate", *arguments, "--times", TIMES])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


def measured(capsys, site: str, data: str) -> dict:
    code, out, err = said(capsys, site, "--data", data, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_it_says_the_same_in_both_languages_and_leaves_no_trace(month, capsys):
    site, data = month
    before = traces(data)
    code, english, err = said(capsys, site, "--data", data, "--lang", "en")
    assert (code, err) == (0, "")
    assert traces(data) == before
    assert "1 per 30 d" in english
    assert re.search(r"livestock slurry: [\d.]+ % within \d+ min", english)
    code, korean, _ = said(capsys, site, "--data", data, "--lang", "ko")
    assert code == 0
    assert re.search(r"가축분뇨: [\d.]+ %는 \d+분 안에", korean)
    shares = r"[\d.]+ %"
    assert re.findall(shares, english) == re.findall(shares, korean)


def test_one_object_is_the_same_again_while_the_works_runs(month, capsys):
    site, data = month
    alone = measured(capsys, site, data)
    store = Store.open(Path(data))
    try:
        # As a running works does: something is written ahead, and the database is not closed.
        store.know_channels([*(f"inlet.{quantity}" for quantity in INLET), "effluent.toc", "new"])
        before = traces(data)
        assert before["mulmok.sqlite-wal"] != hashlib.sha256(b"").hexdigest()
        assert measured(capsys, site, data) == alone
        after = traces(data)
        # Readers and writers count each other in the shared index; what is kept stays as it was.
        assert {name: after[name] for name in after if not name.endswith("-shm")} == {
            name: before[name] for name in before if not name.endswith("-shm")
        }
    finally:
        store.close()


def test_the_object_has_the_budget_and_every_cause_at_every_share(month, capsys):
    found = measured(capsys, *month)
    assert list(found) == [
        "budget", "days", "from", "judged_from", "to", "warnings", "misses", "threshold", "places",
        "unready", "sensitivity",
    ]  # fmt: skip
    assert found["budget"] == 1.0
    assert found["days"] == pytest.approx(22, abs=0.1)
    assert found["judged_from"] == "2025-01-11T15:00:00Z"
    assert [place["place"] for place in found["places"]] == ["inlet"], "none behind the works"
    by_cause: dict[str, list[dict]] = {}
    for one in found["sensitivity"]:
        assert one["planted"] == 3
        assert 0 <= one["named"] <= one["found"] <= one["planted"]
        assert (one["delay_min"] is None) == (one["found"] == 0)
        by_cause.setdefault(one["cause"], []).append(one)
    assert {"livestock", "acid", "oil", "seawater", "septicity"} <= set(by_cause)
    assert "storm" not in by_cause, "more water is not warned of"
    assert found["warnings"] == []
    slurry = by_cause["livestock"]
    assert slurry[-1]["share"] == 0.1
    assert slurry[-1]["found"] >= 0.9 * slurry[-1]["planted"] > 0
    assert slurry[0]["found"] <= slurry[-1]["found"]


def test_one_channel_only_says_why_little_is_seen_and_what_is_not(tmp_path, capsys):
    site, data = history(tmp_path, {"cod": "5 min"}, 21)
    code, out, err = said(capsys, site, "--data", data, "--lang", "en")
    assert (code, err) == (0, "")
    assert "inlet: one instrument alone shows what is in the water" in out
    assert "no instrument here shows it: septicity" in out
    assert re.search(r"^  oil: ", out, re.MULTILINE)
    assert re.search(r"^  not seen even at 10 %: .*seawater", out, re.MULTILINE)


def test_instruments_that_read_every_half_hour_are_told_as_late(tmp_path, capsys):
    site, data = history(tmp_path, dict.fromkeys(INLET, "30 min"), 21)
    code, out, err = said(capsys, site, "--data", data, "--lang", "en")
    assert (code, err) == (0, "")
    assert "inlet: the quickest instrument reads every 30 min" in out
    delays = [int(minutes) for minutes in re.findall(r"within (\d+) min", out)]
    assert min(delays) > 10, "none sooner than the next reading but one"
    code, out, _ = said(capsys, site, "--data", data, "--lang", "ko")
    assert code == 0
    assert "가장 빠른 수질 계측기도 30분마다 측정합니다" in out


def test_a_history_full_of_events_says_that_there_is_no_quiet_moment(tmp_path, capsys):
    site, data = history(tmp_path, {"ph": "5 min", "cod": "5 min", "nh4_n": "5 min"}, 16)
    begin = parse_instant("2025-01-11T00:00:00+09:00")
    store = Store.open(Path(data))
    try:
        # Of one that was open when mulmok was replaced no end is known: it counts for half a day.
        for number in range(21):
            at = begin + number * DAY // 2
            rain = Event(
                f"rain-{number}", at, at, at, None, None, Verdict.HYDRAULIC, (), None, (), 0.1, 0.5, ()
            )  # fmt: skip
            store.write_bulk(Judgement(events=(rain,)))
    finally:
        store.close()
    before = traces(data)
    code, out, err = said(capsys, site, "--data", data, "--lang", "en")
    assert (code, err) == (0, "")
    assert re.search(r"inlet: too few quiet moments to plant into \([0-4], 5 are needed\)", out)
    assert "Planted" not in out
    assert traces(data) == before
    code, out, _ = said(capsys, site, "--data", data, "--lang", "ko")
    assert "평온한 때가 모자랍니다" in out


def test_too_little_history_says_how_much_is_needed(tmp_path, capsys):
    site, data = history(tmp_path, {"cod": "30 min"}, 5)
    before = traces(data)
    code, out, err = said(capsys, site, "--data", data, "--lang", "en")
    assert (code, out) == (2, "")
    assert "5 are stored; 14 are needed" in err
    assert traces(data) == before
    code, _, err = said(capsys, site, "--data", data, "--lang", "ko")
    assert "5일분이 저장되어 있으며 14일분이 필요합니다" in err


def test_a_year_of_silence_does_not_count_as_history(tmp_path, capsys):
    site, data = history(tmp_path, {"cod": "30 min"}, 20)
    later = [f"2025-12-0{day}T00:00:00+09:00,400" for day in range(1, 4)]
    (tmp_path / "later.csv").write_text("\n".join(["time,inlet.cod", *later]) + "\n")
    assert main(["import", site, str(tmp_path / "later.csv"), "--data", data]) == 0
    code, _, err = said(capsys, site, "--data", data, "--lang", "en")
    assert code == 2
    assert "up to 2025-12-03, 0 are stored" in err


def test_a_works_that_looks_at_no_matter_is_told_so(tmp_path, capsys):
    site, data = history(tmp_path, {"flow": "30 min"}, 1)
    code, _, err = said(capsys, site, "--data", data, "--lang", "en")
    assert code == 2
    assert "no foreign water here" in err


def test_a_folder_without_history_is_named_and_not_made(tmp_path, capsys):
    site = site_file(tmp_path, {"cod": "5 min"})
    code, out, err = said(capsys, site, "--data", str(tmp_path / "none"), "--lang", "en")
    assert (code, out) == (2, "")
    assert "none holds no history; give the folder with --data" in err
    assert not (tmp_path / "none").exists()
    Store.open(tmp_path / "fresh").close()
    before = traces(str(tmp_path / "fresh"))
    code, _, err = said(capsys, site, "--data", str(tmp_path / "fresh"), "--lang", "en")
    assert code == 2
    assert "fresh is empty" in err
    assert traces(str(tmp_path / "fresh")) == before


def test_a_store_that_cannot_be_read_is_named_and_left_alone(tmp_path, capsys):
    site, data = history(tmp_path, {"cod": "30 min"}, 15)
    path = Path(data) / FILE
    whole = path.read_bytes()
    torn = bytearray(whole)
    torn[4096:] = b"\xee" * (len(whole) - 4096)
    for spoilt in (b"this is no database " * 500, bytes(torn)):
        path.write_bytes(spoilt)
        before = traces(data)
        code, out, err = said(capsys, site, "--data", data, "--lang", "en")
        assert (code, out) == (1, "")
        assert err.startswith(f"{path} is damaged or no database (")
        assert err.count("\n") == 1
        assert traces(data) == before


@pytest.mark.parametrize(("option", "value"), [("--seed", "-1"), ("--times", "0")])
def test_a_wrong_option_is_named(tmp_path, capsys, option: str, value: str):
    site = site_file(tmp_path, {"cod": "5 min"})
    assert main(["calibrate", site, option, value, "--lang", "en"]) == 2
    assert option in capsys.readouterr().err
