"""How judging begins: where it was left, what has changed since is told, and a snapshot is left.

From then on a crash finds a state to go on from, whatever came of the first message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from mulmok.config.site import Site
from mulmok.judge.alarm.carry import retold
from mulmok.judge.alarm.stage import Alarms
from mulmok.judge.pipeline import Pipeline
from mulmok.judge.respond.decide import decide
from mulmok.judge.stages import PipelineState
from mulmok.model.alarm import Transition
from mulmok.model.event import Event
from mulmok.model.message import ConfigChange
from mulmok.model.text import text
from mulmok.model.time import FOREVER
from mulmok.run.build import dump_state, state_key
from mulmok.run.guarded import judge
from mulmok.run.recover import Recovered, recover
from mulmok.store.query import Query
from mulmok.store.sqlite import Store

#: Open events there may be; far more than a works can have.
_EVENTS = 10_000


def begin(site: Site, pipeline: Pipeline, store: Store, at: int, received_at: int) -> PipelineState:
    """Give the state to judge the next message in. Raises StoreError.

    at           event time that has come [ns UTC]
    received_at  the works' clock [ns UTC]
    """
    store.know_channels([channel.id for channel in site.channels])
    store.know_configuration(site.fingerprint, site.content)
    told, events = tuple[Transition, ...](), tuple[Event, ...]()
    with store.query() as query:
        found = recover(site, pipeline, store, query)
        state = found.state
        if found.rebuilt:
            words = query.alarm_states()
            alarms, told = retold(cast("Alarms", pipeline.alarms), state.alarms, words, found.upto)
            state, events = replace(state, alarms=alarms), _events(found, query)
        changed = query.last_configuration() != site.fingerprint
    if changed or told or events:
        change = ConfigChange(at, site.fingerprint)
        state, said = judge(pipeline, state, change, channels=len(site.channels))
        said = replace(
            said,
            transitions=told + said.transitions,
            events=events + said.events,
            effects=decide(told) + said.effects,
        )
        store.write([(change, said)], received_at=received_at)
    store.save_snapshot(state_key(site, pipeline), store.last_seq(), dump_state(pipeline, state))
    return state


def _events(found: Recovered, query: Query) -> tuple[Event, ...]:
    """Words on events that judging anew has found open, and on those it has not found again."""
    kept = {event.id: event for event in query.events(FOREVER, limit=_EVENTS)}
    new = [
        event
        for event in found.events.values()
        if (event.ended_at is None) is not (event.id in kept)
    ]
    why = text("what is measured is judged in another way since then")
    lost = [
        replace(
            event,
            known_at=max(found.upto, event.known_at),
            ended_at=max(found.upto, event.detected_at),
            reasons=(*event.reasons, why),
        )
        for event in kept.values()
        if event.id not in found.events
    ]
    return (*new, *lost)
