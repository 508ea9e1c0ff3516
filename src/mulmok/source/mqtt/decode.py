"""Messages to readings: what each channel finds in what came, and what could not be understood.

What cannot be understood at all (no JSON, a time that is none) is a reading that is missing at the
instant it came. A document in which a channel's path finds nothing says nothing of the channel:
it may be one of several kinds on the topic. It is told only when the channel has had none for long.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.instrument import Seen
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.time import NEVER
from mulmok.source.broker.topics import matches
from mulmok.source.broker.waiting import Message
from mulmok.source.mqtt.plan import Asked
from mulmok.source.payload import PayloadError, Read, decoded, plain
from mulmok.source.port import Arrival

#: Readings handed over at a time: a message may hold a year in a list.
ROWS = 20_000
#: Topics for which it is remembered who wants them; with # there is no end to them.
_TOPICS = 4_096
_NONE = Arrival(
    np.empty(0, np.int16), np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8)
)


def part(arrival: Arrival, begin: int) -> Arrival:
    """Give what is handed over at a time, from a row on."""
    if begin == 0 and len(arrival) <= ROWS:
        return arrival
    rows = slice(begin, begin + ROWS)
    return Arrival(
        arrival.channel[rows], arrival.at[rows], arrival.value[rows], arrival.status[rows]
    )


@dataclass(slots=True)
class _Rows:
    """Readings so far, and the instants at which channels sent what is none."""

    channel: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    failed: dict[int, int] = field(default_factory=dict)

    def arrival(self) -> Arrival:
        for index, at in self.failed.items():
            self.channel.append(index)
            self.at.append(at)
            self.value.append(math.nan)
            self.status.append(Status.COMM_FAIL)
        return Arrival(
            np.array(self.channel, np.int16),
            np.array(self.at, np.int64),
            np.array(self.value, np.float64),
            np.array(self.status, np.uint8),
        )


class Reader:
    """Reads messages, and remembers of each channel what it saw last and what is wrong with it.

    asked  what each channel wants, by its index
    """

    def __init__(self, asked: Mapping[int, Asked]) -> None:
        self._asked = asked
        self._topics: dict[str, tuple[int, ...]] = {}
        self._last: dict[int, tuple[str, Read, int]] = {}
        self._good_at: dict[int, int] = {}
        self._faults: dict[int, Text] = {}
        self._counts: dict[int, int] = {}
        self._told: set[int] = set()
        #: What somebody should be told once.
        self.news: list[Text] = []

    def read(self, batch: Iterable[Message]) -> Arrival:
        """Give the readings of messages, in their order."""
        rows, times = _Rows(), dict[str, int]()
        for message in batch:
            wanting = self._wanting(message.topic)
            if wanting and message.payload:  # one that is empty takes back what the broker kept
                self._read(message, wanting, rows, times)
        return rows.arrival() if rows.channel or rows.failed else _NONE

    def seen(self) -> dict[int, Seen]:
        """Give what was last seen of each channel."""
        faults = self._faults.copy()
        return {
            index: Seen(
                topic,
                one.raw,
                one.number,
                one.value,
                one.status,
                one.at,
                came_at,
                fault=faults.get(index),
            )
            for index, (topic, one, came_at) in self._last.copy().items()
        }

    @property
    def troubles(self) -> tuple[Text, ...]:
        """What is wrong, in the order of the channels."""
        return tuple(
            Text("{channel}: {why}", {"channel": self._asked[index].id, "why": why})
            for index, why in sorted(self._faults.copy().items(), key=_index)
        )

    def _wanting(self, topic: str) -> tuple[int, ...]:
        found = self._topics.get(topic)
        if found is None:
            if len(self._topics) >= _TOPICS:
                self._topics.clear()
            found = tuple(i for i, one in self._asked.items() if matches(one.topic, topic))
            self._topics[topic] = found
        return found

    def _read(
        self, message: Message, wanting: tuple[int, ...], rows: _Rows, times: dict[str, int]
    ) -> None:
        document: object = None
        fault = _too_large(message) if message.large else None
        if fault is None and not all(self._asked[index].whole for index in wanting):
            try:
                document = decoded(message.payload)
            except PayloadError as error:
                fault = error.text
        for index in wanting:
            one = self._asked[index]
            if message.retained and not one.timed and not one.retained:
                self._tell_kept(index, message.topic)
            elif message.large or (fault is not None and not one.whole):
                self._failed(index, message, fault or _too_large(message), rows)
            else:
                what = plain(message.payload) if one.whole else document
                self._take(index, one, message, what, rows, times)

    def _take(
        self,
        index: int,
        one: Asked,
        message: Message,
        document: object,
        rows: _Rows,
        times: dict[str, int],
    ) -> None:
        came_at = message.came_at
        try:
            found = one.field.read(document, came_at, times)
        except PayloadError as error:
            self._failed(index, message, error.text, rows)
            return
        if not found:
            if came_at - self._good_at.get(index, NEVER) > one.silence:
                self._blame(index, message, text("the path finds nothing in it"))
            return
        for read in found:
            rows.channel.append(index)
            rows.at.append(read.at)
            rows.value.append(read.value)
            rows.status.append(read.status)
        self._last[index] = message.topic, found[-1], came_at
        trouble = found[-1].trouble
        if trouble is not None:
            self._count(index, message, trouble)
        else:
            self._good_at[index] = came_at
            self._faults.pop(index, None)

    def _failed(self, index: int, message: Message, why: Text, rows: _Rows) -> None:
        self._blame(index, message, why)
        if not message.retained:
            rows.failed[index] = message.came_at

    def _blame(self, index: int, message: Message, why: Text) -> None:
        """Nothing can be made of a message: it is shown as it came."""
        self._count(index, message, why)
        read = Read(message.came_at, plain(message.payload), math.nan, math.nan, Status.COMM_FAIL)
        self._last[index] = message.topic, read, message.came_at

    def _count(self, index: int, message: Message, why: Text) -> None:
        count = self._counts[index] = self._counts.get(index, 0) + 1
        self._faults[index] = text(
            "{topic} sent {have}: {why} ({count} such so far)",
            topic=message.topic,
            have=plain(message.payload)[:80],
            why=why,
            count=count,
        )

    def _tell_kept(self, index: int, topic: str) -> None:
        if index not in self._told:
            self._told.add(index)
            self.news.append(
                text(
                    "{channel}: what the broker had kept of {topic} says no time and is left out; "
                    "with retained = true it counts as measured now",
                    channel=self._asked[index].id,
                    topic=topic,
                )
            )


def _too_large(message: Message) -> Text:
    return text("{size} bytes are too many for a message of readings", size=message.large)


def _index(one: tuple[int, Text]) -> int:
    return one[0]
