"""THE ORDER. Read this file first.

message → order → quality → derive → detect → diagnose → alarm → respond → Judgement

Live and replay both call `step`, and nothing else; only where the messages come from differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mulmok.judge.respond.decide import decide
from mulmok.model.alarm import AlarmInput
from mulmok.model.judgement import Judged, Judgement
from mulmok.model.message import Command, Message, SourceStatus
from mulmok.model.stage import Stage


@dataclass(frozen=True, slots=True)
class PipelineState:
    """State of every stage; each part can be written down on its own."""

    order: Any
    quality: Any
    expected: Any
    load: Any
    detectors: tuple[Any, ...]
    events: Any
    alarms: Any


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages of one works, in their order."""

    order: Stage[Any, Any, Any]
    quality: Stage[Any, Any, Any]
    expected: Stage[Any, Any, Any]
    load: Stage[Any, Any, Any]
    detectors: tuple[Stage[Any, Any, Any], ...]
    events: Stage[Any, Any, Any]
    alarms: Stage[Any, Any, Any]

    def start(self) -> PipelineState:
        """Give the state before the first message."""
        single = (self.order, self.quality, self.expected, self.load, self.events, self.alarms)
        order, quality, expected, load, events, alarms = (stage.start() for stage in single)
        detectors = tuple(stage.start() for stage in self.detectors)
        return PipelineState(order, quality, expected, load, detectors, events, alarms)

    def step(self, state: PipelineState, message: Message) -> tuple[PipelineState, Judgement]:
        """Judge one message. Pure: the same state and message give the same answer, always."""
        order, ordered = self.order.step(state.order, message)
        state = replace(state, order=order)
        said = Judgement(
            late=ordered.late, duplicates=ordered.duplicates, conflicts=ordered.conflicts
        )
        last = len(ordered.runs) - 1
        for number, run in enumerate(ordered.runs):
            quality, block = self.quality.step(state.quality, run.block)
            expected, expectation = self.expected.step(state.expected, block)
            load, loads = self.load.step(state.load, (block, run.upto))
            seen = [
                stage.step(part, (block, expectation))
                for stage, part in zip(self.detectors, state.detectors, strict=True)
            ]
            findings = tuple(
                sorted((f for _, some in seen for f in some), key=lambda f: (f.word_at, f.channel))
            )
            events, changed = self.events.step(state.events, (findings, run.upto, run.instants))
            ends_here = number == last
            given = AlarmInput(
                block=block,
                events=changed,
                commands=(message,) if ends_here and isinstance(message, Command) else (),
                sources=(message,) if ends_here and isinstance(message, SourceStatus) else (),
                upto=run.upto,
                instants=run.instants,
            )
            alarms, rung = self.alarms.step(state.alarms, given)
            detectors = tuple(part for part, _ in seen)
            state = PipelineState(order, quality, expected, load, detectors, events, alarms)
            said = replace(
                said,
                runs=(*said.runs, Judged(block, expectation)),
                loads=said.loads + loads,
                findings=said.findings + findings,
                events=said.events + changed,
                transitions=said.transitions + rung.transitions,
                refused=said.refused + rung.refused,
                effects=said.effects + decide(rung.transitions),
                upto=run.upto,
            )
        return state, said
