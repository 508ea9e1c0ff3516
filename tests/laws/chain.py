"""Runs the pipeline stage by stage, so that each stage can be held to the laws on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry import Case, pipeline

from mulmok.model.alarm import AlarmInput
from mulmok.model.judgement import Run
from mulmok.model.message import Message
from mulmok.store.snapshot import from_bytes, to_bytes


@dataclass(frozen=True)
class Seen:
    """A run with everything the stages before made of it."""

    run: Run
    judged: Any
    expectation: Any
    findings: Any
    alarm_input: AlarmInput

    @property
    def block(self) -> Any:
        return self.run.block

    @property
    def upto(self) -> int:
        return self.run.upto

    @property
    def instants(self) -> Any:
        return self.run.instants


def seen(messages: list[Message], reorder: int = 0) -> Iterator[Seen]:
    """What every stage is given, run by run."""
    line = pipeline(reorder)
    state = line.start()
    for message in messages:
        order, ordered = line.order.step(state.order, message)
        state = replace(state, order=order)
        for run in ordered.runs:
            quality, block = line.quality.step(state.quality, run.block)
            expected, expectation = line.expected.step(state.expected, block)
            heard = [
                stage.step(part, (block, expectation))
                for stage, part in zip(line.detectors, state.detectors, strict=True)
            ]
            findings = tuple(
                sorted((f for _, some in heard for f in some), key=lambda f: (f.word_at, f.channel))
            )
            events, changed = line.events.step(state.events, (findings, run.upto, run.instants))
            state = replace(
                state,
                quality=quality,
                expected=expected,
                detectors=tuple(part for part, _ in heard),
                events=events,
            )
            given = AlarmInput(block, changed, (), (), run.upto, run.instants)
            yield Seen(run, block, expectation, findings, given)


def said(case: Case, messages: list[Message], *, through_bytes: bool = False) -> list[Any]:
    """Everything a stage says of messages, in a fixed order."""
    stage = case.make()
    state, out = stage.start(), []
    for run in seen(messages):
        if through_bytes:
            state = from_bytes(to_bytes(state), stage.state_type)
        state, words = stage.step(state, case.given(run))
        out += case.said(run, words)
    return sorted(out, key=repr)
