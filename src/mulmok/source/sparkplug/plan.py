"""Which edge nodes are to be heard, and which of their metrics the channels are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mulmok.model.text import Text, text
from mulmok.source.broker.login import BROKER, Login, broker_faults
from mulmok.source.port import Setup
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, Signal, signal_faults
from mulmok.source.sparkplug.message import NAMESPACE

#: By what name edge nodes know us, where none is given.
HOST = "mulmok"

SETTINGS: tuple[SettingKey, ...] = (
    *BROKER,
    SettingKey("group", "text", text("group of the edge nodes"), '"works"', required=True),
    SettingKey("host_id", "text", text("name under which mulmok says that it is there (STATE); nodes that wait for their host wait for this"), '"scada"', usual='"mulmok"'),
    SettingKey("node", "text", text("edge node that publishes it"), '"inlet"', required=True, each=True),
    SettingKey("device", "text", text("device of the node"), '"analyser-1"', usual="it is the node's own", each=True),
    SettingKey("metric", "text", text("name of the metric, as the birth has it"), '"Process/pH"', required=True, each=True),
    SettingKey("hold", "switch", text("the node sends changes only: between them the value holds, for as long as the node lives"), "false", usual="true", each=True),
    *SIGNAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """The metric that a channel is, and how its numbers become values.

    device  "" where it is the node's own
    every   interval of the channel [ns]
    hold    whether a value is said again at that interval until there is another
    """

    id: str
    node: str
    device: str
    metric: str
    signal: Signal
    every: int
    hold: bool

    @property
    def place(self) -> str:
        """Where it stands: `inlet/analyser-1 Process/pH`."""
        return (
            f"{self.node}/{self.device} {self.metric}"
            if self.device
            else f"{self.node} {self.metric}"
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a source wants of which group; `wanted` by index of the channel."""

    login: Login
    group: str
    host_id: str
    wanted: Mapping[int, Wanted]

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from the settings, which have been checked."""
        signals = setup.signals()
        wanted = {}
        for index, channel in setup.feeding():
            own = setup.each.get(channel.id, {})
            wanted[index] = Wanted(
                channel.id,
                str(own["node"]),
                str(own.get("device", "")),
                str(own["metric"]),
                signals[index],
                channel.every,
                own.get("hold") is not False,
            )
        given = setup.settings
        host_id = str(given.get("host_id", HOST))
        return cls(Login.of(given, setup.beside), str(given["group"]), host_id, wanted)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The edge nodes, each once."""
        return tuple(dict.fromkeys(one.node for one in self.wanted.values()))

    @property
    def filters(self) -> dict[str, int]:
        """What to ask the broker for: all that the nodes and their devices say, so that none is missed."""
        return {
            topic: 1
            for node in self.nodes
            for topic in (
                f"{NAMESPACE}/{self.group}/+/{node}",
                f"{NAMESPACE}/{self.group}/+/{node}/+",
            )
        }

    @property
    def state(self) -> str:
        """Topic on which we say whether we are there."""
        return f"{NAMESPACE}/STATE/{self.host_id}"


def faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of the settings does not go together: key and fault."""
    yield from broker_faults(given)
    yield from signal_faults(given)
    for key in ("group", "host_id", "node", "device"):
        if any(letter in str(given.get(key, "")) for letter in "/+#"):
            yield key, text("want a name without / + and #: it is a level of the topic")
    if given.get("group") == "STATE":
        yield "group", text("no group has this name: it is where hosts say that they are there")
