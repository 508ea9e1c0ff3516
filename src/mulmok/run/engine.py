"""The running works as the rest of the program sees it: hand things in, look, listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from mulmok.config.site import Site
from mulmok.judge.alarm.stage import views
from mulmok.judge.pipeline import Pipeline
from mulmok.model.alarm import AlarmView
from mulmok.model.engine import EngineStatus, Taken
from mulmok.model.errors import DamagedError, StoreError
from mulmok.model.instrument import Instrument
from mulmok.model.message import Command, Message, Readings, SourceState, SourceStatus
from mulmok.model.text import Text
from mulmok.model.trust import Trust
from mulmok.run.broadcast import Broadcast, Subscription
from mulmok.run.build import build_pipeline, state_key
from mulmok.run.clock import Clock, stopwatch
from mulmok.run.doors import Doors
from mulmok.run.instruments import Instruments
from mulmok.run.opening import begin
from mulmok.run.writer import SNAPSHOT_AFTER, TICK_GRACE, Committed, Writer
from mulmok.source.port import Arrival
from mulmok.store.query import Query
from mulmok.store.retention import Retention
from mulmok.store.sqlite import Store

T = TypeVar("T")


@dataclass
class Engine:
    """One works, judged and kept by one writer thread."""

    site: Site
    pipeline: Pipeline
    store: Store
    clock: Clock
    writer: Writer
    broadcast: Broadcast
    _sources: dict[str, SourceState] = field(default_factory=dict)
    #: Damage once seen stays: only some pages may be bad, and the rest goes on as if nothing were.
    _damage: DamagedError | None = None

    def __post_init__(self) -> None:
        """Open the doors of those who push."""
        self.doors = Doors(self.site)
        self.known = Instruments(self.site)

    @classmethod
    def open(
        cls, site: Site, data: Path, clock: Clock, *, snapshot_after: int = SNAPSHOT_AFTER
    ) -> Engine:
        """Open the store, go on from where it was left, and begin. Raises StoreError."""
        keep = Retention(readings=site.store.retention, journal=site.store.journal)
        store = Store.open(data, keep)
        try:
            pipeline, now = build_pipeline(site), clock.now()
            state = begin(site, pipeline, store, now - TICK_GRACE, now)
        except BaseException:
            store.close()
            raise
        broadcast = Broadcast()
        writer = Writer(
            pipeline=pipeline,
            state=state,
            store=store,
            clock=clock,
            key=state_key(site, pipeline),
            channels=len(site.channels),
            published=broadcast.publish,
            snapshot_after=snapshot_after,
        )
        engine = cls(site, pipeline, store, clock, writer, broadcast)
        writer.start()
        return engine

    def close(self) -> None:
        """Finish what was taken, leave a snapshot, close the store."""
        self.writer.stop()
        self.store.close()

    async def submit(self, arrival: Arrival, source: str = "") -> int:
        """Journal and judge readings; returns their place in the journal once they are on disk.

        Raises StoreError when they could not be kept: then nothing of them was.
        """
        return (await self._commit(self._message(arrival, source), joins=True)).seq

    async def take(self, arrival: Arrival, source: str = "") -> Taken:
        """Journal and judge readings, and say what became of them. Raises StoreError as `submit`."""
        kept = await self._commit(self._message(arrival, source))
        said = kept.judgement
        return Taken(kept.seq, said.late, said.duplicates, said.conflicts)

    async def push(self, arrival: Arrival) -> Taken:
        """`take` for readings that came by themselves: their source is heard, and named."""
        source, now = self.doors.name(arrival.channel), self.clock.now()
        taken = await self.take(arrival, source)
        self.doors.heard(arrival.channel, now)
        self.known.tally(source).delivered(arrival, now)
        return taken

    async def command(self, command: Command) -> Text | None:
        """Journal and carry out an operator's command; tells why where it was refused."""
        refused = (await self._commit(command)).judgement.refused
        return refused[0].why if refused else None

    async def report(self, status: SourceStatus) -> None:
        """Journal how a source does."""
        await self._commit(status)
        self._sources[status.source] = status.state

    def _message(self, arrival: Arrival, source: str) -> Readings:
        return Readings(
            received_at=self.clock.now(),
            channel=arrival.channel,
            at=arrival.at,
            value=arrival.value,
            status=arrival.status,
            source=source,
        )

    async def _commit(self, message: Message, *, joins: bool = False) -> Committed:
        try:
            done = self.writer.submit(message, joins=joins)
            return cast("Committed", await asyncio.wrap_future(done))
        except StoreError as error:
            self.saw(error)
            raise

    async def perform(self, work: Callable[[Store], T]) -> T:
        """Have something done with the store's writing connection (people, effects)."""
        try:
            return cast("T", await asyncio.wrap_future(self.writer.perform(work)))
        except StoreError as error:
            self.saw(error)
            raise

    def saw(self, error: StoreError) -> None:
        """Hear of trouble that somebody had with the store; damage makes the works fail from then on."""
        if self._damage is None and isinstance(error, DamagedError):
            self._damage = error

    def query(self) -> Query:
        """Open a read-only view of the store; close it after use."""
        return self.store.query()

    def now(self) -> int:
        """Event time of the works [ns UTC]."""
        return self.clock.now()

    def subscribe(self) -> Subscription:
        """Hear every judgement from now on, on the running event loop."""
        return self.broadcast.subscribe()

    def unsubscribe(self, listener: Subscription) -> None:
        """Stop hearing."""
        self.broadcast.unsubscribe(listener)

    def alarm_views(self) -> tuple[AlarmView, ...]:
        """Every alarm as it stands."""
        return views(self.writer.state.alarms, self.site.alarms)

    def trusts(self) -> tuple[Trust, ...]:
        """How far each channel can be believed now."""
        return self.pipeline.trust.trust(self.writer.state.trust, self.writer.pulse.upto)

    def instruments(self) -> tuple[Instrument, ...]:
        """What is known of every channel's instrument."""
        return self.known.look(self._sources, self.clock.now())

    def current_loads(self) -> dict[str, tuple[float, float, float]]:
        """Per concentration channel: rate [kg/h], covered share of today [0..1], today so far [kg]."""
        found = self.pipeline.load.current(self.writer.state.load)
        return {self.site.channels[index].id: figures for index, figures in found.items()}

    def status(self) -> EngineStatus:
        """How the works stands at this moment."""
        pulse = self.writer.pulse
        if pulse.failing is not None:
            self.saw(pulse.failing)
        trouble = self._damage or pulse.failing
        return EngineStatus(
            now=self.clock.now(),
            upto=pulse.upto,
            lag=stopwatch() - pulse.turned if pulse.turned else 0,
            took=pulse.took,
            waiting=self.writer.waiting,
            readings=pulse.readings,
            commits=pulse.commits,
            alive=self.writer.alive,
            store=None if trouble is None else trouble.text,
            silent=tuple(
                sorted(name for name, state in self._sources.items() if state is not SourceState.OK)
            ),
        )
