"""A works to serve: the real engine on a real store, and a clock that moves only when told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from argon2 import PasswordHasher

from mulmok.config.load import load_site
from mulmok.model.event import Cause, Contribution, Event, Verdict
from mulmok.model.judgement import Judgement
from mulmok.model.text import text
from mulmok.model.time import HOUR, MINUTE, format_instant, parse_instant
from mulmok.run.engine import Engine
from mulmok.source.port import Arrival
from mulmok.store.people import Person
from mulmok_testing.clock import SettableClock

START = parse_instant("2026-03-02T09:00:00+09:00")
TOKEN = "a token nobody guesses"
#: Weak on purpose: these hashes are made and checked many times.
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse"
#: Places of channels in the site file.
FLOW, PH, COD, OUT_FLOW, OUT_COD, OUT_TSS = range(6)

SITE = """
[works]
id = "test"
name = { ko = "시험 처리장", en = "Test works" }
zone = "Asia/Seoul"
capacity = "24000 m3/d"
design = { cod = "400 mg/L" }

[[channel]]
id = "inlet.flow"
quantity = "flow"
every = "1 min"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"
range = ["0", "14"]
name = { ko = "유입 <b>pH</b>", en = "Inlet <b>pH</b>" }

[[channel]]
id = "inlet.cod"
quantity = "cod"
every = "1 min"
range = ["0 mg/L", "2000 mg/L"]

[[channel]]
id = "effluent.flow"
quantity = "flow"
every = "1 min"

[[channel]]
id = "effluent.cod"
quantity = "cod"
every = "1 min"

[[channel]]
id = "effluent.tss"
quantity = "tss"
every = "1 min"
range = ["0 mg/L", "60 mg/L"]
resolution = "0.1 mg/L"

[[discharger]]
id = "slaughterhouse"
cause = "food_industry"
name = { ko = "도축장", en = "Slaughterhouse" }
holds = { cod = "5500 mg/L" }

[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"
deadband = "0.2"
priority = 1
name = { ko = "pH 낮음", en = "pH low" }

[[alarm]]
id = "ph-high"
channel = "inlet.ph"
above = "9.0"
deadband = "0.2"
priority = 2

[[alarm]]
id = "effluent-tss-high"
channel = "effluent.tss"
above = "7.6 mg/L"
priority = 3
"""


@dataclass
class Works:
    """An engine with the acts tests need."""

    engine: Engine
    clock: SettableClock

    def arrival(self, channel: int, values: list[float], every: int = MINUTE) -> Arrival:
        """Readings of one channel that end now."""
        count = len(values)
        at = self.clock.now() - every * np.arange(count - 1, -1, -1, dtype=np.int64)
        return Arrival(
            np.full(count, channel, np.int16), at, np.array(values), np.zeros(count, np.uint8)
        )

    def take(self, channel: int, *values: float) -> None:
        """Have readings judged and kept, one a minute, the clock moving on with them."""
        for value in values:
            self.clock.advance(MINUTE)
            message = self.arrival(channel, [value])
            from mulmok.model.message import Readings

            self.engine.writer.submit(
                Readings(
                    self.clock.now(), message.channel, message.at, message.value, message.status
                )
            ).result(10)

    def keep(self, *events: Event) -> None:
        """Have events in the store, as judging would have left them."""
        said = Judgement(events=events)
        self.engine.writer.perform(lambda store: store.write_bulk(said)).result(10)

    def add(self, name: str, role: str) -> None:
        """Let somebody sign in with `PASSWORD`."""
        person = Person(name, role, HASHER.hash(PASSWORD))
        self.engine.writer.perform(lambda store: store.people.put(person)).result(10)


def slurry(at: int, ended_at: int | None = None, **other: Any) -> Event:
    """Make an event of foreign water seen at an instant: pH and COD have moved, the flow has not."""
    stamp = format_instant(at).replace("-", "").replace(":", "")
    event = Event(
        id=f"{stamp}-inlet",
        known_at=at,
        started_at=at - 2 * MINUTE,
        detected_at=at,
        warned_at=at,
        ended_at=ended_at,
        verdict=Verdict.WATER,
        causes=(Cause("livestock", 0.9), Cause("unknown", 0.1)),
        fraction=0.02,
        channels=("inlet.cod", "inlet.ph"),
        severity=0.5,
        trust=0.9,
        reasons=(text("the flow is as expected: not rain"),),
        contributions=(
            Contribution("inlet.cod", 1.84, 12.5),
            Contribution("inlet.ph", -0.4, -5.0),
        ),
    )
    return replace(event, **other)


def open_works(folder: Path, more: str = "") -> Works:
    """Open the test works in a folder; it has an operator `kim`, a viewer `lee`, an engineer `park`.

    more   what else stands in its site file
    """
    path = folder / "site.toml"
    path.write_text(SITE + more, encoding="utf-8")
    clock = SettableClock(START + HOUR)
    works = Works(Engine.open(load_site(path), folder / "data", clock), clock)
    works.add("kim", "operator")
    works.add("lee", "viewer")
    works.add("park", "engineer")
    return works
