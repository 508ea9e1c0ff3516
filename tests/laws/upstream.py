"""What each stage is given: a stream, cut, through the stages before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from laws.streams import Stream
from laws.works import CALENDAR, CHANNELS, RULES, ZONE, usual_days

from mulmok import plugins
from mulmok.config.build_waters import library
from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.derive.expected import Expected
from mulmok.judge.derive.load import Loads
from mulmok.judge.detect.watch import Watch
from mulmok.judge.diagnose.doubt import Doubt
from mulmok.judge.diagnose.events import Events
from mulmok.judge.diagnose.trust import Trusts
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.quality.order import Order
from mulmok.judge.quality.stage import Quality
from mulmok.judge.respond.late import Respond
from mulmok.judge.stages import PipelineState
from mulmok.model.alarm import AlarmInput
from mulmok.model.block import Block
from mulmok.model.event import Event
from mulmok.model.finding import Finding, in_order
from mulmok.model.judgement import Expectation, Run
from mulmok.model.message import Command, Message, SourceStatus
from mulmok.model.sighting import Sighting


@cache
def classes(group: str) -> dict[str, Any]:
    """Every installed part of a group: the built-in ones and anybody's."""
    return {name: plugins.load(group, name) for name in plugins.find(group)}


def pipeline(reorder: int = 0) -> Pipeline:
    """All stages of the small works."""
    return Pipeline(
        order=Order(len(CHANNELS), reorder),
        quality=Quality.for_channels(CHANNELS, classes(plugins.CHECKS)),
        expected=Expected.for_channels(CHANNELS, ZONE, CALENDAR),
        detectors=tuple(
            detector.for_channels(CHANNELS) for detector in classes(plugins.DETECTORS).values()
        ),
        doubt=Doubt(),
        watch=Watch.for_channels(CHANNELS, library()),
        disbelief=Doubt(),
        load=Loads.for_channels(CHANNELS, ZONE),
        events=Events(CHANNELS),
        trust=Trusts.for_channels(CHANNELS),
        alarms=Alarms(RULES, CHANNELS),
        respond=Respond.for_rules(RULES, len(CHANNELS)),
    )


@cache
def learnt(reorder: int = 0) -> PipelineState:
    """State after some usual days: expectations are known."""
    stages = pipeline(reorder)
    state, _ = stages.step(stages.start(), usual_days())
    return state


@dataclass(frozen=True)
class Given:
    """One run on its way through the stages."""

    message: Message
    run: Run
    block: Block
    expectation: Expectation
    findings: tuple[Finding, ...]
    sightings: tuple[Sighting, ...]
    doubted: Block
    events: tuple[Event, ...]

    @property
    def for_alarms(self) -> AlarmInput:
        """Give what the alarm stage takes; streams in order have one run a message."""
        message = self.message
        return AlarmInput(
            self.doubted,
            self.events,
            (message,) if isinstance(message, Command) else (),
            (message,) if isinstance(message, SourceStatus) else (),
            self.run.upto,
            self.run.instants,
        )


def given(stream: Stream, cuts: tuple[int, ...], ticks: int | None) -> Iterator[Given]:
    """Every run of the stream, through all stages."""
    stages, state = pipeline(), learnt()
    order, quality, expected, events = state.order, state.quality, state.expected, state.events
    detectors, doubt = state.detectors, state.doubt
    watch, disbelief = state.watch, state.disbelief
    for message in stream.messages(cuts, ticks):
        order, ordered = stages.order.step(order, message)
        for run in ordered.runs:
            quality, block = stages.quality.step(quality, run.block)
            expected, expectation = stages.expected.step(expected, block)
            seen = [
                detector.step(part, (block, expectation))
                for detector, part in zip(stages.detectors, detectors, strict=True)
            ]
            detectors = tuple(part for part, _ in seen)
            found = in_order(some for _, some in seen)
            doubt, doubted = stages.doubt.step(doubt, (block, found))
            watch, (stepped, sightings) = stages.watch.step(
                watch, (doubted, expectation, run.upto, run.instants, None)
            )
            disbelief, doubted = stages.disbelief.step(disbelief, (doubted, stepped))
            findings = in_order([found, stepped])
            events, words = stages.events.step(events, (findings, sightings))
            yield Given(message, run, block, expectation, findings, sightings, doubted, words)
