"""Simulated instruments that publish to a broker what the site file says real ones do."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mulmok.model.clock import Clock
from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.text import text
from mulmok.model.time import SECOND
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.line import visiting
from mulmok.source.broker.login import Login
from mulmok.source.broker.memory import new_name
from mulmok.source.instants import TimeForm
from mulmok.source.json_path import Step, steps
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import Signal

#: Digits an instrument shows.
_DIGITS = 6
#: Time between two looks at whether something is due [s].
_SHORTEST_S, _LONGEST_S = 0.01, 1.0


@dataclass(frozen=True, slots=True)
class _Shown:
    """One channel in what is published: where its value, its time and its status stand; () the whole."""

    index: int
    signal: Signal
    value: tuple[Step, ...]
    time: tuple[Step, ...]
    status: tuple[Step, ...]
    codes: Mapping[str, str]


@dataclass
class MqttPeer:
    """Publishes a document for each topic, at the interval of its fastest channel.

    topics  of each topic: its interval [ns], and what is shown in it
    """

    login: Login
    clock: Clock
    instruments: Instruments
    form: TimeForm
    topics: Mapping[str, tuple[int, tuple[_Shown, ...]]]

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> Self:  # noqa: ARG003 - it listens nowhere
        """Make it. Raises InputError where a document cannot be made for a path."""
        signals = setup.signals()
        topics: dict[str, tuple[int, tuple[_Shown, ...]]] = {}
        for index, channel in setup.feeding():
            own = setup.each.get(channel.id, {})
            topic = str(own["topic"]).replace("+", "1").replace("#", "1")
            every, shown = topics.get(topic, (channel.every, ()))
            one = _Shown(
                index,
                signals[index],
                _steps(own, "path"),
                _steps(own, "time_path"),
                _steps(own, "status_path"),
                _codes(own.get("statuses")),
            )
            topics[topic] = min(every, channel.every), (*shown, one)
        return cls(
            Login.of(setup.settings, setup.beside),
            setup.clock,
            instruments,
            TimeForm.of(setup.settings, setup.zone.name),
            topics,
        )

    @property
    def place(self) -> str:
        """Where it is to be found: the broker and its topics."""
        return f"{self.login.place} {' '.join(self.topics)}"

    async def serve(self) -> None:
        """Publish until cancelled. Raises SourceError when the broker cannot be had."""
        due = {
            topic: self.clock.now() // every * every for topic, (every, _) in self.topics.items()
        }
        async with visiting(Visit(self.login, new_name()), self.clock) as line:
            while True:
                for topic, at in due.items():
                    if at <= self.clock.now():
                        every, shown = self.topics[topic]
                        line.publish(Word(topic, self.payload(shown, at), qos=1))
                        due[topic] = at + every
                # Nothing comes here; but it is heard when the broker has gone.
                left = (min(due.values()) - self.clock.now()) / SECOND
                await line.take(min(max(left, _SHORTEST_S), _LONGEST_S))

    def payload(self, shown: tuple[_Shown, ...], at: int) -> bytes:
        """Make what is published at an instant [ns UTC]."""
        document: Any = None
        for one in shown:
            value, status = self.instruments.show(one.index, at)
            number = one.signal.number(value)
            document = _put(document, one.value, None if math.isnan(number) else _rounded(number))
            if one.time:
                document = _put(document, one.time, self.form.write(at))
            if one.status:
                document = _put(document, one.status, one.codes.get(status.name, status.name))
        return b"" if document is None else json.dumps(document).encode()


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")


def _steps(own: Mapping[str, Given], key: str) -> tuple[Step, ...]:
    path = own.get(key)
    if path is None:
        return ()
    way = steps(str(path))
    if way is None or any(isinstance(step, int) and step < 0 for step in way):
        raise InputError(
            text(
                '{key} = "{path}": a document is made for names and places only, such as data.ph',
                key=key,
                path=str(path),
            )
        )
    return way


def _codes(given: Given | None) -> dict[str, str]:
    """Give the instrument's code for each of our statuses."""
    if not isinstance(given, Mapping):
        return {}
    return {Status[name].name: code for code, name in given.items()}


def _put(document: Any, way: tuple[Step, ...], value: object) -> Any:
    """Put a value where a path leads, with all that has to be around it."""
    if not way:
        return value
    step, rest = way[0], way[1:]
    if isinstance(step, str):
        inside = document if isinstance(document, dict) else {}
        return {**inside, step: _put(inside.get(step), rest, value)}
    places = [*document] if isinstance(document, list) else []
    places += [None] * (step + 1 - len(places))
    places[step] = _put(places[step], rest, value)
    return places
