"""A works with a pH and a flow, fed minute by minute; minutes are counted from `START`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mulmok.judge.alarm.stage import Alarms, views
from mulmok.model.alarm import AlarmInput, AlarmRule, AlarmView, RuleKind
from mulmok.model.block import Block
from mulmok.model.channel import Channel
from mulmok.model.event import Event, Verdict
from mulmok.model.flag import Flag
from mulmok.model.message import Action, Command, SourceState, SourceStatus
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import HOUR, MINUTE

START = 29_000_000 * MINUTE


def channel(id_: str) -> Channel:
    quantity = QUANTITIES[id_.rpartition(".")[2]]
    return Channel(
        id_,
        quantity,
        MINUTE,
        quantity.low,
        quantity.high,
        quantity.resolution,
        quantity.rate,
        quantity.spike_deviations,
        HOUR,
        2 * HOUR,
    )


CHANNELS = (channel("inlet.ph"), channel("inlet.flow"))
#: The alarm of the design: pH below 5, back at 5.2, 2 min on, 5 min off.
PH_LOW = AlarmRule("ph-low", RuleKind.BELOW, 0, 5.0, 0.2, 2 * MINUTE, 5 * MINUTE, 1)
#: The same without delays.
PH_AT_ONCE = replace(PH_LOW, on_delay=0, off_delay=0)

Row = tuple[float, int, float, int]


def block(rows: list[Row]) -> Block:
    """Rows of (minute, channel, value, flag), in any order."""
    rows = sorted(rows, key=lambda row: (row[1], row[0]))
    minute, where, value, flag = zip(*rows, strict=True) if rows else ((), (), (), ())
    count = len(rows)
    bounds = np.searchsorted(np.array(where, np.int64), np.arange(len(CHANNELS) + 1))
    return Block(
        np.array([START + round(m * MINUTE) for m in minute], np.int64),
        np.array(value, np.float64),
        np.array(flag, np.uint8),
        np.zeros(count, np.uint8),
        np.zeros(count, np.uint32),
        bounds.astype(np.int64),
    )


class Works:
    """Alarms with their state, and all that was said of them."""

    def __init__(self, *rules: AlarmRule):
        self.stage = Alarms(rules, CHANNELS)
        self.state = self.stage.start()
        self.upto = START
        self.said, self.transitions, self.refused = [], [], []

    def give(self, rows=(), *, upto=0.0, events=(), commands=(), sources=()):
        """One run; gives what it brought as (minute, from, to)."""
        part = block(list(rows))
        known = np.unique(np.maximum(part.at, self.upto))
        self.upto = max(self.upto, START + round(upto * MINUTE), *part.at.tolist())
        instants = np.unique(np.append(known, self.upto))
        given = AlarmInput(part, events, commands, sources, self.upto, instants)
        self.state, out = self.stage.step(self.state, given)
        said = [(minute(t.at), t.before.value, t.after.value) for t in out.transitions]
        self.said += said
        self.transitions += out.transitions
        self.refused += out.refused
        return said

    def ph(self, at, *values, flag=Flag.GOOD):
        """Readings of the pH, one a minute from `at` on."""
        return self.give([(at + n, 0, value, flag) for n, value in enumerate(values)])

    def tick(self, at):
        return self.give(upto=at)

    def order(self, at, action, *, alarm="ph-low", who="kim", why="", until=None):
        """An operator's command; true unless it was refused."""
        end = None if until is None else START + round(until * MINUTE)
        when = START + round(at * MINUTE)
        command = Command(when, who, Action(action), alarm, why, end)
        refused = len(self.refused)
        self.give(upto=at, commands=(command,))
        return len(self.refused) == refused

    def source(self, at, state, name="plc"):
        status = SourceStatus(START + round(at * MINUTE), name, SourceState(state))
        return self.give(upto=at, sources=(status,))

    def view(self, number=0) -> AlarmView:
        return views(self.state, self.stage.rules)[number]

    @property
    def isa(self) -> str:
        return self.view().state.value


def minute(at: int | None) -> float | None:
    """Minutes since `START`."""
    return None if at is None else (at - START) / MINUTE


def event(id_, said, detected, *, warned=None, ended=None, verdict=Verdict.WATER, known=None):
    """A word on an event, all in minutes."""
    instants = [None if m is None else START + round(m * MINUTE) for m in (warned, ended)]
    return Event(
        id=id_,
        known_at=START + round((said if known is None else known) * MINUTE),
        started_at=START,
        detected_at=START + round(detected * MINUTE),
        warned_at=instants[0],
        ended_at=instants[1],
        verdict=verdict,
        causes=(),
        fraction=None,
        channels=(),
        severity=0.5,
        trust=0.5,
        reasons=(),
        said_at=START + round(said * MINUTE),
    )
