"""Takes what is published to a broker, and tells it only when that is on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from mulmok.model.clock import Clock
from mulmok.model.instrument import Seen
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, NEVER
from mulmok.source.broker.client import Visit
from mulmok.source.broker.line import Line, visiting
from mulmok.source.broker.memory import Memory, new_name
from mulmok.source.mqtt.decode import ROWS, Reader, part
from mulmok.source.mqtt.plan import KEEP_S, SETTINGS, Plan, faults
from mulmok.source.port import Deliver, Setup
from mulmok.source.settings import Given, SettingKey

#: Time after which what the broker refused is asked for again [ns]. Site choice.
_ASK_AGAIN = MINUTE
#: How long it is told that messages were lost [ns]. Site choice.
_TOLD_FOR = MINUTE


@dataclass
class MqttDriver:
    """Subscribes to the topics of the channels.

    name    name to come in with; "" for one that is made and kept
    memory  file in which the session is remembered; None: the visit leaves nothing behind
    """

    settings: ClassVar[tuple[SettingKey, ...]] = SETTINGS
    #: The broker keeps what comes meanwhile.
    momentary: ClassVar[bool] = False

    plan: Plan
    clock: Clock
    report: Callable[[Text], None]
    name: str = ""
    memory: Path | None = None
    _line: Line | None = None
    _lost: int = 0
    _lost_at: int = NEVER
    _reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        """Nothing has come yet."""
        self._reader = Reader(self.plan.asked)

    @staticmethod
    def wrong(settings: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return faults(settings)

    @classmethod
    def build(cls, setup: Setup) -> MqttDriver:
        """Ask for the topics named in the settings."""
        plan = Plan.of(setup)
        if setup.trial:
            return cls(plan, setup.clock, setup.report)
        memory = setup.folder / f"{setup.name}.session"
        name = str(setup.settings.get("client_id", ""))
        return cls(plan, setup.clock, setup.report, name, memory)

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel."""
        return self._reader.seen()

    @property
    def trouble(self) -> Text | None:
        """What a person must see to; None when there is nothing."""
        words = [*self._refused(), *self._reader.troubles]
        if len(words) < 2:
            return words[0] if words else None
        return text("{first}; {more} more besides", first=words[0], more=len(words) - 1)

    async def run(self, deliver: Deliver) -> None:
        """Deliver until cancelled. Raises SourceError when the broker cannot be had."""
        visit = self._visit()
        async with visiting(visit, self.clock) as line:
            if self.memory is not None:
                Memory(visit.client_id).keep(self.memory, visit.filters)
            self._line, self._lost, self._lost_at = line, 0, NEVER
            try:
                await self._take(line, deliver)
            finally:
                self._line = None

    async def _take(self, line: Line, deliver: Deliver) -> None:
        asked_at = self.clock.now()
        while True:
            batch = await line.take()
            arrival = await asyncio.to_thread(self._reader.read, batch)
            if line.lost > self._lost:
                self._lost, self._lost_at = line.lost, self.clock.now()
            while self._reader.news:
                self.report(self._reader.news.pop(0))
            for begin in range(0, len(arrival), ROWS):
                await deliver(part(arrival, begin))
            line.acknowledge(batch)
            if line.refused and self.clock.now() - asked_at > _ASK_AGAIN:
                line.ask_again()
                asked_at = self.clock.now()

    def _visit(self) -> Visit:
        login, filters = self.plan.login, self.plan.filters
        if self.memory is None:
            return Visit(login, new_name(), filters)
        kept = Memory.load(self.memory, self.name)
        dropped = tuple(one for one in kept.filters if one not in filters)
        # It is kept before it is used: the broker would else hold a session nobody knows.
        kept.keep(self.memory, {*kept.filters, *filters})
        return Visit(login, kept.name, filters, dropped, KEEP_S)

    def _refused(self) -> Iterator[Text]:
        if self._line is None:
            return
        for topic, why in self._line.refused.items():
            yield text("the broker does not let us have {topic}: {why}", topic=topic, why=why)
        if self.clock.now() - self._lost_at < _TOLD_FOR:
            yield text(
                "{count} messages found no room and are lost: with qos = 1 the broker keeps them",
                count=self._lost,
            )
