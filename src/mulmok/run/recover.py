"""Where a works goes on from: the last snapshot and the journal after it, or its own history.

A crash anywhere leaves snapshot and journal agreeing: what was acknowledged is in the journal, and
replaying it in its order brings back the very state in which the process died. That needs the stages
and the site file of then. Where they have changed, or history has come in beneath, the stored readings
of the last weeks are judged anew instead, silently, and what people said of events is told again in its
place; no other command is given again, and the alarms go on as they were left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from mulmok.config.fingerprint import recalled
from mulmok.config.site import WARM_UP, Site
from mulmok.judge.alarm.carry import as_told, carry, obeyed
from mulmok.judge.alarm.stage import Alarms, AlarmsState
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.stages import PipelineState
from mulmok.model.event import Event
from mulmok.model.flag import Reason
from mulmok.model.message import Command, ConfigChange, Message, Readings
from mulmok.model.time import DAY, FOREVER
from mulmok.run.build import build_pipeline, load_alarms, load_state, state_key
from mulmok.run.guarded import judge
from mulmok.store.packing import Rows
from mulmok.store.query import Query
from mulmok.store.sqlite import Snapshot, Store


@dataclass(frozen=True, slots=True)
class Recovered:
    """The state to go on from, and how it was come by.

    replayed   messages judged again
    rebuilt    whether it comes from stored readings: then it may differ from what was last told
    upto       event time the stored readings came to [ns UTC]
    events     last word on each event found in them
    """

    state: PipelineState
    replayed: int
    rebuilt: bool = False
    upto: int = 0
    events: dict[str, Event] = field(default_factory=dict)


def recover(site: Site, pipeline: Pipeline, store: Store, query: Query) -> Recovered:
    """Bring back the state in which the works was left."""
    kept, anew = store.last_snapshot(), store.marks()
    if not anew and kept is None and _tells_all(site, store):
        return Recovered(*_replayed(pipeline, pipeline.start(), site, store.journal(0)))
    if not anew and kept is not None and kept.key == state_key(site, pipeline):
        state = load_state(pipeline, kept.body)
        return Recovered(*_replayed(pipeline, state, site, store.journal(kept.seq)))
    return _rebuilt(site, pipeline, store, query, kept)


def _replayed(
    pipeline: Pipeline, state: PipelineState, site: Site, entries: Iterator[tuple[int, Message]]
) -> tuple[PipelineState, int]:
    count = 0
    for _, message in entries:
        state, _ = judge(pipeline, state, message, channels=len(site.channels))
        count += 1
    return state, count


def _tells_all(site: Site, store: Store) -> bool:
    """Whether the journal holds everything since the beginning, all of it under this site file."""
    if store.is_empty():
        return True
    first = next(store.journal(0), (0, None))[0]
    return first == 1 and all(
        message.fingerprint == site.fingerprint
        for _, message in store.journal(0)
        if isinstance(message, ConfigChange)
    )


def _rebuilt(
    site: Site, pipeline: Pipeline, store: Store, query: Query, kept: Snapshot | None
) -> Recovered:
    state, count, upto, events = pipeline.start(), 0, 0, dict[str, Event]()
    span = query.data_range()
    if span is not None:
        start = max(span[0], span[1] - WARM_UP)
        for message in _told_again(site, query, start, span[1] + 1):
            state, said = judge(pipeline, state, message, channels=len(site.channels))
            events.update((event.id, event) for event in said.events)
            count, upto = count + 1, max(upto, said.upto)
    stage, left = cast("Alarms", pipeline.alarms), _left(store, kept)
    if left is None:
        alarms = as_told(stage, state.alarms, query.alarm_states())
    else:
        alarms = carry(*left, stage, state.alarms, upto)
    state = replace(state, alarms=alarms)
    return Recovered(state, count, rebuilt=True, upto=upto, events=events)


def _told_again(site: Site, query: Query, start: int, end: int) -> Iterator[Message]:
    """Stored readings, and between them what people said of events: what was learnt of it stands."""
    begin = start
    for said in query.statements_between(start, FOREVER):
        yield from stored_readings(site, query, begin, min(said.at + 1, end))
        begin = max(begin, min(said.at + 1, end))
        yield Command(
            said.at, said.who, said.action, "", said.why, event=said.event, cause=said.cause
        )
    yield from stored_readings(site, query, begin, end)


def _left(store: Store, kept: Snapshot | None) -> tuple[Alarms, AlarmsState] | None:
    """Alarms as they were left, with the rules of then; None when this version cannot read them."""
    site = None if kept is None or kept.configuration is None else recalled(kept.configuration)
    if kept is None or site is None:
        return None
    pipeline = build_pipeline(site)
    stage = cast("Alarms", pipeline.alarms)
    entries = store.journal(kept.seq, [channel.id for channel in site.channels])
    if kept.key == state_key(site, pipeline):
        state, _ = _replayed(pipeline, load_state(pipeline, kept.body), site, entries)
        return stage, state.alarms
    # The other stages are of another version. What came after the snapshot cannot be judged as it
    # was then, but what operators have hidden since stays hidden.
    alarms = load_alarms(pipeline, kept.body)
    if alarms is None:
        return None
    commands = (message for _, message in entries if isinstance(message, Command))
    return stage, obeyed(stage, alarms, commands)


def stored_readings(site: Site, query: Query, start: int, end: int) -> Iterator[Readings]:
    """Stored readings from `start` up to before `end` [ns UTC], a day at a time, in time order."""
    for day in range(start, end, DAY):
        columns = [
            (index, _judgeable(query.rows(channel.id, day, min(day + DAY, end))))
            for index, channel in enumerate(site.channels)
        ]
        channel = np.concatenate([np.full(len(rows.at), i, np.int16) for i, rows in columns])
        at = np.concatenate([rows.at for _, rows in columns])
        if len(at) == 0:
            continue
        order = np.lexsort((channel, at))
        yield Readings(
            received_at=0,
            channel=channel[order],
            at=at[order],
            value=np.concatenate([rows.value for _, rows in columns])[order],
            status=np.concatenate([rows.status for _, rows in columns])[order],
            source="history",
        )


def _judgeable(rows: Rows) -> Rows:
    """Leave out rows with a time that had not come: they were never judged, and never are."""
    return rows.part(np.flatnonzero(rows.reasons & Reason.FUTURE == 0))
