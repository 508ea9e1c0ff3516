"""Which readings follow from what an OPC UA server tells, and from what it shows when asked."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from unit.source.opcua_samples import GONE, T0, good, point

from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, SECOND, from_datetime
from mulmok.source.opcua.board import Board
from mulmok.source.opcua.decode import Sample
from mulmok.source.opcua.node_name import parse_node
from mulmok.source.opcua.plan import Node, Plan
from mulmok.source.port import Arrival


def board(clock: str = "source", **more: object) -> Board:
    nodes = tuple(Node(parse_node(f"i={number}"), MINUTE, 9) for number in (1, 2))
    return Board(Plan({0: point(**more)}, nodes, SECOND, 1, 3, SECOND), clock)  # type: ignore[arg-type]


def listed(arrival: Arrival) -> list[tuple[int, float, int]]:
    return list(
        zip(arrival.at.tolist(), arrival.value.tolist(), arrival.status.tolist(), strict=True)
    )


def test_what_changed_in_an_interval_is_not_said_to_be_still_so():
    one = board()
    assert listed(one.told([(0, good(7.0))], T0)) == [(T0, 7.0, 0)]
    assert one.unheard({0: T0 + MINUTE}) == [0]
    assert listed(one.still({0: T0})) == []
    assert listed(one.still({0: T0 + MINUTE})) == [(T0 + MINUTE, 7.0, 0)]
    at = T0 + 90 * SECOND
    assert listed(one.told([(0, good(7.2, at))], at)) == [(at, 7.2, 0)]
    assert one.unheard({0: T0 + 2 * MINUTE}) == []
    assert listed(one.still({0: T0 + 2 * MINUTE})) == []


@pytest.mark.parametrize("behind", [0, 2, 4.9, 29])
@pytest.mark.parametrize("after", [0.5, 1, 3, 30, 58])
def test_a_clock_that_is_a_little_behind_neither_doubles_readings_nor_turns_them_round(
    behind, after
):
    one, rows = board(), []
    for count in range(9):
        turn = T0 + count * MINUTE
        assert one.unheard({0: turn}) == ([] if count else [0])
        rows += listed(one.still({0: turn}))
        now = turn + int(after * SECOND)
        rows += listed(one.told([(0, good(float(count), now - int(behind * SECOND)))], now))
    values = [value for at, value, _ in sorted(rows) if at > T0]
    assert values == [float(count) for count in range(9)][-len(values) :]
    assert len(rows) == 10  # before anything was told, nothing stood there


def test_a_clock_that_is_far_behind_leaves_a_channel_with_readings_of_now():
    one = board()
    for turn in (T0, T0 + MINUTE):
        one.told([(0, good(7.0, turn - 9 * HOUR))], turn + SECOND)
        assert listed(one.still({0: turn + MINUTE})) == [(turn + MINUTE, 7.0, 0)]


def test_a_repetition_is_no_reading():
    one = board()
    one.told([(0, good(7.0))], T0)
    assert listed(one.told([(0, good(7.0))], T0 + SECOND)) == []
    assert listed(one.told([(0, good(7.0, T0 + SECOND))], T0 + SECOND)) == [(T0 + SECOND, 7.0, 0)]
    first, second = good(math.nan, T0 + MINUTE), good(math.nan, T0 + MINUTE)
    assert len(one.told([(0, first)], T0 + MINUTE)) == 1
    assert len(one.told([(0, second)], T0 + MINUTE)) == 0


def test_what_changes_while_its_time_stands_still_gets_another_time():
    one = board()
    one.told([(0, good(7.0))], T0)
    server = T0 + 2 * SECOND
    assert listed(one.told([(0, good(7.1, server=server))], T0 + 5 * SECOND)) == [(server, 7.1, 0)]
    now = T0 + 9 * SECOND
    rows = one.told([(0, good(7.2, server=server)), (0, good(7.3, server=server))], now)
    assert listed(rows) == [(now, 7.2, 0), (now + 1, 7.3, 0)]


def test_an_answer_that_is_older_than_what_was_told_meanwhile_changes_nothing():
    one = board()
    one.told([(0, good(7.5, T0 + SECOND))], T0 + SECOND)
    assert listed(one.told([(0, good(7.0, T0))], T0 + 2 * SECOND, took=1)) == []
    assert listed(one.still({0: T0 + 2 * MINUTE})) == [(T0 + 2 * MINUTE, 7.5, 0)]
    # A clock that was put back tells so by itself.
    assert listed(one.told([(0, good(7.0, T0))], T0 + 3 * SECOND)) == [(T0, 7.0, 0)]


def test_a_value_that_is_no_longer_kept_up_is_not_still_so():
    one = board()
    one.told([(0, good(7.0))], T0)
    one.told([(0, Sample(7.0, 0x40900000, "UncertainLastUsableValue", "", T0))], T0 + SECOND)
    ((_, value, status),) = listed(one.still({0: T0 + 2 * MINUTE}))
    assert math.isnan(value)
    assert status == Status.COMM_FAIL


def test_a_time_that_cannot_be_is_passed_over_for_the_servers_and_then_ours():
    for source, server, at in [
        (0, T0 - 1, T0 - 1), (None, None, T0), (2**62, 5, T0), (T0 - 2, T0 - 1, T0 - 2),
    ]:  # fmt: skip
        one = board()
        assert listed(one.told([(0, good(7.0, source, server=server))], T0))[0][0] == at
    assert listed(board("server").told([(0, good(7.0, T0 - 2, server=T0 - 1))], T0))[0][0] == T0 - 1


def test_our_time_keeps_the_distances_of_what_comes_together():
    wrong = from_datetime(datetime(2001, 1, 1, tzinfo=UTC))
    came = [(0, good(7.0 + step, wrong + step * SECOND)) for step in range(3)]
    rows = listed(board("ours").told(came, T0))
    assert [at for at, _, _ in rows] == [T0 - 2 * SECOND, T0 - SECOND, T0]


def test_a_node_that_is_not_there_rests_before_it_is_asked_again():
    one = board()
    assert len(one.told([(0, Sample(None, GONE, "BadNodeIdUnknown"))], T0)) == 0
    assert one.worth_asking([0], T0 + 59 * SECOND) == []
    assert one.worth_asking([0], T0 + MINUTE) == [0]
    ((_, value, status),) = listed(one.still({0: T0 + MINUTE}))
    assert math.isnan(value)
    assert status == Status.COMM_FAIL
    assert str(one.trouble) == "inlet.ph at i=1: the server knows no such node"


def test_a_clock_that_is_off_is_trouble_and_no_matter_where_ours_is_taken():
    for off, clock, says in [
        (-300 * SECOND, "source", "5 min behind"), (3600 * SECOND, "server", "1 h ahead"),
        (2 * SECOND, "source", None), (3600 * SECOND, "ours", None),
    ]:  # fmt: skip
        one = board(clock)
        one.told([(0, good(7.0))], T0)
        one.hear_clock(T0 + off, T0 - SECOND, T0 + SECOND)
        assert (says is None and one.trouble is None) or str(says) in str(one.trouble)
