"""A raw SCADA dump of a full-scale works goes through import without an exception."""

from __future__ import annotations

import numpy as np
from integration.dump import DUMP, needs_dump

from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import MINUTE, parse_instant
from mulmok.source.files.read import read_readings

NAMES = {
    "TSS_line3": "line3.tss",
    "CODtot_line3": "line3.cod",
    "TSS_line1": "line1.tss",
    "Cond_ns": "ns.ec",
    "NH4_infl": "inlet.nh4_n",
    "Flow_total": "inlet.flow",
}


@needs_dump
def test_the_raw_dump_is_read_with_its_bads_as_missing(tmp_path):
    words = DUMP.read_text(encoding="latin-1")
    header, rest = words.split("\n", 1)
    names = [NAMES.get(name, name) for name in header.strip().split("\t")]
    path = tmp_path / "dump.txt"
    path.write_text("\t".join(names) + "\n" + rest)
    channels = []
    for id_ in NAMES.values():
        q = QUANTITIES[id_.rpartition(".")[2]]
        channels.append(Channel(id_, q, 5 * MINUTE, q.low, q.high, q.resolution, q.rate, 8, 1, 2))
    result = read_readings(
        [path], channels, "Europe/Brussels", time_format="%d-%m-%y %H:%M", ignore_unknown=True
    )
    rows = result.rows
    assert len(rows) == 8640 * len(NAMES)
    assert rows.at[0] == parse_instant("2013-01-01T00:05:00+01:00")
    dead = rows.channel == list(NAMES).index("Cond_ns")
    assert np.isnan(rows.value[dead]).all()
    first = rows.value[: len(NAMES)].tolist()
    assert first[:3] == [168.4570313, 459.5947266, 0]
    assert any('"Bad" instead of a number' in str(warning) for warning in result.warnings)
    assert len(result.ignored) == 48 - len(NAMES)
