"""Past readings into the store: judged as they would have been, and kept.

Into an empty store the whole judgement goes (events and alarms too) and a snapshot is left, so that
live continues as if it had always been there; only effects stay out: nobody is told of the past. Into a store with a life of its own only readings,
flags and loads go; its alarms are not rewritten, and the next start makes itself familiar with the
new history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mulmok.config.site import Site
from mulmok.judge.pipeline import Pipeline, PipelineState
from mulmok.model.judgement import Judgement
from mulmok.model.message import Readings
from mulmok.run.build import dump_state, state_key
from mulmok.run.guarded import judge
from mulmok.store.sqlite import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """How much went in."""

    readings: int
    events: int
    state: PipelineState


def keep_history(
    site: Site, pipeline: Pipeline, store: Store, messages: Iterable[Readings]
) -> Kept:
    """Judge past readings and keep them. Raises StoreError; what was written before it stays."""
    fresh = store.is_empty()
    state, readings, events = pipeline.start(), 0, set[str]()
    for message in messages:
        state, said = judge(pipeline, state, message, channels=len(site.channels))
        store.write_bulk(replace(said, effects=()) if fresh else _readings_only(said))
        readings += sum(len(run.block) for run in said.runs)
        events.update(event.id for event in said.events)
    if fresh:
        store.save_snapshot(state_key(site, pipeline), store.last_seq(), dump_state(state))
    else:
        store.drop_snapshots()
    return Kept(readings, len(events), state)


def _readings_only(said: Judgement) -> Judgement:
    """Leave out what would speak to an operator: the past has had its alarms."""
    return replace(said, transitions=(), events=(), effects=(), findings=())
