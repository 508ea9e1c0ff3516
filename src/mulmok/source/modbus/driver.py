"""Modbus devices on one line: a network connection or a serial port, asked unit after unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.modbus import settings
from mulmok.source.modbus.faults import Faults
from mulmok.source.modbus.line import Line
from mulmok.source.modbus.plan import points_of
from mulmok.source.modbus.plans import Plans
from mulmok.source.modbus.sampler import SAMPLER, sample, sampler_faults
from mulmok.source.modbus.scan import Scanner, Turn
from mulmok.source.modbus.seen import Memory
from mulmok.source.modbus.tell import Teller
from mulmok.source.modbus.write import Write
from mulmok.source.polling import Polling
from mulmok.source.port import Arrival, Deliver, Sampled, Seen, Setup
from mulmok.source.settings import Given, SettingKey


@dataclass
class ModbusDriver:
    """Asks for each channel at its interval, and hands over a turn's readings together."""

    settings: ClassVar[tuple[SettingKey, ...]] = settings.SETTINGS
    sampler_settings: ClassVar[tuple[SettingKey, ...]] = SAMPLER
    momentary: ClassVar[bool] = True

    setup: Setup
    _faults: Faults = field(default_factory=Faults)
    _memory: Memory = field(default_factory=Memory)
    _line: Line | None = None

    def __post_init__(self) -> None:
        """Know where the channels stand."""
        self._points = points_of(self.setup)
        self._teller = Teller(self._faults)

    @classmethod
    def build(cls, setup: Setup) -> ModbusDriver:
        """Make it; nothing is asked yet."""
        return cls(setup)

    @staticmethod
    def wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of the settings does not go together."""
        return settings.wrong(given)

    @staticmethod
    def sampler_wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
        """Say what of a sampler's settings does not go together."""
        return sampler_faults(given)

    @property
    def trouble(self) -> Text | None:
        """What fails while the rest goes on."""
        return self._faults.told

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel."""
        faults = self._faults.channels
        return {
            index: replace(seen, fault=faults.get(index))
            for index, seen in self._memory.seen().items()
        }

    async def run(self, deliver: Deliver) -> None:
        """Ask until cancelled. Raises SourceError when the line fails."""
        setup, clock = self.setup, self.setup.clock
        plans = Plans(self._points, int(str(setup.settings.get("gap", settings.GAP))))
        line = Line(setup.settings, clock.now)
        scanner = Scanner(line, clock, plans, self._faults)
        try:
            await line.open()
            self._line = line
            polling = Polling(clock, setup.feeding(), at_once=setup.trial)
            while True:
                due = await polling.turn()
                turn, failed = Turn(plans.of(due), due), None
                try:
                    await scanner.fill(turn)
                except SourceError as fault:
                    failed = fault
                # What came before the line failed is kept; of the rest it is said elsewhere.
                await deliver(self._readings(turn, whole=failed is None))
                if failed is not None:
                    raise failed
        finally:
            self._line = None
            line.close()

    async def sample(self, given: Mapping[str, Given]) -> Sampled:
        """Have a sampler on the line take a sample. Raises SourceError when it was not started."""
        if self._line is None:
            raise SourceError(text("{place} is not connected", place=self.setup.name))
        return await sample(self._line, given)

    async def order(self, write: Write) -> None:
        """Write to a device, between two requests of ours; back when the device has said that it is done.

        Raises SourceError when it refuses, does not answer, or is not connected: an order is never
        kept for later.
        """
        if self._line is None:
            raise SourceError(text("{what}: the device is not connected", what=write.place))
        await self._line.write(write)

    def _readings(self, turn: Turn, *, whole: bool) -> Arrival:
        decoded = turn.decoder.decode(turn.words, turn.got)
        self._teller.tell(turn, decoded)
        self._memory.keep(turn, decoded, self.setup.clock.now())
        at = np.fromiter(
            (turn.due[point.index] for point in turn.plan.points), np.int64, len(decoded.number)
        )
        rows = slice(None) if whole else decoded.read
        return Arrival(
            turn.decoder.index[rows], at[rows], decoded.value[rows], decoded.status[rows]
        )
