"""An edge node as its host knows it: whether it lives, what its aliases mean, whether something is missing.

Pure: a message and an instant go in, what is to be made of it comes out. The rules (Sparkplug 3.0):

  state      message                   becomes   and
  any        NBIRTH                    ALIVE     aliases anew, no device lives, its numbering begins
  ALIVE      NDEATH of this bdSeq      DEAD      all its channels cannot be had
  ALIVE      NDEATH of another bdSeq   ALIVE     that of a connection that is gone: passed over
  ALIVE      next number               ALIVE     what it says is taken
  ALIVE      another number            LOST      something is missing: what goes by alias is not taken
  ALIVE      DBIRTH                    ALIVE     the device lives, its aliases are known
  ALIVE      DDEATH                    ALIVE     the device's channels cannot be had
  ALIVE      DDATA, device not born    LOST      its birth was missed
  DEAD, NEW  anything but NBIRTH       LOST      its birth was missed
  LOST       anything but NBIRTH       LOST      what has a name is taken

In LOST a rebirth is asked for at once and again every `ASK_EVERY`, in NEW every `ASK_UNKNOWN`: it may be
that nobody of that name is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from mulmok.model.time import MINUTE, NEVER, SECOND
from mulmok.source.sparkplug.message import BD_SEQ, SEQUENCE, Address, Kind, Metric, Payload

#: Time between two wishes for a rebirth [ns]: a node with many metrics has much to say. Site choice.
ASK_EVERY, ASK_UNKNOWN = 10 * SECOND, MINUTE
#: Aliases and metrics that are remembered of one node; one that has more is told of as LOST. Site choice.
MOST = 20_000


class State(Enum):
    """What is known of an edge node."""

    NEW = "new"
    ALIVE = "alive"
    LOST = "lost"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Known:
    """A metric that was born: of which device ("" the node's own), its name and datatype."""

    device: str
    name: str
    datatype: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be made of a message.

    metrics  what was said, each with the metric it is about
    born     device that was born with exactly these metrics ("" the node itself); None: none was
    dead     whether the node has died, and all its devices with it
    gone     device that has died; None: none has
    rebirth  whether the node is to be asked to be born again
    """

    metrics: tuple[tuple[Known, Metric], ...] = ()
    born: str | None = None
    dead: bool = False
    gone: str | None = None
    rebirth: bool = False


@dataclass
class Session:
    """One edge node; `asked_at` is when its rebirth was asked for last [ns UTC]."""

    state: State = State.NEW
    bd_seq: int | None = None
    seq: int = 0
    devices: set[str] = field(default_factory=set)
    aliases: dict[int, Known] = field(default_factory=dict)
    types: dict[tuple[str, str], int] = field(default_factory=dict)
    asked_at: int = NEVER

    def hear(self, address: Address, payload: Payload, now: int) -> Outcome:
        """Give what is to be made of a message that came at `now` [ns UTC]."""
        if address.kind is Kind.NBIRTH:
            return self._born(payload)
        if address.kind is Kind.NDEATH:
            return self._died(payload, now)
        self._count(payload)
        born = address.kind is not Kind.DDATA or address.device in self.devices
        if self.state is State.ALIVE and not born:
            self.state = State.LOST
        if address.kind is Kind.DBIRTH:
            outcome = self._device_born(address.device, payload)
        elif address.kind is Kind.DDEATH:
            self.devices.discard(address.device)
            outcome = Outcome(gone=address.device)
        else:
            outcome = Outcome(self._taken(address.device, payload))
        return replace(outcome, rebirth=self.ask(now))

    def ask(self, now: int) -> bool:
        """Whether the node is to be asked for its rebirth now; it then counts as asked."""
        every = {State.LOST: ASK_EVERY, State.NEW: ASK_UNKNOWN}.get(self.state)
        if every is None or now - self.asked_at < every:
            return False
        self.asked_at = now
        return True

    def lives(self, device: str) -> bool:
        """Whether what a device ("" the node itself) said last still holds."""
        return self.state is State.ALIVE and (not device or device in self.devices)

    def _born(self, payload: Payload) -> Outcome:
        self.state, self.seq = State.ALIVE, payload.seq or 0
        self.bd_seq = _bd_seq(payload)
        self.devices, self.aliases, self.types = set(), {}, {}
        self._remember("", payload)
        return Outcome(self._taken("", payload, born=True), born="")

    def _died(self, payload: Payload, now: int) -> Outcome:
        theirs = _bd_seq(payload)
        if None not in (theirs, self.bd_seq) and theirs != self.bd_seq:
            return Outcome()
        if self.state is State.NEW:
            # It may be the word of a connection that is gone, of a node that lives: let it say so.
            return Outcome(dead=True, rebirth=self.ask(now))
        self.state, self.devices = State.DEAD, set()
        return Outcome(dead=True)

    def _device_born(self, device: str, payload: Payload) -> Outcome:
        if self.state is not State.ALIVE:
            return Outcome(self._taken(device, payload))
        self.devices.add(device)
        self._remember(device, payload)
        return Outcome(self._taken(device, payload, born=True), born=device)

    def _count(self, payload: Payload) -> None:
        """Follow the numbering; a message that is missing may have been a birth."""
        wanted, self.seq = (self.seq + 1) % SEQUENCE, (payload.seq or 0) % SEQUENCE
        if self.state is not State.ALIVE or self.seq != wanted:
            self.state = State.LOST

    def _remember(self, device: str, payload: Payload) -> None:
        for metric in payload.metrics:
            if not metric.name or len(self.types) >= MOST:
                continue
            known = Known(device, metric.name, metric.datatype)
            self.types[device, metric.name] = metric.datatype
            if metric.alias is not None:
                self.aliases[metric.alias] = known

    def _taken(
        self, device: str, payload: Payload, *, born: bool = False
    ) -> tuple[tuple[Known, Metric], ...]:
        """Give the metrics whose meaning is known; in a birth each has its name."""
        found = []
        for metric in payload.metrics:
            if metric.name:
                datatype = metric.datatype or self.types.get((device, metric.name), 0)
                found.append((Known(device, metric.name, datatype), metric))
            elif metric.alias is not None and self.state is State.ALIVE and not born:
                known = self.aliases.get(metric.alias)
                if known is None:
                    self.state = State.LOST  # it was born with what we did not hear of
                elif known.device == device:
                    found.append((known, metric))
        return tuple(found)


def _bd_seq(payload: Payload) -> int | None:
    for metric in payload.metrics:
        if metric.name == BD_SEQ and isinstance(metric.value, int):
            return metric.value
    return None
