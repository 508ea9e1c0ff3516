"""Every stage under every law, on its own.

Checks and detectors are found where the pipeline finds them, so a plugin that is installed needs no
entry. Any other stage: one `Case`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from laws import facts
from laws.facts import Fact
from laws.streams import Stream
from laws.upstream import classes, given, learnt, pipeline
from laws.works import CHANNELS, RULES, START

from mulmok import plugins
from mulmok.judge.quality.order import Order
from mulmok.judge.quality.rollup import missing, rolled_up
from mulmok.judge.quality.stage import Quality
from mulmok.judge.respond.late import RespondInput
from mulmok.model.alarm import RuleKind
from mulmok.model.block import Block
from mulmok.model.event import Verdict
from mulmok.model.time import MINUTE

Inputs = Callable[[Stream, tuple[int, ...], int | None], list[Any]]


@dataclass(frozen=True)
class Case:
    """One stage, and how to put it before the laws.

    make      a fresh stage: two of them must agree
    start     the state to begin from
    inputs    a stream, cut before some rows, without ticks or with them so far ahead of the seams
    facts     what the stage said to one input
    measured  whether an answer to an input without any value counts something as measured
    arrival   whether it takes rows in any order of arrival; else in order of time
    timeless  whether it is told of no time but its rows'
    """

    name: str
    make: Callable[[], Any]
    start: Callable[[], Any]
    inputs: Inputs
    facts: Callable[[Any, Any], list[Fact]]
    measured: Callable[[Any, Any], bool]
    arrival: bool = False
    timeless: bool = False

    def __str__(self) -> str:
        return self.name


def stages_under_law() -> tuple[Case, ...]:
    """All of them."""
    return (
        *_orders(),
        *_checks(),
        *_detectors(),
        *_others(),
        _pipeline(0),
        _pipeline(3),
        _pipeline(15),
    )


def _runs(pick: Callable[[Any], Any]) -> Inputs:
    return lambda stream, cuts, ticks: [pick(one) for one in given(stream, cuts, ticks)]


def _messages(stream: Stream, cuts: tuple[int, ...], ticks: int | None) -> list[Any]:
    return stream.messages(cuts, ticks)


def _orders() -> list[Case]:
    def case(name: str, reorder: int) -> Case:
        stage = Order(len(CHANNELS), reorder)
        return Case(
            name, lambda: Order(len(CHANNELS), reorder), stage.start, _messages,
            lambda _, said: facts.of_order(said),
            lambda _, said: any(not np.isnan(run.block.value).all() for run in said.runs),
            arrival=True, timeless=not reorder,
        )  # fmt: skip

    # Rows of a stream come up to 12 min late: within one allowance, and beyond the other.
    return [case("order", 0), case("order-3min", 3 * MINUTE), case("order-15min", 15 * MINUTE)]


def _checks() -> list[Case]:
    whole = Quality.for_channels(CHANNELS, classes(plugins.CHECKS))

    def case(number: int) -> Case:
        check, before = whole.checks[number], Quality(whole.checks[:number], whole.bits[:number])

        def inputs(stream: Stream, cuts: tuple[int, ...], ticks: int | None) -> list[Block]:
            state, blocks = before.start(), []
            for one in given(stream, cuts, ticks):
                state, block = before.step(state, one.run.block)
                blocks.append(block)
            return blocks

        def usable(block: Block, marks: Any) -> bool:
            return bool(rolled_up(missing(block), marks, whole.bits[number]).usable.any())

        return Case(
            f"check-{check.name}", lambda: type(check).for_channels(CHANNELS), check.start, inputs,  # type: ignore[attr-defined]
            facts.of_rows, usable, timeless=True,
        )  # fmt: skip

    return [case(number) for number in range(len(whole.checks))]


def _detectors() -> list[Case]:
    def case(name: str, detector: Any) -> Case:
        return Case(
            f"detector-{name}", lambda: detector.for_channels(CHANNELS),
            detector.for_channels(CHANNELS).start, _runs(lambda one: (one.block, one.expectation)),
            lambda _, said: facts.of_findings(said), lambda _, said: any(not f.fault for f in said),
            timeless=True,
        )  # fmt: skip

    return [case(name, detector) for name, detector in classes(plugins.DETECTORS).items()]


def _others() -> list[Case]:
    by_value = (RuleKind.ABOVE, RuleKind.BELOW, RuleKind.RATE_ABOVE, RuleKind.RATE_BELOW)
    values = {rule.id for rule in RULES if rule.kind in by_value}
    return [
        Case(
            "quality", lambda: pipeline().quality, pipeline().quality.start,
            _runs(lambda one: one.run.block), lambda _, said: facts.of_rows(said),
            lambda _, said: bool(said.usable.any()), timeless=True,
        ),
        Case(
            "expected", lambda: pipeline().expected, lambda: learnt().expected,
            _runs(lambda one: one.block), facts.of_expectation,
            lambda _, said: not np.isnan(said.score).all(), timeless=True,
        ),
        Case(
            "watch", lambda: pipeline().watch, lambda: learnt().watch,
            _runs(lambda one: (one.block, one.expectation, one.run.upto, one.run.instants, None)),
            lambda _, said: facts.of_watch(said), lambda _, said: bool(said[1]),
        ),
        Case(
            "doubt", lambda: pipeline().doubt, pipeline().doubt.start,
            _runs(lambda one: (one.block, one.findings)),
            lambda given, said: facts.of_rows(said), lambda _, said: bool(said.usable.any()),
        ),
        Case(
            "loads", lambda: pipeline().load, pipeline().load.start,
            _runs(lambda one: (one.doubted, one.run.upto)), lambda _, said: facts.of_loads(said),
            lambda _, said: any(load.coverage > 0 or load.mass > 0 for load in said),
        ),
        Case(
            "events", lambda: pipeline().events, pipeline().events.start,
            _runs(lambda one: (one.findings, one.sightings)),
            lambda _, said: facts.of_events(said),
            lambda _, said: any(event.verdict is Verdict.WATER for event in said),
        ),
        Case(
            # What it remembers is all it has to say.
            "trust", lambda: pipeline().trust, pipeline().trust.start,
            _runs(lambda one: (one.doubted, one.findings)), lambda _, said: [],
            lambda _, said: False,
        ),
        Case(
            "alarms", lambda: pipeline().alarms, pipeline().alarms.start,
            _runs(lambda one: one.for_alarms), lambda _, said: facts.of_alarms(said),
            lambda _, said: any(
                change.alarm in values and change.condition.value in {"ACTIVE", "CLEARING"}
                for change in said.transitions
            ),
        ),
        Case(
            "respond", lambda: pipeline().respond, pipeline().respond.start, _alarmed,
            lambda _, said: facts.of_notices(said), lambda _, said: False,
        ),
    ]  # fmt: skip


def _alarmed(stream: Stream, cuts: tuple[int, ...], ticks: int | None) -> list[RespondInput]:
    """What the alarms say of a stream, as the stage that answers them is given it."""
    alarms = pipeline().alarms
    state, inputs = alarms.start(), []
    for one in given(stream, cuts, ticks):
        state, rung = alarms.step(state, one.for_alarms)
        inputs.append(RespondInput(rung.transitions, one.doubted, one.run.instants, one.run.upto))
    return inputs


def _pipeline(minutes: int) -> Case:
    def said(_: object, judgement: Any) -> list[Fact]:
        return [
            *(fact for run in judgement.runs for fact in facts.of_rows(run.block)),
            *(
                fact._replace(subject=("expected", fact.subject))
                for run in judgement.runs
                for fact in facts.of_expectation(run.block, run.expectation)
            ),
            *facts.of_findings(judgement.findings),
            *facts.of_loads(judgement.loads),
            *facts.of_events(judgement.events),
            *facts.of_alarms(judgement),
        ]

    return Case(
        f"pipeline-{minutes}min", lambda: pipeline(minutes * MINUTE),
        lambda: learnt(minutes * MINUTE), _messages, said,
        # An allowance still holds some of the usual days' rows, which were measured.
        lambda _, judgement: any(
            (run.block.usable & (run.block.at >= START)).any() for run in judgement.runs
        ),
        arrival=True,
    )  # fmt: skip
