"""Stages of a works and their states, in the order of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mulmok.judge.derive.load import Loads
from mulmok.judge.diagnose.trust import Trusts
from mulmok.model.stage import Stage


@dataclass(frozen=True, slots=True)
class PipelineState:
    """State of every stage; each part can be written down on its own."""

    order: Any
    quality: Any
    expected: Any
    detectors: tuple[Any, ...]
    doubt: Any
    watch: Any
    disbelief: Any
    load: Any
    events: Any
    trust: Any
    alarms: Any
    respond: Any

    @property
    def parts(self) -> tuple[Any, ...]:
        """The state of each stage, in the order of `Stages.stages`."""
        return (
            self.order, self.quality, self.expected, *self.detectors, self.doubt, self.watch,
            self.disbelief, self.load, self.events, self.trust, self.alarms, self.respond,
        )  # fmt: skip

    @classmethod
    def of(cls, parts: tuple[Any, ...]) -> PipelineState:
        """Put the stages' states together again."""
        order, quality, expected = parts[:3]
        doubt, watch, disbelief, load, events, trust, alarms, respond = parts[-8:]
        return cls(
            order, quality, expected, parts[3:-8], doubt, watch, disbelief, load, events, trust,
            alarms, respond,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of one works, in their order."""

    order: Stage[Any, Any, Any]
    quality: Stage[Any, Any, Any]
    expected: Stage[Any, Any, Any]
    detectors: tuple[Stage[Any, Any, Any], ...]
    doubt: Stage[Any, Any, Any]
    watch: Stage[Any, Any, Any]
    disbelief: Stage[Any, Any, Any]
    load: Loads
    events: Stage[Any, Any, Any]
    trust: Trusts
    alarms: Stage[Any, Any, Any]
    respond: Stage[Any, Any, Any]

    @property
    def stages(self) -> tuple[Stage[Any, Any, Any], ...]:
        """All of them, in their order."""
        return (
            self.order, self.quality, self.expected, *self.detectors, self.doubt, self.watch,
            self.disbelief, self.load, self.events, self.trust, self.alarms, self.respond,
        )  # fmt: skip

    def start(self) -> PipelineState:
        """Give the state before the first message."""
        return PipelineState.of(tuple(stage.start() for stage in self.stages))
