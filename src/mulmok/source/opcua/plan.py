"""What is asked of an OPC UA server, made from the settings of its channels.

A node is asked for once, whatever channels use it: the elements of one array share it.

The sampling interval of a node is the interval of its channel: more often than a channel is judged
nobody needs to look, and less often would miss readings. A server that only forwards what its
devices send is not held back by it, and may bring more.

The server's queue of a node holds what comes in between two notifications, and what comes while we
cannot take any (`QUEUED`). When it runs over all the same, the oldest go. The other way a server
knows (Part 4, 7.21 discardOldest) loses as many, but those of now: it overwrites the newest in the
queue again and again, and leaves a jump where the works is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mulmok.model.channel import Channel
from mulmok.model.status import Status
from mulmok.model.time import SECOND
from mulmok.source.opcua.node_name import NodeName, parse_node
from mulmok.source.opcua.settings import span
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import Signal

#: How long the queue of a node at the server lasts [ns]: the disk may be busy for so long. Site choice.
QUEUED = 60 * SECOND
#: Fewest and most values in it. A server may grant less; most is what it can be asked for without
#: being refused. Site choice.
_FEWEST, _MOST = 10, 1000
#: How long a subscription lives without us [ns]. Site choice.
_LIFE = 600 * SECOND


@dataclass(frozen=True, slots=True)
class Point:
    """Where one channel stands.

    value     index in `Plan.nodes` of the node of its value
    status    of the node of its status; None: it has none
    element   which element of an array it is; None: it is no array
    statuses  what the codes at the node of its status mean; None: names and codes of ours
    codes     what OPC UA status codes mean, where not as usual
    """

    channel: Channel
    signal: Signal
    value: int
    status: int | None
    element: int | None
    statuses: Mapping[str, Status] | None
    codes: Mapping[str, Status]

    @property
    def nodes(self) -> tuple[int, ...]:
        """Nodes that must be read for it."""
        return (self.value,) if self.status is None else (self.value, self.status)


@dataclass(frozen=True, slots=True)
class Node:
    """One node that is subscribed to.

    sampling  how often the server looks at it [ns]
    queue     values it keeps between two notifications
    """

    name: NodeName
    sampling: int
    queue: int


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is asked of one server.

    points     by the index of their channel
    interval   of publishing [ns]
    keep_alive publishing intervals without news after which the server says that it is alive
    lifetime   publishing intervals without us after which it drops the subscription
    watchdog   silence after which the subscription is dead [ns]
    """

    points: Mapping[int, Point]
    nodes: tuple[Node, ...]
    interval: int
    keep_alive: int
    lifetime: int
    watchdog: int

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from checked settings."""
        # To be told less often than a channel has a reading would leave all of it to reading.
        soonest = min(channel.every for _, channel in setup.feeding())
        interval = min(span(setup.settings, "interval", SECOND), soonest)
        watchdog = span(setup.settings, "watchdog", 30 * SECOND)
        asked = _Asked({}, [])
        signals = setup.signals()
        points = {
            index: asked.point(channel, setup.each.get(channel.id, {}), signals[index])
            for index, channel in setup.feeding()
        }
        # Three signs of life within the watchdog: two may be late.
        keep_alive = max(watchdog // (3 * interval), 1)
        return cls(
            points=points,
            nodes=tuple(asked.nodes(interval)),
            interval=interval,
            keep_alive=keep_alive,
            # Part 4, 5.13.2: the lifetime is three keep-alives at least.
            lifetime=max(3 * keep_alive, _LIFE // interval),
            watchdog=watchdog,
        )

    def nodes_of(self, channels: Iterable[int]) -> list[int]:
        """Nodes of some channels, each once, in their order."""
        return sorted({node for index in channels for node in self.points[index].nodes})


@dataclass(frozen=True, slots=True)
class _Asked:
    """Nodes so far, by what they are; how often each is sampled."""

    number: dict[tuple[object, ...], int]
    found: list[tuple[NodeName, int]]

    def point(self, channel: Channel, own: Mapping[str, Given], signal: Signal) -> Point:
        element, status = own.get("element"), own.get("status_node")
        statuses = own.get("statuses")
        return Point(
            channel=channel,
            signal=signal,
            value=self._node(str(own["node"]), channel.every),
            status=None if status is None else self._node(str(status), channel.every),
            element=element if isinstance(element, int) else None,
            statuses=_statuses(statuses) if isinstance(statuses, Mapping) else None,
            codes=_statuses(own.get("codes")),
        )

    def nodes(self, interval: int) -> Iterable[Node]:
        for name, sampling in self.found:
            queue = -(-max(QUEUED, 2 * interval) // sampling)
            yield Node(name, sampling, min(max(queue, _FEWEST), _MOST))

    def _node(self, words: str, every: int) -> int:
        name = parse_node(words)
        which = (name.namespace, name.kind, name.identifier)
        number = self.number.setdefault(which, len(self.found))
        if number == len(self.found):
            self.found.append((name, every))
        self.found[number] = self.found[number][0], min(self.found[number][1], every)
        return number


def _statuses(given: Given | None) -> dict[str, Status]:
    if not isinstance(given, Mapping):
        return {}
    return {code: Status[name] for code, name in given.items()}
