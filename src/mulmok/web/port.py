"""The port: all the pages know of the running works. `mulmok.run.engine.Engine` stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from mulmok.config.site import Site
from mulmok.model.alarm import AlarmView
from mulmok.model.engine import EngineStatus, Taken
from mulmok.model.errors import StoreError
from mulmok.model.instrument import Instrument
from mulmok.model.judgement import Judgement
from mulmok.model.message import Command
from mulmok.model.text import Text
from mulmok.model.trust import Trust
from mulmok.source.port import Arrival
from mulmok.store.query import Query
from mulmok.store.sqlite import Store

T = TypeVar("T")
#: Load now [kg/h], covered share of the local day so far [0..1], carried so far today [kg].
CurrentLoad = tuple[float, float, float]


class Listener(Protocol):
    """Hears every judgement; when it is slow, the oldest it has not heard are dropped."""

    async def next(self) -> Judgement:
        """Wait for the next judgement."""
        ...


class Engine(Protocol):
    """A running works. Everything that changes it goes through `push` and `command`."""

    site: Site

    async def push(self, arrival: Arrival) -> Taken:
        """Say what became of readings once they are on disk. Raises StoreError."""
        ...

    async def command(self, command: Command) -> Text | None:
        """Journal and carry out a command; why, where it was refused. Raises StoreError."""
        ...

    async def perform(self, work: Callable[[Store], T]) -> T:
        """Have the writer do something with the store (people, sessions). Raises StoreError."""
        ...

    def query(self) -> Query:
        """Open a read-only view of the store, to be closed after use. Raises StoreError."""
        ...

    def saw(self, error: StoreError) -> None:
        """Hear of trouble with the store that a query had."""
        ...

    def subscribe(self) -> Listener:
        """Hear every judgement from now on, on the running event loop."""
        ...

    def now(self) -> int:
        """Event time of the works [ns UTC]."""
        ...

    def status(self) -> EngineStatus:
        """How the works stands at this moment."""
        ...

    def alarm_views(self) -> tuple[AlarmView, ...]:
        """Every alarm as it stands."""
        ...

    def trusts(self) -> tuple[Trust, ...]:
        """How far each channel can be believed now."""
        ...

    def instruments(self) -> tuple[Instrument, ...]:
        """What is known of every channel's instrument, in the order of the channels."""
        ...

    def current_loads(self) -> Mapping[str, CurrentLoad]:
        """Load of each concentration that has a flow at its place, by channel id."""
        ...
