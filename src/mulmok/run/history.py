"""Past readings into the store: judged as they would have been, and kept.

Into an empty store the whole judgement goes (events and alarms too) and a snapshot is left, so that
live continues as if it had always been there; only effects stay out: nobody is told of the past. A
first history that was broken off is no life: it is begun again.

Into a store with a life of its own only readings and flags go, and the loads of their days are reckoned
anew from all that is stored; its alarms are not rewritten, and the next start makes itself familiar
with the new history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mulmok.config.site import Site
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.judgement import Judgement
from mulmok.model.message import Readings
from mulmok.run.build import dump_state, state_key
from mulmok.run.guarded import judge
from mulmok.run.past_loads import loads_between
from mulmok.store.sqlite import Mark, Store


@dataclass(frozen=True, slots=True)
class Kept:
    """How much went in."""

    readings: int
    events: int
    state: PipelineState


def is_unlived(store: Store) -> bool:
    """Whether a first history is still to be written: there is none, or one that was broken off."""
    return store.is_empty() or (store.last_seq() == 0 and Mark.FIRST_HISTORY in store.marks())


def keep_history(
    site: Site, pipeline: Pipeline, store: Store, messages: Iterable[Readings], now: int
) -> Kept:
    """Judge past readings and keep them. Raises StoreError.

    Broken off in a store with a life, what was written stays, and giving the same readings again
    completes it.

    now   our clock [ns UTC]: no reading of the past is later, whatever its file says
    """
    fresh = is_unlived(store)
    store.know_configuration(site.fingerprint, site.content)
    store.mark(Mark.FIRST_HISTORY if fresh else Mark.JUDGE_ANEW)
    if fresh:
        store.drop_history()
    state, readings, events = pipeline.start(), 0, set[str]()
    begin, end = None, 0
    for message in messages:
        known = replace(message, received_at=now)
        state, said = judge(pipeline, state, known, channels=len(site.channels))
        store.write_bulk(replace(said, effects=()) if fresh else _readings_only(said))
        readings += sum(len(run.block) for run in said.runs)
        events.update(event.id for event in said.events)
        if len(message):
            first, last = int(message.at.min()), int(message.at.max())
            begin, end = first if begin is None else min(begin, first), max(end, last)
    if fresh:
        body = dump_state(pipeline, state)
        store.save_snapshot(state_key(site, pipeline), store.last_seq(), body)
    elif begin is not None:
        with store.query() as query:
            for loads in loads_between(site, pipeline.load, query, begin, end):
                store.write_bulk(Judgement(loads=loads))
    return Kept(readings, len(events), state)


def _readings_only(said: Judgement) -> Judgement:
    """Leave out what would speak to an operator: the past has had its alarms."""
    return replace(said, transitions=(), events=(), effects=(), findings=(), loads=())
