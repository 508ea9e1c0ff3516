"""`mulmok replay` as an outsider uses it: the same bytes whenever and however it is run."""

import itertools
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from integration.dump import DUMP, needs_dump

from mulmok.cli import main

EXAMPLE = str(Path(__file__).parents[3] / "examples/miryang.toml")


@pytest.fixture(scope="module")
def month(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("simulated") / "month.parquet"
    assert main(["simulate", EXAMPLE, "--days", "30", "--events", "-o", str(path)]) == 0
    return path


def replayed(out: Path, *readings: Path, site: str = EXAMPLE) -> tuple[bytes, bytes]:
    assert main(["replay", site, *map(str, readings), "--out", str(out)]) == 0
    return (out / "events.jsonl").read_bytes(), (out / "alarms.jsonl").read_bytes()


def test_a_month_twice_and_in_pieces_gives_the_same_bytes(month: Path, tmp_path: Path):
    first = replayed(tmp_path / "first", month)
    assert first == replayed(tmp_path / "second", month)
    table = pq.read_table(month)
    cuts = [0, 7_001, 7_002, 20_000, 33_333, table.num_rows]
    pieces = []
    for number, (begin, end) in enumerate(itertools.pairwise(cuts)):
        pieces.append(tmp_path / f"piece{number}.parquet")
        pq.write_table(table.slice(begin, end - begin), pieces[-1])
    assert first == replayed(tmp_path / "pieces", *pieces)
    events = [json.loads(line) for line in first[0].splitlines()]
    assert any(event["verdict"] == "water" and event["warned_at"] for event in events)
    assert first[1]


def test_an_event_line_has_the_keys_of_the_contract(month: Path, tmp_path: Path):
    events, alarms = replayed(tmp_path / "out", month)
    event = json.loads(events.splitlines()[0])
    assert list(event) == [
        "id", "started_at", "detected_at", "warned_at", "ended_at", "verdict", "causes",
        "fraction", "channels", "severity", "trust", "reasons",
    ]  # fmt: skip
    assert set(event["reasons"]) == {"ko", "en"}
    alarm = json.loads(alarms.splitlines()[0])
    assert list(alarm) == ["alarm", "at", "known_at", "from", "to", "state", "priority", "cause"]
    for line in alarms.splitlines():
        states = {json.loads(line)[key] for key in ("from", "to", "state")}
        assert states <= {"NORM", "UNACK", "ACKED", "RTNUN", "SHLVD", "DSUPR", "OOSRV"}


def test_one_summary_object_is_printed_with_json(month: Path, capsys, tmp_path: Path):
    assert main(["replay", EXAMPLE, str(month), "--json", "--out", str(tmp_path)]) == 0
    summary = json.loads(capsys.readouterr().out)
    judged = sum(summary[flag] for flag in ("good", "suspect", "failed", "missing"))
    assert summary["readings"] == judged > 300_000
    assert summary["events"] > 0


SCADA = {
    "Flow_total": ("inlet.flow", "flow"),
    "NH4_infl": ("inlet.nh4_n", "nh4_n"),
    "Cond_ns": ("inlet.ec", "ec"),
    "Turb_ns": ("inlet.turbidity", "turbidity"),
    "Temp_ns": ("inlet.temperature", "temperature"),
    "CODtot_line1": ("line1.cod", "cod"),
    "CODtot_line2": ("line2.cod", "cod"),
    "CODtot_line3": ("line3.cod", "cod"),
    "TSS_line1": ("line1.tss", "tss"),
    "TSS_line2": ("line2.tss", "tss"),
    "TSS_line3": ("line3.tss", "tss"),
    "NO3_line1": ("line1.no3_n", "no3_n"),
}


@needs_dump
def test_a_raw_scada_dump_passes_with_its_bads_missing_and_its_dead_channels_dead(tmp_path: Path):
    lines = DUMP.read_text(encoding="utf-8").splitlines()
    header = [
        "time",
        *(SCADA.get(name, (f"other.{name}",))[0] for name in lines[0].split("\t")[1:]),
    ]
    dump = tmp_path / "dump.tsv"
    dump.write_text("\n".join(["\t".join(header), *lines[1:]]) + "\n", encoding="utf-8")
    site = tmp_path / "site.toml"
    channels = "".join(
        f'[[channel]]\nid = "{name}"\nquantity = "{quantity}"\nevery = "5 min"\n'
        for name, quantity in SCADA.values()
    )
    site.write_text(
        '[works]\nid = "full-scale"\nname = { ko = "실제", en = "Full scale" }\n'
        f'zone = "Europe/Brussels"\n{channels}',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    options = ["--zone", "Europe/Brussels", "--time-format", "%d-%m-%y %H:%M", "--ignore-unknown"]
    assert main(["replay", str(site), str(dump), "--out", str(out), *options]) == 0
    flags = pq.read_table(out / "flags.parquet").to_pydict()

    def share(channel: str, flag: int) -> float:
        mine = [f for c, f in zip(flags["channel"], flags["flag"], strict=True) if c == channel]
        return mine.count(flag) / len(mine)

    # Literal `Bad` all month: missing. Zero all month: dead, not a measurement of clean water.
    assert share("inlet.ec", 9) == 1.0
    assert share("line1.cod", 4) > 0.95
    assert share("line1.tss", 4) > 0.95
    # The ammonium analyser stood still for a quarter of the month; the rest is believed.
    assert share("inlet.nh4_n", 1) > 0.6
    assert share("inlet.flow", 1) > 0.98
