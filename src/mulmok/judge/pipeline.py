"""THE ORDER. Read this file first.

message → order → quality → derive → detect → diagnose → alarm → respond → Judgement

Live and replay both call `step`, and nothing else; only where the messages come from differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mulmok.judge.derive.load import Loads
from mulmok.judge.respond.decide import decide
from mulmok.model.alarm import AlarmInput
from mulmok.model.finding import in_order
from mulmok.model.judgement import Judged, Judgement
from mulmok.model.message import Message
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
    load: Loads
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
        state, said = replace(state, order=order), Judgement.of(ordered)
        for run in ordered.runs:
            quality, block = self.quality.step(state.quality, run.block)
            expected, expectation = self.expected.step(state.expected, block)
            load, loads = self.load.step(state.load, (block, run.upto))
            seen = [
                stage.step(part, (block, expectation))
                for stage, part in zip(self.detectors, state.detectors, strict=True)
            ]
            findings = in_order(some for _, some in seen)
            events, changed = self.events.step(state.events, (findings, run.upto, run.instants))
            last = message if run is ordered.runs[-1] else None
            alarms, rung = self.alarms.step(
                state.alarms, AlarmInput.of(block, changed, last, run.upto, run.instants)
            )
            effects = decide(rung.transitions)
            detectors = tuple(part for part, _ in seen)
            state = PipelineState(order, quality, expected, load, detectors, events, alarms)
            judged = Judged(block, expectation)
            said = said.with_run(judged, loads, findings, changed, rung, effects, run.upto)
        return state, said
