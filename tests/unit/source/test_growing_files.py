"""Files that grow while they are watched: a line counts once it has its end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.source.channels import make_channel
from unit.source.dropping import HEAD, Drop

from mulmok.source.files.line_ends import whole_lines

LINES = HEAD + "".join(f"2026-01-01T00:{m:02d}:00Z,7.{m:02d},{700 + m}\n" for m in range(6))


@given(st.lists(st.integers(1, len(LINES)), max_size=6), st.sampled_from(["utf-8", "utf-16"]))
def test_wherever_a_writer_pauses_every_reading_is_taken_once_and_none_is_cut(
    tmp_path_factory, pauses, encoding
):
    folder = tmp_path_factory.mktemp("drop")
    works = (make_channel("inlet.ph"), make_channel("inlet.ec"))
    drop, whole = Drop(folder, works), LINES.encode(encoding)
    for pause in [*sorted(min(2 * p, len(whole)) for p in pauses), len(whole)]:
        (folder / "a.csv").write_bytes(whole[:pause])
        drop.look(3)
    at = np.concatenate([arrival.at for arrival in drop.arrivals])
    assert len(np.unique(at)) == 6
    assert sorted(drop.values) == sorted(
        [7 + m / 100 for m in range(6)] + [700.0 + m for m in range(6)]
    )
    assert drop.said == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_whole_lines_of_a_file_end_with_its_last_line_end(encoding, end):
    mark = "" if encoding == "utf-8" else "\ufeff"
    # U+0A0D and U+0D0A hold the bytes of line ends without being any.
    body = (mark + end.join(["time", "7", ""])).encode(encoding)
    assert whole_lines(body + "\u0a0d\u0d0a".encode(encoding)) == len(body)
    assert whole_lines((mark + "time").encode(encoding)) == 0
