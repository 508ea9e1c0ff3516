"""A host application of Sparkplug B: says that it is there, hears edge nodes, and has them be born again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from mulmok.model.clock import Clock
from mulmok.model.instrument import Seen
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.line import Line, visiting
from mulmok.source.broker.memory import new_name
from mulmok.source.broker.waiting import Message
from mulmok.source.port import Deliver, Setup
from mulmok.source.settings import Given, SettingKey
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import NAMESPACE, REBIRTH, Metric, Payload, Type
from mulmok.source.sparkplug.plan import SETTINGS, Plan, faults
from mulmok.source.sparkplug.reading import Reader

_MS = 1_000_000
#: Time between two looks at what holds [s]; not longer than the shortest interval.
_LONGEST_TURN_S = 10.0


@dataclass
class SparkplugDriver:
    """Hears the edge nodes of one group.

    name   name to come in at the broker with
    quiet  whether nothing is said of our being there: somebody only looks
    """

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    #: Nodes keep what they measure for their host; and what they do not keep nobody could ask for.
    momentary: ClassVar[bool] = False

    plan: Plan
    clock: Clock
    name: str = ""
    quiet: bool = False
    _line: Line | None = None
    _reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        """Nothing was heard yet."""
        self._reader = Reader(self.plan, self.clock.now())

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return faults(settings)

    @classmethod
    def build(cls, setup: Setup) -> SparkplugDriver:
        """Hear the nodes named in the settings."""
        name = "" if setup.trial else str(setup.settings.get("client_id", ""))
        return cls(Plan.of(setup), setup.clock, name, setup.trial)

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel."""
        return self._reader.seen()

    @property
    def trouble(self) -> Text | None:
        """What a person must see to; None when there is nothing."""
        refused = {} if self._line is None else self._line.refused
        words = [
            text("the broker does not let us have {topic}: {why}", topic=topic, why=why)
            for topic, why in refused.items()
        ]
        words += self._reader.troubles(self.clock.now())
        if len(words) < 2:
            return words[0] if words else None
        return text("{first}; {more} more besides", first=words[0], more=len(words) - 1)

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled. Raises SourceError when the broker cannot be had."""
        # Of a node nothing is known after a time in which it may have been born anew.
        self._reader = Reader(self.plan, self.clock.now())
        visit, birth = self._visit()
        async with visiting(visit, self.clock) as line:
            self._line = line
            try:
                if birth is not None:
                    line.publish(birth)
                await self._take(line, birth, deliver)
            finally:
                self._line = None
                if visit.will is not None:
                    line.publish(visit.will)

    async def _take(self, line: Line, birth: Word | None, deliver: Deliver) -> None:
        turn_s = min(one.every for one in self.plan.wanted.values()) / SECOND
        batch: list[Message] = []
        while True:
            arrival = await asyncio.to_thread(self._reader.read, batch, self.clock.now())
            while self._reader.wishes:
                line.publish(self._rebirth(self._reader.wishes.pop()))
            if birth is not None and any(gainsaid(self.plan.state, one) for one in batch):
                line.publish(birth)
            if len(arrival):
                await deliver(arrival)
            line.acknowledge(batch)
            batch = await line.take(min(turn_s, _LONGEST_TURN_S))

    def _visit(self) -> tuple[Visit, Word | None]:
        """Give how to come in, and what to say then: the word of our death is left with the broker."""
        login, name = self.plan.login, self.name or new_name()
        if self.quiet:
            return Visit(login, name, self.plan.filters), None
        stamp = self.clock.now() // _MS
        death, birth = (state(self.plan.state, stamp, online=online) for online in (False, True))
        return Visit(login, name, {**self.plan.filters, self.plan.state: 1}, will=death), birth

    def _rebirth(self, node: str) -> Word:
        wish = Metric(REBIRTH, datatype=Type.BOOLEAN, value=True)
        payload = Payload([wish], timestamp=self.clock.now() // _MS)
        return Word(f"{NAMESPACE}/{self.plan.group}/NCMD/{node}", encode(payload))


def state(topic: str, stamp: int, *, online: bool) -> Word:
    """Make the word of a host about itself; `stamp` [ms UTC] is the same at birth and death."""
    words = json.dumps({"online": online, "timestamp": stamp})
    return Word(topic, words.encode(), qos=1, retained=True)


def gainsaid(topic: str, message: Message) -> bool:
    """Whether a message says that we are not there: that of an earlier connection, come late."""
    if message.topic != topic or message.retained:
        return False
    try:
        said = json.loads(message.payload)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("online") is False
