"""What a works may send: rows in the order of arrival, and what happens between them.

A stream is made of segments, a few for each channel, so that hypothesis can shrink it to the one
segment that matters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st
from laws.works import ALARMS, CHANNELS, START, USUAL
from numpy.typing import NDArray

from mulmok.model.message import (
    Action,
    Command,
    Message,
    Readings,
    SourceState,
    SourceStatus,
    Tick,
)
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND

#: How far a clock may be ahead: within what the order bears, and beyond.
AHEAD = (90 * SECOND, 4 * MINUTE, 40 * MINUTE)
#: How long after the last row every stream is watched, so that all deadlines pass.
AFTERWARDS = 24 * 60 * MINUTE


@dataclass(frozen=True)
class Stream:
    """Rows as they arrive, and messages that come before the row of that number.

    clocks   (row, our clock) from that row on; before the first of them nobody knows it
    """

    rows: Readings
    between: tuple[tuple[int, Message], ...] = ()
    clocks: tuple[tuple[int, int], ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def messages(self, cuts: tuple[int, ...] = (), ticks: int | None = None) -> list[Message]:
        """All of it, the rows cut before the given ones.

        ticks   put a tick into every seam, so far ahead of it [ns]; ahead of it at all, it overtakes
                readings
        """
        said_between = {number for number, _ in self.between}
        edges = sorted({0, len(self), *cuts, *said_between, *(row for row, _ in self.clocks)})
        said = list[Message]()
        for begin, end in zip(edges, [*edges[1:], len(self)], strict=True):
            said += [message for number, message in self.between if number == begin]
            if ticks is not None and 0 < begin < len(self):
                said.append(Tick(self._seam(begin) + ticks))
            if end > begin:
                rows = part(self.rows, slice(begin, end))
                said.append(replace(rows, received_at=self._clock(begin)))
        return [*said, Tick(int(self.rows.at.max()) + AFTERWARDS)]

    def _clock(self, row: int) -> int:
        return max((clock for first, clock in self.clocks if first <= row), default=0)

    def _seam(self, row: int) -> int:
        """Some instant between what came before the row and what comes from it on."""
        before, after = int(self.rows.at[:row].max()), int(self.rows.at[row:].min())
        return before + max(after - before, 0) // 2

    def changed_from(self, row: int) -> Stream:
        """Give a stream that agrees up to the row's instant and has other values from there on."""
        value = self.rows.value.copy()
        late = self.rows.at >= self.rows.at[row]
        value[late] = np.where(np.isfinite(value[late]), value[late] / 2 + 1, 3.0)
        return replace(self, rows=replace(self.rows, value=value))

    def without_values(self) -> Stream:
        """Give a stream in which nothing was measured."""
        return replace(self, rows=replace(self.rows, value=np.full(len(self), np.nan)))


def part(rows: Readings, which: slice | NDArray[np.int64]) -> Readings:
    """Some rows of a message as a message."""
    return Readings(0, rows.channel[which], rows.at[which], rows.value[which], rows.status[which])


#: What a channel may show over a segment, as multiples of its usual value; k counts its rows.
_SHAPES = {
    "usual": lambda k: 1 + 0.01 * np.sin(k * 2.4),
    "same": lambda k: np.ones(len(k)),
    "ramp": lambda k: 1 + 0.2 * k,
    "high": lambda k: 3 + 0.02 * np.cos(k * 1.7),
    "low": lambda k: 0.2 + 0.001 * k,
    "spike": lambda k: np.where(k % 7 == 3, 9.0, 1 + 0.01 * np.sin(k)),
    "noise": lambda k: np.where(k % 2 == 0, 0.4, 2.5) + 0.01 * k,
    "zero": lambda k: np.zeros(len(k)),
    "negative": lambda k: -k - 0.5,
    "nothing": lambda k: np.full(len(k), np.nan),
    "infinite": lambda k: np.where(k % 2 == 0, np.inf, -np.inf),
    "huge": lambda k: np.where(k % 2 == 0, 1e308, -1e308),
}

_segment = st.tuples(
    st.sampled_from(sorted(_SHAPES)),
    st.integers(1, 25),
    st.sampled_from((1.0, 1.0, 1.0, 0.5, 2.0, 4.0, 45.0)),
    st.sampled_from((Status.NORMAL,) * 10 + tuple(Status)),
)


def _rows(
    channel: int, segments: list[tuple[str, int, float, Status]], first: int
) -> list[Readings]:
    made, at = [], START + first * 17 * SECOND
    for shape, count, pace, status in segments:
        step = int(pace * CHANNELS[channel].every)
        instants = at + step * np.arange(count, dtype=np.int64)
        at = int(instants[-1]) + step
        value = np.asarray(_SHAPES[shape](np.arange(count)), np.float64)
        scaled = value if shape == "huge" else value * USUAL[channel]
        made.append(
            Readings(
                0,
                np.full(count, channel, np.int16),
                instants,
                scaled,
                np.full(count, status, np.uint8),
            )
        )
    return made


_said = st.one_of(
    st.builds(
        lambda action, alarm, hours: (action, alarm, hours),
        st.sampled_from(tuple(Action)),
        st.sampled_from((*ALARMS, "unheard-of")),
        st.sampled_from((None, 1, 3)),
    ),
    st.sampled_from(tuple(SourceState)),
    st.none(),
)


def _message(what: object, at: int) -> Message:
    if isinstance(what, SourceState):
        return SourceStatus(at, "plc", what)
    if what is None:
        return Tick(at)
    action, alarm, hours = what  # type: ignore[misc]
    until = None if hours is None else at + hours * 60 * MINUTE
    return Command(at, "kim", action, alarm, "because", until)


@st.composite
def streams(draw: st.DrawFn, *, punctual: bool = False) -> Stream:
    """Several channels at once.

    Unless punctual, some rows come late, twice, or out of order, and one channel's clock may be ahead.
    """
    parts = list[Readings]()
    for channel in range(len(CHANNELS)):
        segments = draw(st.lists(_segment, min_size=0 if channel else 1, max_size=5))
        parts += _rows(channel, segments, draw(st.integers(0, 3)))
    joined = Readings(
        0,
        np.concatenate([rows.channel for rows in parts]),
        np.concatenate([rows.at for rows in parts]),
        np.concatenate([rows.value for rows in parts]),
        np.concatenate([rows.status for rows in parts]),
    )
    arrival = joined.at.copy()
    picked = np.arange(len(joined))
    if not punctual:
        chance = np.random.default_rng(draw(st.integers(0, 2**16)))
        share = draw(st.sampled_from((0.0, 0.05, 0.5)))
        arrival += (chance.random(len(joined)) < share) * chance.integers(
            0, 12 * MINUTE, len(joined)
        )
        again = np.flatnonzero(chance.random(len(joined)) < share / 4)
        picked = np.concatenate((picked, again))
        arrival = np.concatenate(
            (arrival, arrival[again] + chance.integers(0, 3 * MINUTE, len(again)))
        )
    place = np.lexsort((joined.channel[picked], arrival))
    rows, arrival = part(joined, picked[place]), arrival[place]
    clocks: tuple[tuple[int, int], ...] = ()
    if not punctual and draw(st.booleans()):
        rows = ahead(rows, draw(st.integers(0, len(CHANNELS) - 1)), draw(st.sampled_from(AHEAD)))
        scans = sorted({0, *draw(st.lists(st.integers(0, len(rows) - 1), max_size=3))})
        ends = [*scans[1:], len(rows)]
        clocks = tuple((row, int(arrival[end - 1])) for row, end in zip(scans, ends, strict=True))
    spots = draw(st.lists(st.tuples(st.integers(1, len(rows)), _said), max_size=4))
    between = tuple(
        (row, _message(what, int(arrival[:row].max())))
        for row, what in sorted(spots, key=lambda spot: spot[0])
    )
    return Stream(rows, between, clocks)


def ahead(rows: Readings, channel: int, span: int) -> Readings:
    """The same rows from an instrument whose clock is ahead by `span` [ns]."""
    return replace(rows, at=rows.at + span * (rows.channel == channel))


def cuts(stream: Stream) -> st.SearchStrategy[tuple[int, ...]]:
    """Some rows before which to cut."""
    return st.lists(st.integers(0, len(stream)), min_size=1, max_size=6).map(
        lambda rows: tuple(sorted(set(rows)))
    )
