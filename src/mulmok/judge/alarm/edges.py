"""From rows to edges: the few instants at which an alarm's input changes.

An input is TRUE, FALSE or UNKNOWN. A row that may not be computed with (suspect, bad, missing) is
UNKNOWN: a single spike rings nothing, and a dead probe neither raises nor returns an alarm. Rows are
looked at here, in a kernel, once for each rule; the machines see only the edges.

Deadband: an alarm above a limit is TRUE beyond the limit and FALSE once the value has come back
over it by the deadband; in between it stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.judge.alarm.states import Input
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.block import Block, Instants

#: Codes of the inputs in the kernels' arrays; NOTHING: never heard.
NOTHING, FALSE, TRUE, UNKNOWN = range(4)
INPUTS = {FALSE: Input.FALSE, TRUE: Input.TRUE, UNKNOWN: Input.UNKNOWN}

LEVEL_KINDS = (RuleKind.ABOVE, RuleKind.BELOW)
RATE_KINDS = (RuleKind.RATE_ABOVE, RuleKind.RATE_BELOW)


@dataclass(frozen=True, slots=True)
class Edge:
    """At `at` the input became `given`; it could be known at `known_at` [ns UTC]."""

    at: int
    known_at: int
    given: Input
    cause: str


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What the edges of all rules remember, one entry a rule.

    given   last input told
    side    last of TRUE and FALSE: what a value within the deadband keeps
    at      last usable reading [ns UTC]
    value   its value (rates)
    """

    given: NDArray[np.int8]
    side: NDArray[np.int8]
    at: Instants
    value: NDArray[np.float64]

    def copied(self) -> Memory:
        """Give a copy that may be written to."""
        return Memory(self.given.copy(), self.side.copy(), self.at.copy(), self.value.copy())


def level_edges(
    rule: AlarmRule,
    number: int,
    name: str,
    block: Block,
    usable: NDArray[np.bool_],
    memory: Memory,
    instants: Instants,
) -> list[Edge]:
    """Edges of a limit on the value; writes to `memory`."""
    rows = block.rows(rule.channel)
    out = np.empty((rows.stop - rows.start, 2), np.int64)
    sign = 1.0 if rule.kind is RuleKind.ABOVE else -1.0
    count = _level(
        block.value[rows], usable[rows], sign, sign * rule.limit, rule.deadband,
        number, memory.given, memory.side, out,
    )  # fmt: skip
    return _told(block, rows.start, out[:count], name, "", instants)


def rate_edges(
    rule: AlarmRule,
    number: int,
    name: str,
    every: int,
    block: Block,
    usable: NDArray[np.bool_],
    memory: Memory,
    instants: Instants,
) -> list[Edge]:
    """Edges of a limit on the change per minute; writes to `memory`."""
    rows = block.rows(rule.channel)
    out = np.empty((rows.stop - rows.start, 2), np.int64)
    sign = 1.0 if rule.kind is RuleKind.RATE_ABOVE else -1.0
    count = _rate(
        block.at[rows], block.value[rows], usable[rows], sign, sign * rule.limit, rule.deadband,
        3 * every, number, memory.given, memory.side, memory.at, memory.value, out,
    )  # fmt: skip
    return _told(block, rows.start, out[:count], name, "rate ", instants)


def _told(
    block: Block, first: int, out: NDArray[np.int64], name: str, what: str, instants: Instants
) -> list[Edge]:
    edges = []
    for row, code in out.tolist():
        at = int(block.at[first + row])
        known = int(instants[np.searchsorted(instants, at)])
        cause = f"{what}reading {name}={block.value[first + row]:.6g}"
        edges.append(Edge(at, known, INPUTS[code], cause))
    return edges


def silence_edges(
    rule: AlarmRule,
    number: int,
    name: str,
    block: Block,
    usable: NDArray[np.bool_],
    memory: Memory,
    instants: Instants,
) -> list[Edge]:
    """Edges of "no data": TRUE when the last usable reading is `limit` old; writes to `memory`."""
    if memory.given[number] == NOTHING:
        # Never heard: the waiting began when the works did.
        memory.at[number] = instants[0]
        memory.given[number] = FALSE
    limit, edges = int(rule.limit), list[Edge]()
    rows = block.rows(rule.channel)
    heard = block.at[rows][usable[rows]]
    last = int(memory.at[number])
    breaks = np.flatnonzero(np.diff(heard, prepend=last) > limit)
    for index in breaks.tolist():
        before = last if index == 0 else int(heard[index - 1])
        if memory.given[number] != TRUE:
            edges.append(_silent(before + limit, instants, name))
            memory.given[number] = TRUE
        at = int(heard[index])
        known = int(instants[np.searchsorted(instants, at)])
        edges.append(Edge(at, known, Input.FALSE, f"reading {name}"))
        memory.given[number] = FALSE
    if len(heard):
        if memory.given[number] == TRUE:
            at = int(heard[0])
            known = int(instants[np.searchsorted(instants, at)])
            edges.append(Edge(at, known, Input.FALSE, f"reading {name}"))
            memory.given[number] = FALSE
        last = max(last, int(heard[-1]))
        memory.at[number] = last
    if memory.given[number] != TRUE and int(instants[-1]) > last + limit:
        edges.append(_silent(last + limit, instants, name))
        memory.given[number] = TRUE
    return edges


def _silent(at: int, instants: Instants, name: str) -> Edge:
    known = int(instants[min(np.searchsorted(instants, at, side="right"), len(instants) - 1)])
    return Edge(at, known, Input.TRUE, f"no data {name}")


@njit(cache=True, nogil=True)
def _level(value, usable, sign, limit, deadband, number, given, side, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    count = 0
    for row in range(len(value)):
        code = 3
        if usable[row]:
            x = sign * value[row]
            if x > limit:
                code = 2
            elif x <= limit - deadband:
                code = 1
            else:
                code = side[number] if side[number] != 0 else 1
            side[number] = code
        if code != given[number]:
            given[number] = code
            out[count, 0] = row
            out[count, 1] = code
            count += 1
    return count


@njit(cache=True, nogil=True)
def _rate(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, usable, sign, limit, deadband, span, number, given, side, last_at, last_value, out  # noqa: ANN001
):
    count = 0
    for row in range(len(value)):
        code = 3
        if usable[row]:
            dt = at[row] - last_at[number]
            if 0 < dt <= span:
                x = sign * (value[row] - last_value[number]) / (dt / 60_000_000_000.0)
                if x > limit:
                    code = 2
                elif x <= limit - deadband:
                    code = 1
                else:
                    code = side[number] if side[number] != 0 else 1
                side[number] = code
            last_at[number] = at[row]
            last_value[number] = value[row]
        if code != given[number]:
            given[number] = code
            out[count, 0] = row
            out[count, 1] = code
            count += 1
    return count
