"""The composition root: a site becomes a pipeline. The only place that constructs stages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import msgspec

from mulmok import plugins
from mulmok.config.build_waters import library
from mulmok.config.site import Site
from mulmok.judge.alarm.stage import Alarms, AlarmsState
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
from mulmok.store.snapshot import from_bytes, to_bytes


def build_pipeline(site: Site) -> Pipeline:
    """Make the stages of one works from its site file and the installed plugins."""
    channels, zone = site.channels, site.works.zone
    checks = {name: plugins.load(plugins.CHECKS, name) for name in plugins.find(plugins.CHECKS)}
    detectors = [plugins.load(plugins.DETECTORS, name) for name in plugins.find(plugins.DETECTORS)]
    return Pipeline(
        order=Order(channels=len(channels), reorder=site.works.reorder),
        quality=Quality.for_channels(channels, checks),
        expected=Expected.for_channels(channels, zone, site.works.calendar),
        detectors=tuple(detector.for_channels(channels) for detector in detectors),
        doubt=Doubt(),
        watch=Watch.for_channels(
            channels, (*library(), *site.dischargers), site.works.false_warnings
        ),
        disbelief=Doubt(),
        load=Loads.for_channels(channels, zone, site.works.grid),
        events=Events(channels),
        trust=Trusts.for_channels(channels),
        alarms=Alarms(rules=site.alarms, channels=channels),
        respond=Respond.for_rules(site.alarms, len(channels)),
    )


def state_key(site: Site, pipeline: Pipeline) -> str:
    """Name of the snapshots this site file and these stages can go on from."""
    words = [f"state/{_VERSION}", site.fingerprint, *_named(pipeline)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


#: Raised when the form of `_Parts` changes.
_VERSION = 2


def _named(pipeline: Pipeline) -> tuple[str, ...]:
    return tuple(f"{stage.name}/{stage.version}" for stage in pipeline.stages)


@dataclass(frozen=True)
class _Parts:
    """The state of every stage as bytes, in the pipeline's order, and which stage's each is."""

    stages: tuple[str, ...]
    parts: tuple[bytes, ...]


def dump_state(pipeline: Pipeline, state: PipelineState) -> bytes:
    """Write the state of all stages down, exactly."""
    return to_bytes(_Parts(_named(pipeline), tuple(to_bytes(part) for part in state.parts)))


def load_state(pipeline: Pipeline, data: bytes) -> PipelineState:
    """Read back what `dump_state` wrote for the same pipeline."""
    parts = from_bytes(data, _Parts).parts
    return PipelineState.of(
        tuple(
            from_bytes(part, stage.state_type)
            for part, stage in zip(parts, pipeline.stages, strict=True)
        )
    )


def load_alarms(pipeline: Pipeline, data: bytes) -> AlarmsState | None:
    """Read back only the alarms' state, whatever the other stages; None when it is another version's."""
    try:
        saved = from_bytes(data, _Parts)
        name = f"{pipeline.alarms.name}/{pipeline.alarms.version}"
        return from_bytes(saved.parts[saved.stages.index(name)], AlarmsState)
    except (msgspec.MsgspecError, IndexError, ValueError):
        return None
