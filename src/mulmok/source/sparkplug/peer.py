"""Simulated edge nodes: born, dying, numbering what they say, and born again when they are asked to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from mulmok.model.clock import Clock
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.line import Line, visiting
from mulmok.source.broker.memory import new_name
from mulmok.source.broker.waiting import Message
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.sparkplug.decode import DecodeError, decode
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import (
    BAD,
    BD_SEQ,
    GOOD,
    NAMESPACE,
    REBIRTH,
    SEQUENCE,
    STALE,
    Address,
    Kind,
    Metric,
    Payload,
    Type,
)
from mulmok.source.sparkplug.plan import Plan, Wanted

_MS = 1_000_000
#: Time between two looks at whether something is due [s].
_SHORTEST_S, _LONGEST_S = 0.01, 1.0


class Node:
    """One edge node, apart from the network: what it says, and when it has something to say.

    wanted  its metrics by index of the channel; the alias of one is its index and one more
    """

    def __init__(
        self,
        group: str,
        name: str,
        wanted: Mapping[int, Wanted],
        instruments: Instruments,
        bd_seq: int,
    ) -> None:
        self._group, self._name, self._wanted = group, name, wanted
        self._instruments, self._bd_seq = instruments, bd_seq
        self._seq = 0
        self._said: dict[int, tuple[float, Status]] = {}

    @property
    def every(self) -> int:
        """Time between two looks at the instruments [ns]."""
        return min(one.every for one in self._wanted.values())

    def death(self) -> Word:
        """The word that is left with the broker."""
        metric = Metric(BD_SEQ, datatype=Type.INT64, value=self._bd_seq)
        return Word(self._topic(Kind.NDEATH), encode(Payload([metric])), qos=1)

    def births(self, at: int) -> list[Word]:
        """Say all there is, from the beginning; `at` [ns UTC]."""
        own = [
            Metric(BD_SEQ, datatype=Type.INT64, value=self._bd_seq),
            Metric(REBIRTH, datatype=Type.BOOLEAN, value=False),
        ]
        self._seq = SEQUENCE - 1  # the birth is number 0
        self._said = {}
        words = [self._word(Kind.NBIRTH, "", [*own, *self._metrics("", at, born=True)], at)]
        devices = dict.fromkeys(one.device for one in self._wanted.values() if one.device)
        return words + [
            self._word(Kind.DBIRTH, device, self._metrics(device, at, born=True), at)
            for device in devices
        ]

    def changes(self, at: int) -> list[Word]:
        """Say what has changed."""
        words = []
        for device in dict.fromkeys(one.device for one in self._wanted.values()):
            metrics = self._metrics(device, at, born=False)
            if metrics:
                kind = Kind.DDATA if device else Kind.NDATA
                words.append(self._word(kind, device, metrics, at))
        return words

    def _metrics(self, device: str, at: int, *, born: bool) -> list[Metric]:
        found = []
        for index, one in self._wanted.items():
            if one.device != device:
                continue
            value, status = self._instruments.show(index, at)
            number = one.signal.number(value)
            said = (number, status)
            if not born and self._said.get(index) == said:
                continue
            self._said[index] = said
            found.append(
                Metric(
                    name=one.metric if born else "",
                    alias=index + 1,
                    datatype=Type.DOUBLE if born else 0,
                    value=None if math.isnan(number) else number,
                    is_null=math.isnan(number),
                    quality=_quality(status),
                )
            )
        return found

    def _word(self, kind: Kind, device: str, metrics: list[Metric], at: int) -> Word:
        self._seq = (self._seq + 1) % SEQUENCE
        payload = Payload(metrics, timestamp=at // _MS, seq=self._seq)
        return Word(self._topic(kind, device), encode(payload))

    def _topic(self, kind: Kind, device: str = "") -> str:
        return Address(kind, self._group, self._name, device).topic

    @property
    def command(self) -> str:
        """Topic on which it is told what to do."""
        return f"{NAMESPACE}/{self._group}/NCMD/{self._name}"


@dataclass
class SparkplugPeer:
    """The edge nodes of a group, each with a connection of its own."""

    plan: Plan
    clock: Clock
    instruments: Instruments

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> Self:  # noqa: ARG003 - it listens nowhere
        """Make it."""
        return cls(Plan.of(setup), setup.clock, instruments)

    @property
    def place(self) -> str:
        """Where it is to be found: the broker, the group and its nodes."""
        return f"{self.plan.login.place} {self.plan.group}: {' '.join(self.plan.nodes)}"

    async def serve(self) -> None:
        """Publish until cancelled. Raises SourceError when the broker cannot be had."""
        tasks = [asyncio.create_task(self._live(name)) for name in self.plan.nodes]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _live(self, name: str) -> None:
        wanted = {index: one for index, one in self.plan.wanted.items() if one.node == name}
        bd_seq = self.clock.now() // SECOND % SEQUENCE
        node = Node(self.plan.group, name, wanted, self.instruments, bd_seq)
        death = node.death()
        visit = Visit(self.plan.login, new_name(), {node.command: 1}, will=death)
        async with visiting(visit, self.clock) as line:
            try:
                await self._say(line, node)
            finally:
                line.publish(death)

    async def _say(self, line: Line, node: Node) -> None:
        at = self.clock.now()
        words, due = node.births(at), (at // node.every + 1) * node.every
        while True:
            for word in words:
                line.publish(word)
            left = (due - self.clock.now()) / SECOND
            batch = await line.take(min(max(left, _SHORTEST_S), _LONGEST_S))
            words = node.births(self.clock.now()) if any(map(wants_rebirth, batch)) else []
            if self.clock.now() >= due:
                words += node.changes(due)
                due += node.every


def wants_rebirth(message: Message) -> bool:
    """Whether a command is the wish for a rebirth."""
    try:
        metrics = decode(message.payload).metrics
    except DecodeError:
        return False
    return any(metric.name == REBIRTH and metric.value is True for metric in metrics)


def _quality(status: Status) -> int:
    if status is Status.COMM_FAIL:
        return STALE
    return GOOD if status is Status.NORMAL else BAD
