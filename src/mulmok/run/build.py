"""The composition root: a site becomes a pipeline. The only place that constructs stages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import msgspec

from mulmok import plugins
from mulmok.config.site import Site
from mulmok.judge.alarm.stage import Alarms, AlarmsState
from mulmok.judge.derive.expected import Expected
from mulmok.judge.derive.load import Loads
from mulmok.judge.diagnose.events import Events
from mulmok.judge.pipeline import Pipeline, PipelineState
from mulmok.judge.quality.order import Order
from mulmok.judge.quality.stage import Quality
from mulmok.store.snapshot import from_bytes, to_bytes


def build_pipeline(site: Site) -> Pipeline:
    """Make the stages of one works from its site file and the installed plugins."""
    channels, zone = site.channels, site.works.zone
    checks = {name: plugins.load(plugins.CHECKS, name) for name in plugins.find(plugins.CHECKS)}
    detectors = [plugins.load(plugins.DETECTORS, name) for name in plugins.find(plugins.DETECTORS)]
    return Pipeline(
        order=Order(channels=len(channels), reorder=site.works.reorder),
        quality=Quality.for_channels(channels, checks),
        expected=Expected.for_channels(channels, zone),
        load=Loads.for_channels(channels, zone, site.works.grid),
        detectors=tuple(detector.for_channels(channels) for detector in detectors),
        events=Events.for_channels(channels, zone),
        alarms=Alarms(rules=site.alarms, channels=channels),
    )


def state_key(site: Site, pipeline: Pipeline) -> str:
    """Name of the snapshots this site file and these stages can go on from."""
    words = [f"state/{_VERSION}", site.fingerprint, *_named(pipeline)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


#: Raised when the form of `_Parts` changes.
_VERSION = 2


def _named(pipeline: Pipeline) -> tuple[str, ...]:
    stages = (
        pipeline.order,
        pipeline.quality,
        pipeline.expected,
        pipeline.load,
        *pipeline.detectors,
        pipeline.events,
        pipeline.alarms,
    )
    return tuple(f"{stage.name}/{stage.version}" for stage in stages)


@dataclass(frozen=True)
class _Parts:
    """The state of every stage as bytes, in the pipeline's order, and which stage's each is."""

    stages: tuple[str, ...]
    parts: tuple[bytes, ...]


def dump_state(pipeline: Pipeline, state: PipelineState) -> bytes:
    """Write the state of all stages down, exactly."""
    parts = (
        state.order,
        state.quality,
        state.expected,
        state.load,
        *state.detectors,
        state.events,
        state.alarms,
    )
    return to_bytes(_Parts(_named(pipeline), tuple(to_bytes(part) for part in parts)))


def load_state(pipeline: Pipeline, data: bytes) -> PipelineState:
    """Read back what `dump_state` wrote for the same pipeline."""
    parts = list(from_bytes(data, _Parts).parts)
    stages: list[Any] = [pipeline.order, pipeline.quality, pipeline.expected, pipeline.load]
    order, quality, expected, load = (
        from_bytes(part, stage.state_type) for stage, part in zip(stages, parts[:4], strict=True)
    )
    middle = tuple(
        from_bytes(part, stage.state_type)
        for stage, part in zip(pipeline.detectors, parts[4:-2], strict=True)
    )
    events, alarms = parts[-2:]
    return PipelineState(
        order,
        quality,
        expected,
        load,
        middle,
        from_bytes(events, pipeline.events.state_type),
        from_bytes(alarms, pipeline.alarms.state_type),
    )


def load_alarms(pipeline: Pipeline, data: bytes) -> AlarmsState | None:
    """Read back only the alarms' state, whatever the other stages; None when it is another version's."""
    try:
        saved = from_bytes(data, _Parts)
        if saved.stages[-1:] != _named(pipeline)[-1:]:
            return None
        return from_bytes(saved.parts[-1], AlarmsState)
    except (msgspec.MsgspecError, IndexError):
        return None
