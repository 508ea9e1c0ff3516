"""How far a source was taken is known over restarts; the past is asked for in pieces that fit."""

from __future__ import annotations

import asyncio

import pytest
from unit.source.telemetry.making import START, make_setup

from mulmok.model.errors import SourceError
from mulmok.model.time import DAY, HOUR, MINUTE, NEVER, SECOND
from mulmok.source.newest import Newest
from mulmok.source.rtu.plan import Plan
from mulmok.source.takings import in_pieces

EACH = {"a.flow": {}, "a.ph": {}}


def newest(folder, **more) -> Newest:
    return Newest.of(make_setup(EACH, {}, folder=folder, **more))


def test_what_was_noted_is_known_after_a_restart(tmp_path):
    first = newest(tmp_path)
    assert first.level == NEVER
    first.note(0, START)
    first.note(1, START - MINUTE)
    first.note(0, START - HOUR)  # late ones do not set it back
    first.keep()
    again = newest(tmp_path)
    assert (again.at(0), again.at(1), again.level) == (START, START - MINUTE, START)
    assert [path.name for path in tmp_path.iterdir()] == ["field.newest"]


@pytest.mark.parametrize("spoilt", ["", "[]", '{"a.flow": "x"}', '{"a.flow": {}}', "\udcff{"])
def test_a_spoilt_memory_is_told_of_and_all_is_asked_for_anew(tmp_path, spoilt):
    said = []
    (tmp_path / "field.newest").write_text(spoilt, errors="surrogateescape")
    assert newest(tmp_path, report=said.append).level == NEVER
    assert "what was missed is asked for anew" in str(said[0])


def test_somebody_who_only_looks_leaves_no_memory(tmp_path):
    looked = newest(tmp_path, trial=True)
    looked.note(0, START)
    looked.keep()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_remembered_is_the_source_s_fault(tmp_path):
    one = newest(tmp_path / "nowhere")
    one.note(0, START)
    with pytest.raises(SourceError, match="cannot be remembered"):
        one.keep()


def pieces(begin: int, end: int, span: int, room: int):
    """What is asked for where a piece of more than `room` seconds has no room."""
    asked = []

    async def ask(first: int, last: int) -> bool:
        asked.append((first // SECOND, last // SECOND))
        return (last - first) // SECOND + 1 <= room

    asyncio.run(in_pieces(begin * SECOND, end * SECOND, span * SECOND, ask))
    return asked


def test_pieces_follow_each_other_without_a_gap_and_without_a_second_twice():
    assert pieces(0, 10, 4, 100) == [(0, 3), (4, 7), (8, 10)]
    assert pieces(5, 5, 4, 100) == [(5, 5)]
    assert pieces(6, 5, 4, 100) == []


def test_a_piece_without_room_is_halved_until_it_has_some():
    asked = pieces(0, 15, 16, 5)
    assert asked[:3] == [(0, 15), (0, 6), (0, 2)]
    seconds = [
        second for first, last in asked if last - first < 5 for second in range(first, last + 1)
    ]
    assert seconds == list(range(16))


def test_a_second_is_the_least_that_can_be_asked_for():
    assert pieces(0, 2, 1, 0) == [(0, 0), (1, 1), (2, 2)]


def test_no_more_of_the_past_is_asked_for_than_was_agreed():
    plan = Plan.of(make_setup(EACH, {"site": "A", "resend": HOUR}, every=MINUTE))
    assert plan.begin(NEVER, START) == START - HOUR
    assert plan.begin(START - DAY, START) == START - HOUR
    assert plan.begin(START - 10 * MINUTE, START) == START - 12 * MINUTE
    assert plan.begin(START + DAY, START) == START - 2 * MINUTE, "a clock was ahead"
