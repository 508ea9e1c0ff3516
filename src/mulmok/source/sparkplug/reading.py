"""Messages of edge nodes to readings of channels, and what is to be said to the nodes.

A node sends what has changed. What it said last holds until it says otherwise or dies (`hold`): a
channel whose value holds has a reading at each of its intervals all the same.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.instrument import Seen
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, LATEST, MINUTE
from mulmok.source.broker.waiting import Message
from mulmok.source.port import Arrival
from mulmok.source.sparkplug.decode import DecodeError, decode
from mulmok.source.sparkplug.message import BAD, GOOD, STALE, Address, Kind, Metric, Payload, meant
from mulmok.source.sparkplug.plan import Plan, Wanted
from mulmok.source.sparkplug.session import Known, Outcome, Session, State

#: How long a node may take to be born before it is told of [ns]. Site choice.
_PATIENCE = MINUTE
_MS = 1_000_000
_QUALITIES = {GOOD: Status.NORMAL, BAD: Status.DEVICE_FAULT, STALE: Status.COMM_FAIL}


@dataclass(slots=True)
class _Rows:
    channel: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)

    def add(self, index: int, at: int, value: float, status: Status) -> None:
        self.channel.append(index)
        self.at.append(at)
        self.value.append(value)
        self.status.append(status)

    def arrival(self) -> Arrival:
        return Arrival(
            np.array(self.channel, np.int16),
            np.array(self.at, np.int64),
            np.array(self.value, np.float64),
            np.array(self.status, np.uint8),
        )


@dataclass(slots=True)
class _Last:
    """What a channel said last; `at` is the instant of its newest reading, held or not [ns UTC]."""

    raw: object
    number: float
    value: float
    status: Status
    at: int
    came_at: int


class Reader:
    """Follows the edge nodes of a plan since it was made.

    begun  our clock when it was made [ns UTC]
    """

    def __init__(self, plan: Plan, begun: int) -> None:
        self._plan, self._begun = plan, begun
        self.sessions = {node: Session() for node in plan.nodes}
        self._of: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for index, one in plan.wanted.items():
            self._of[one.node, one.device, one.metric].append(index)
        self._last: dict[int, _Last] = {}
        self._faults: dict[int, Text] = {}
        self._broken: dict[str, Text] = {}
        #: Nodes to be asked for their rebirth.
        self.wishes: list[str] = []

    def read(self, batch: Iterable[Message], now: int) -> Arrival:
        """Give the readings of messages and those that hold; `now` is our clock [ns UTC]."""
        rows = _Rows()
        for message in batch:
            address = Address.parse(message.topic)
            if address is not None and address.group == self._plan.group:
                session = self.sessions.get(address.node)
                if session is not None:
                    self._hear(session, address, message, rows)
        for node, session in self.sessions.items():
            if session.ask(now):
                self.wishes.append(node)
        self._hold(now, rows)
        return rows.arrival()

    def seen(self) -> dict[int, Seen]:
        """Give what was last seen of each channel."""
        faults = self._faults.copy()
        return {
            index: Seen(
                self._plan.wanted[index].place,
                "null" if one.raw is None else str(one.raw)[:200],
                one.number,
                one.value,
                one.status,
                one.at,
                one.came_at,
                fault=faults.get(index),
            )
            for index, one in self._last.copy().items()
        }

    def troubles(self, now: int) -> list[Text]:
        """Say what is wrong: with nodes first, then with channels in their order."""
        found = []
        for node, session in self.sessions.items():
            if session.state is State.DEAD:
                found.append(text("the edge node {node} has died", node=node))
            elif session.state is not State.ALIVE and now - self._begun > _PATIENCE:
                found.append(
                    text("the edge node {node} does not say what it has (no birth)", node=node)
                )
        found += self._broken.copy().values()
        return found + [
            Text("{channel}: {why}", {"channel": self._plan.wanted[index].id, "why": why})
            for index, why in sorted(self._faults.copy().items(), key=_index)
        ]

    def _hear(self, session: Session, address: Address, message: Message, rows: _Rows) -> None:
        try:
            payload = decode(message.payload)
        except DecodeError as fault:
            # One that is too large has been cut, and is not whole either.
            self._broken[address.node] = Text(
                "{topic}: {why}", {"topic": message.topic, "why": fault.text}
            )
            return
        self._broken.pop(address.node, None)
        outcome = session.hear(address, payload, message.came_at)
        if outcome.rebirth:
            self.wishes.append(address.node)
        if outcome.dead or outcome.gone is not None:
            self._lose(address, payload, outcome, message.came_at, rows)
        if outcome.born is not None:
            self._compare(address, outcome)
        for known, metric in outcome.metrics:
            for index in self._of.get((address.node, known.device, known.name), ()):
                self._take(index, known, metric, payload, message.came_at, rows)

    def _lose(
        self, address: Address, payload: Payload, outcome: Outcome, came_at: int, rows: _Rows
    ) -> None:
        """What is gone cannot be had from this instant on."""
        # The word of a node's death was written when it connected: only its coming tells when.
        said = None if address.kind is Kind.NDEATH else _instant(payload.timestamp)
        at = came_at if said is None else said
        for index, one in self._plan.wanted.items():
            if one.node == address.node and (outcome.dead or one.device == outcome.gone):
                rows.add(index, at, math.nan, Status.COMM_FAIL)

    def _compare(self, address: Address, outcome: Outcome) -> None:
        """A channel whose metric is not in a birth is told of."""
        names = {known.name for known, _ in outcome.metrics}
        for index, one in self._plan.wanted.items():
            if (one.node, one.device) != (address.node, outcome.born):
                continue
            self._faults.pop(index, None)
            if one.metric not in names:
                self._faults[index] = text(
                    "{place}: the birth has no such metric; it has {names}",
                    place=one.place,
                    names=", ".join(sorted(names))[:200],
                )

    def _take(
        self, index: int, known: Known, metric: Metric, payload: Payload, came_at: int, rows: _Rows
    ) -> None:
        one = self._plan.wanted[index]
        stamp = payload.timestamp if metric.timestamp is None else metric.timestamp
        at = came_at if stamp is None else _instant(stamp)
        if at is None:
            self._blame(index, one, text("{stamp} is no time: is its clock set?", stamp=stamp))
            rows.add(index, came_at, math.nan, Status.COMM_FAIL)
            return
        raw = None if metric.is_null else meant(known.datatype or metric.datatype, metric.value)
        number, fault = _number(raw)
        if raw is None and not metric.is_null:
            kind = known.datatype or metric.datatype
            fault = text("a metric of datatype {kind} is not one number", kind=kind)
        value, status = one.signal.value(number)
        if metric.quality is not None and status is Status.NORMAL:
            status = _QUALITIES.get(metric.quality, Status.DEVICE_FAULT)
            if metric.quality not in _QUALITIES:
                fault = fault or text("the quality {code} is not known", code=metric.quality)
        if math.isnan(number) and fault is not None:
            status = Status.COMM_FAIL
        if metric.is_historical and status is Status.NORMAL:
            status = Status.RESENT
        rows.add(index, at, value, status)
        if fault is not None:
            self._blame(index, one, fault)
        elif not metric.is_historical:
            self._faults.pop(index, None)
        if not metric.is_historical:
            self._last[index] = _Last(raw, number, value, status, at, came_at)

    def _hold(self, now: int, rows: _Rows) -> None:
        for index, last in self._last.items():
            one = self._plan.wanted[index]
            at = now // one.every * one.every
            if one.hold and at - last.at >= one.every and self.sessions[one.node].lives(one.device):
                rows.add(index, at, last.value, last.status)
                last.at = at

    def _blame(self, index: int, one: Wanted, why: Text) -> None:
        self._faults[index] = Text("{place}: {why}", {"place": one.place, "why": why})


def _instant(stamp: int | None) -> int | None:
    """Give an instant [ns UTC] of a timestamp [ms]; None when it is none."""
    at = None if stamp is None else stamp * _MS
    return at if at is not None and EARLIEST <= at <= LATEST else None


def _number(raw: object) -> tuple[float, Text | None]:
    if raw is None:
        return math.nan, None
    try:
        number = float(raw)  # type: ignore[arg-type]
    except ValueError:
        return math.nan, text('"{have}" is no number', have=str(raw)[:60])
    return (number, None) if math.isfinite(number) else (math.nan, None)


def _index(one: tuple[int, Text]) -> int:
    return one[0]
