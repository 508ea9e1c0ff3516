"""THE ORDER. Read this file first.

message → order → quality → derive → detect → diagnose → alarm → respond → Judgement

Loads come after detection: what an instrument at fault shows is not computed with.

Live and replay both call `step`, and nothing else; only where the messages come from differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mulmok.judge.respond.late import RespondInput, commanded
from mulmok.judge.stages import PipelineState, Stages
from mulmok.model.alarm import AlarmInput
from mulmok.model.finding import in_order
from mulmok.model.judgement import Judged, Judgement
from mulmok.model.message import Message


@dataclass(frozen=True, slots=True)
class Pipeline(Stages):
    """The stages of one works, and the way through them."""

    def step(self, state: PipelineState, message: Message) -> tuple[PipelineState, Judgement]:
        """Judge one message. Pure: the same state and message give the same answer, always."""
        order, ordered = self.order.step(state.order, message)
        state, said = replace(state, order=order), Judgement.of(ordered)
        for run in ordered.runs:
            last = message if run is ordered.runs[-1] else None
            quality, block = self.quality.step(state.quality, run.block)
            expected, expectation = self.expected.step(state.expected, block)
            seen = [
                stage.step(part, (block, expectation))
                for stage, part in zip(self.detectors, state.detectors, strict=True)
            ]
            found = in_order(some for _, some in seen)
            doubt, block = self.doubt.step(state.doubt, (block, found))
            watch, (stepped, sightings) = self.watch.step(
                state.watch, (block, expectation, run.upto, run.instants, last)
            )
            # The watch itself must go on seeing what it no longer believes, to know when it is back.
            disbelief, block = self.disbelief.step(state.disbelief, (block, stepped))
            findings = in_order([found, stepped])
            load, loads = self.load.step(state.load, (block, run.upto))
            events, changed = self.events.step(state.events, (findings, sightings))
            trust, _ = self.trust.step(state.trust, (block, findings))
            alarms, rung = self.alarms.step(
                state.alarms, AlarmInput.of(block, changed, last, run.upto, run.instants)
            )
            respond, effects = self.respond.step(
                state.respond,
                RespondInput(rung.transitions, block, run.instants, run.upto, commanded(last)),
            )
            detectors = tuple(part for part, _ in seen)
            state = PipelineState(
                order, quality, expected, detectors, doubt, watch, disbelief, load, events, trust,
                alarms, respond,
            )  # fmt: skip
            judged = Judged(block, expectation)
            said = said.with_run(judged, loads, findings, changed, rung, effects, run.upto)
        return state, said
