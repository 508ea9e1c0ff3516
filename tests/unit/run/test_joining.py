"""Readings that wait together are judged together, and nothing else is moved by it."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np

from mulmok.model.message import Action, Command, Readings, Tick
from mulmok.run.joining import JOINED, Waiting, together


def readings(*at: int, source: str = "plc", received_at: int = 100) -> Readings:
    count = len(at)
    return Readings(
        received_at, np.zeros(count, np.int16), np.array(at, np.int64), np.ones(count),
        np.zeros(count, np.uint8), source,
    )  # fmt: skip


def waits(message, *, joins: bool = True) -> Waiting:
    return Waiting(message, None, Future(), joins)


def test_readings_in_a_row_become_one_message_in_their_order():
    group = [
        waits(readings(3, 1)),
        waits(readings(2, source="sonde", received_at=120)),
        waits(readings(5)),
    ]
    ((message, senders),) = together(group)
    assert message.at.tolist() == [3, 1, 2, 5]
    assert (message.received_at, message.source) == (120, "plc+sonde")
    assert senders == group


def test_a_command_between_them_keeps_its_place():
    command = Command(1, "kim", Action.ACKNOWLEDGE, "ph-low")
    group = [
        waits(readings(1)),
        waits(command, joins=False),
        waits(readings(2)),
        waits(readings(3)),
    ]
    parts = together(group)
    assert [type(message) for message, _ in parts] == [Readings, Command, Readings]
    assert [len(senders) for _, senders in parts] == [1, 1, 2]


def test_readings_whose_sender_is_told_what_became_of_them_stay_alone():
    group = [
        waits(readings(1)),
        waits(readings(2), joins=False),
        waits(readings(3)),
        waits(Tick(4), joins=False),
    ]
    assert [len(senders) for _, senders in together(group)] == [1, 1, 1, 1]


def test_one_message_does_not_grow_without_end():
    large = readings(*range(JOINED - 1))
    assert [
        len(message)
        for message, _ in together([waits(large), waits(readings(1)), waits(readings(2))])
    ] == [JOINED, 1]


def test_work_on_the_store_is_no_message():
    assert together([Waiting(None, lambda store: None, Future())]) == []
