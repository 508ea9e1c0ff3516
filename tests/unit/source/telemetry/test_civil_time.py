"""Civil time without an offset, where clocks never change and on the days on which they do."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mulmok.model.time import HOUR, MINUTE, SECOND, parse_instant
from mulmok.source.civil_time import CivilTime, Within

FORM = "%Y%m%d%H%M%S"
SEOUL, BERLIN = (CivilTime(ZoneInfo(name)) for name in ("Asia/Seoul", "Europe/Berlin"))
#: The hour from 2 to 3 comes twice in Berlin on that night.
BACK = parse_instant("2026-10-25T01:00:00Z")
FORTH = parse_instant("2026-03-29T01:00:00Z")


def local(words: str) -> datetime:
    return datetime.strptime(words, FORM)  # noqa: DTZ007


def test_where_clocks_never_change_a_time_is_one_instant():
    at = parse_instant("2026-10-25T02:30:00+09:00")
    assert SEOUL.instants(local("20261025023000")) == (at,)
    assert SEOUL.write(at, FORM) == "20261025023000"
    assert SEOUL.span(at, at + HOUR, FORM) == ("20261025023000", "20261025033000")


def test_an_hour_that_comes_twice_is_two_instants():
    assert BERLIN.instants(local("20261025023000")) == (BACK - HOUR // 2, BACK + HOUR // 2)


def test_an_hour_that_never_was_is_read_with_the_offset_before():
    assert BERLIN.instants(local("20260329023000")) == (FORTH + HOUR // 2,)


def test_what_is_shown_now_is_of_the_later_hour_unless_that_is_still_to_come():
    half_past_two = local("20261025023000")
    for now, at in (
        (BACK - HOUR // 2 + 10 * SECOND, BACK - HOUR // 2),
        (BACK + HOUR // 2 + 10 * SECOND, BACK + HOUR // 2),
    ):
        assert BERLIN.about(now)("FVOLUD", half_past_two) == at


def test_a_span_over_the_change_holds_both_hours():
    begin, end = BERLIN.span(BACK - 2 * HOUR, BACK + 10 * MINUTE, FORM)
    assert begin <= "20261025010000"
    assert end >= "20261025025959"
    begin, end = BERLIN.span(FORTH - HOUR, FORTH + HOUR, FORM)
    assert (begin, end) == ("20260329010000", "20260329040000")


def records(step: int = 20 * MINUTE) -> list[tuple[int, datetime]]:
    """Three hours around the change as a device writes them, in order."""
    instants = range(BACK - 2 * HOUR, BACK + 2 * HOUR, step)
    return [(at, local(BERLIN.write(at, FORM))) for at in instants]


def written(sent, *items: str):
    return [(item, one) for _, one in sent for item in items]


def test_of_records_asked_for_by_time_the_order_tells_which_hour_it_is():
    place = Within(BERLIN, BACK - 2 * HOUR, BACK + 2 * HOUR, written(records(), "FVOLUD"))
    assert [place("FVOLUD", written) for _, written in records()] == [at for at, _ in records()]


def test_items_in_turn_are_placed_each_by_its_own_order():
    span = BACK - 2 * HOUR, BACK + 2 * HOUR
    place = Within(BERLIN, *span, written(records(), "FVOLUD", "CONRAD"))
    for at, shown in records():
        assert place("FVOLUD", shown) == at
        assert place("CONRAD", shown) == at


@pytest.mark.parametrize("size", [HOUR, 30 * MINUTE, 20 * MINUTE])
def test_piece_by_piece_each_record_is_placed_once_and_rightly(size):
    """A device sends both hours when it is asked for either."""
    placed = []
    for begin in range(BACK - 2 * HOUR, BACK + 2 * HOUR, size):
        end = begin + size - SECOND
        low, high = BERLIN.span(begin, end, FORM)
        sent = [pair for pair in records() if low <= BERLIN.write(pair[0], FORM) <= high]
        place = Within(BERLIN, begin, end, written(sent, "FVOLUD"))
        found = [(at, place("FVOLUD", written)) for at, written in sent]
        placed += [pair for pair in found if pair[1] is not None]
    assert placed == [(at, at) for at, _ in records()]


def test_what_was_not_asked_for_has_no_place():
    place = Within(SEOUL, 0, HOUR, [])
    assert place("FVOLUD", local("20261025023000")) is None


def test_a_device_that_keeps_one_of_the_hours_only_is_believed_for_the_one_asked_for():
    sent = [(BACK, local("20261025020000")), (BACK, local("20261025022000"))]
    second = Within(BERLIN, BACK, BACK + HOUR, written(sent, "FVOLUD"))
    assert second("FVOLUD", local("20261025022000")) == BACK + 20 * MINUTE
