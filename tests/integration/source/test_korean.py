"""What is wrong with a file is said in the reader's language."""

from __future__ import annotations

import pytest

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import MINUTE
from mulmok.source.files.read import read_readings
from mulmok.text.catalog import render

q = QUANTITIES["ph"]
PH = Channel("inlet.ph", q, MINUTE, q.low, q.high, q.resolution, q.rate, 8, 1, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "time,inlet.ph\n2026-01-01 00:00,7\n",
            ('2번째 줄의 시각 "2026-01-01 00:00"에 시차가 없습니다. +09:00처럼 시차를 쓰십시오'),
        ),
        (
            "time,inlet.ph\n2026-01-01T00:00:00Z",
            "2번째 줄: 2개 항목 중 1개뿐이고 줄바꿈도 없습니다. 아직 쓰는 중인 파일입니까?",
        ),
        (
            "time,inlet.pH\n2026-01-01T00:00:00Z,7\n",
            ('처리장에 "inlet.pH" 채널이 없습니다(비슷한 이름: inlet.ph). 이름을 고치십시오'),
        ),
        ("", "파일이 비어 있습니다. 머리글 줄과 측정값이 있어야 합니다"),
    ],
)
def test_a_wrong_file_is_explained_in_korean(tmp_path, content, message):
    path = tmp_path / "day.csv"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_readings([path], [PH])
    assert render(caught.value.text, "ko").endswith(message)
