"""Whatever bytes a file holds, it is read or refused with a message; nothing else happens."""

from __future__ import annotations

import contextlib
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.source.channels import make_channel

from mulmok.model.errors import InputError
from mulmok.model.time import MINUTE
from mulmok.source.files.form import Form
from mulmok.source.files.read import read_body
from mulmok.source.files.tables import table_of

CHANNELS = (
    make_channel("inlet.ph"),
    make_channel("inlet.ec"),
    make_channel("inlet.tn", 30 * MINUTE),
)
WIDE = b"time,inlet.ph,inlet.ph:status,inlet.ec\n" + b"".join(
    b"2026-01-01T00:%02d:00+09:00,7.%d,,70%d\n" % (i, i, i) for i in range(5)
)
LONG = b"time,channel,value,status\n" + b"".join(
    b"2026-01-01 00:%02d,inlet.ph,7.%d,NORMAL\n" % (i, i) for i in range(5)
)


def parquet() -> bytes:
    sink = io.BytesIO()
    at = pa.array([1_767_225_600_000_000_000], pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"time": at, "inlet.ph": [7.0]}), sink)
    return sink.getvalue()


BASES = [(WIDE, "a.csv"), (LONG, "a.csv"), (parquet(), "a.parquet")]
BITES = b', " ; \t \n \r \xff NaN Bad 1e999 - Z +99:99 9999 0026 inf time channel 7,1'.split(b" ")
edit = st.tuples(st.floats(0, 1), st.integers(0, 9), st.sampled_from(BITES) | st.binary(max_size=3))


@settings(max_examples=400)
@given(
    st.sampled_from(BASES),
    st.lists(edit, min_size=1, max_size=4),
    st.sampled_from([None, "Asia/Seoul", "Europe/Brussels"]),
)
def test_a_damaged_file_is_read_or_refused(base, edits, zone):
    content, name = bytearray(base[0]), base[1]
    for place, length, bite in edits:
        begin = int(place * len(content))
        content[begin : begin + length] = bite
    with contextlib.suppress(InputError):
        read_body(table_of(bytes(content), name), CHANNELS, Form(zone))


@pytest.mark.parametrize("base", BASES)
def test_the_files_damaged_above_are_whole(base):
    assert len(read_body(table_of(*base), CHANNELS, Form("Asia/Seoul")).rows) > 0


def test_a_year_beyond_counting_is_a_wrong_year():
    for year in ("0026", "2526", "9999"):
        body = f"time,inlet.ph\n{year}-01-01T00:00:00Z,7\n".encode()
        with pytest.raises(InputError, match=f"{year}-01-01T00:00:00Z lies outside the years"):
            read_body(table_of(body, "a.csv"), CHANNELS, Form())


def test_line_ends_of_old_machines_are_understood():
    assert (
        len(read_body(table_of(WIDE.replace(b"\n", b"\r"), "a.csv"), CHANNELS, Form()).rows) == 10
    )
