"""From rows to edges: the few instants at which an alarm's input changes.

An input is TRUE, FALSE or UNKNOWN. A row that failed or is missing is UNKNOWN: a dead probe neither
raises nor returns an alarm. So is a channel of which no row comes at all, from the instant at which its
last reading is older than three intervals: until then that reading stands. A suspect row still counts:
it may be the water, and an alarm that waits for certainty comes late. What keeps a lone spike quiet is
the alarm's own delay, in the open, where the operator set it.

Deadband: an alarm above a limit is TRUE beyond the limit and FALSE once the value has come back over
it by the deadband; in between it stays what it was. A rate of change is taken between successive
readings that count; across a gap there is none, so it is UNKNOWN.

No data is TRUE from the instant at which the last reading that counts is older than the limit. A reading
in that very instant still comes in time, so the silence is known only once time is beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mulmok.judge.alarm.scan import FALSE, NO_ROW, TRUE, UNKNOWN, scan
from mulmok.judge.alarm.states import Input
from mulmok.judge.alarm.watch import Memory, Watch
from mulmok.model.alarm import AlarmInput
from mulmok.model.flag import Flag

#: Flags of rows that say something to an alarm.
_SPEAKS = np.zeros(256, np.bool_)
_SPEAKS[[Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT]] = True
_INPUTS = {FALSE: Input.FALSE, TRUE: Input.TRUE, UNKNOWN: Input.UNKNOWN}
#: Edges there is room for at first; where there are more, the rows are gone through once again.
_ROOM = 256


@dataclass(frozen=True, slots=True)
class Edge:
    """An input became `given`.

    at        when, as it is recorded [ns UTC]
    acts_at   when it takes effect among the alarm's own deadlines; later than `at` where the word of
              it comes later than what it tells [ns UTC]
    known_at  event time at which it could be known [ns UTC]
    """

    at: int
    acts_at: int
    known_at: int
    given: Input
    cause: str


def row_edges(
    watch: Watch, memory: Memory, given: AlarmInput
) -> tuple[Memory, dict[int, list[Edge]]]:
    """Edges of all rules that watch a channel, by the rule's number, each in order of time."""
    block, room = given.block, _ROOM
    heard = _SPEAKS[block.flag] & ~np.isnan(block.value)
    while True:
        after = memory.copied()
        out = np.empty((room, 5), np.int64)
        count = scan(
            block.at, block.value, heard, block.bounds, given.instants,
            watch.kind, watch.channel, watch.sign, watch.limit, watch.deadband, watch.span,
            after.given, after.side, after.at, after.known_at, after.value, out,
        )  # fmt: skip
        if count <= room:
            return after, _told(watch, given, out[:count])
        room = count


def _told(watch: Watch, given: AlarmInput, out: NDArray[np.int64]) -> dict[int, list[Edge]]:
    edges: dict[int, list[Edge]] = {}
    for number, at, code, row, known_at in out.tolist():
        name = watch.channels[watch.rules[number].channel].id
        cause = f"no data {name}"
        if row != NO_ROW:
            cause = f"reading {name}={given.block.value[row]:.6g}"
        edges.setdefault(number, []).append(Edge(at, at, known_at, _INPUTS[code], cause))
    return edges
