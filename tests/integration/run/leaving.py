"""A works that can be left, killed and opened again, and counts its minutes."""

import asyncio
from pathlib import Path

import numpy as np

from mulmok.config.load import load_site
from mulmok.model.alarm import AlarmView
from mulmok.model.message import Action, Command
from mulmok.model.time import MINUTE, parse_instant
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok_testing.clock import SettableClock

START = parse_instant("2026-01-05T00:00:00Z")

SITE = """
[works]
id = "x"
name = "x"
zone = "UTC"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"

[[channel]]
id = "inlet.ec"
quantity = "ec"
every = "1 min"

[[source]]
id = "plc"
driver = "http"
channels = ["inlet.ph"]

[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"
priority = 1

[[alarm]]
id = "ec-high"
channel = "inlet.ec"
above = "2500 uS/cm"
"""


class Works:
    """An engine that is opened, left and killed in one process; minutes are counted from `START`."""

    def __init__(self, folder: Path):
        self.folder, self.clock = folder, SettableClock(START)
        self.site = folder / "site.toml"
        self.write(SITE)
        self.engine = self.open()

    def write(self, words: str) -> None:
        self.site.write_text(words, encoding="utf-8")

    def open(self) -> Engine:
        return Engine.open(load_site(self.site), self.folder / "data", self.clock)

    def crash(self) -> None:
        """The process dies: no last snapshot, nothing said."""
        self.engine.writer._write_snapshot = lambda **_: False
        self.engine.close()

    def again(self, words: str | None = None) -> None:
        if words is not None:
            self.write(words)
        self.engine = self.open()

    def take(self, channel: int, at: float, *values: float) -> None:
        for number, value in enumerate(values):
            self.clock.at = START + round((at + number) * MINUTE)
            rows = Arrival(
                np.array([channel], np.int16),
                np.array([self.clock.at]),
                np.array([value]),
                np.zeros(1, np.uint8),
            )
            asyncio.run(self.engine.submit(rows))

    def order(self, action: Action, alarm: str, why: str = "", until: int | None = None) -> None:
        command = Command(self.clock.at, "kim", action, alarm, why, until)
        assert asyncio.run(self.engine.command(command)) is None

    def view(self, alarm: str) -> AlarmView:
        return next(view for view in self.engine.alarm_views() if view.rule.id == alarm)

    def state(self, alarm: str) -> str:
        return self.view(alarm).state.value

    def told(self, alarm: str) -> list[tuple[str, str]]:
        with self.engine.query() as query:
            found = reversed(query.transitions(1000))
            return [(t.before.value, t.after.value) for t in found if t.alarm == alarm]

    def asked(self) -> list[str]:
        return [effect.key for effect in self.engine.store.pending_effects(limit=100)]
