"""What the rows are watched for: the rules of a works as arrays, and what is remembered of each.

The kernel in `scan` reads the first and writes the second; one entry a rule, in the rules' order.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mulmok.judge.alarm.scan import LEVEL, NOTHING, RATE, REPORTED, SILENCE
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.block import Instants
from mulmok.model.channel import Channel
from mulmok.model.time import NEVER

_KINDS = {
    RuleKind.ABOVE: (LEVEL, 1.0),
    RuleKind.BELOW: (LEVEL, -1.0),
    RuleKind.RATE_ABOVE: (RATE, 1.0),
    RuleKind.RATE_BELOW: (RATE, -1.0),
    RuleKind.NO_DATA: (SILENCE, 1.0),
}


@dataclass(frozen=True, eq=False)
class Watch:
    """The rules as arrays.

    kind      REPORTED, LEVEL, RATE or SILENCE
    sign      +1: beyond is above the limit; -1: below
    limit     signed [canonical unit; per minute for rates]
    deadband  [as limit]
    span      SILENCE: the limit; LEVEL and RATE: how long a reading stands [ns]
    """

    rules: tuple[AlarmRule, ...]
    channels: tuple[Channel, ...]
    kind: NDArray[np.int8] = field(init=False)
    channel: NDArray[np.int64] = field(init=False)
    sign: NDArray[np.float64] = field(init=False)
    limit: NDArray[np.float64] = field(init=False)
    deadband: NDArray[np.float64] = field(init=False)
    span: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        """Lay the rules out."""
        rows = [self._row(rule) for rule in self.rules]
        columns = list(zip(*rows, strict=True)) if rows else [()] * 6
        names = ("kind", "channel", "sign", "limit", "deadband", "span")
        types = (np.int8, np.int64, np.float64, np.float64, np.float64, np.int64)
        for name, column, dtype in zip(names, columns, types, strict=True):
            array = np.array(column, dtype)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def _row(self, rule: AlarmRule) -> tuple[int, int, float, float, float, int]:
        kind, sign = _KINDS.get(rule.kind, (REPORTED, 1.0))
        if kind == REPORTED:
            return kind, -1, sign, 0.0, 0.0, 0
        # Readings with a silence between them have no rate of change.
        span = int(rule.limit) if kind == SILENCE else self.channels[rule.channel].silence
        return kind, rule.channel, sign, sign * rule.limit, rule.deadband, span


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What is remembered of each rule between runs.

    given     last input told, as code of `scan`
    side      last of TRUE and FALSE: what a value within the deadband keeps
    at        last reading that counts; event alarms: the latest end of an event [ns UTC]
    known_at  how far time had come when that reading was known [ns UTC]
    value     that reading's value (rates)
    """

    given: NDArray[np.int8]
    side: NDArray[np.int8]
    at: Instants
    known_at: Instants
    value: NDArray[np.float64]

    @classmethod
    def blank(cls, count: int) -> Memory:
        """Nothing heard of any of `count` rules."""
        return cls(
            np.full(count, NOTHING, np.int8),
            np.full(count, NOTHING, np.int8),
            np.full(count, NEVER, np.int64),
            np.full(count, NEVER, np.int64),
            np.full(count, np.nan),
        )

    def copied(self) -> Memory:
        """Give a copy that may be written to."""
        return Memory(
            self.given.copy(),
            self.side.copy(),
            self.at.copy(),
            self.known_at.copy(),
            self.value.copy(),
        )

    def take(self, number: int, other: Memory, its: int) -> None:
        """Remember of rule `number` what `other` remembers of its rule `its`."""
        self.given[number] = other.given[its]
        self.side[number] = other.side[its]
        self.at[number] = other.at[its]
        self.known_at[number] = other.known_at[its]
        self.value[number] = other.value[its]
