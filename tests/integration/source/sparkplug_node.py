"""An edge node that a test leads by the hand, at a real broker."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from integration.source.brokers import PATIENCE_S, Broker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from mulmok.source.broker.waiting import Message
from mulmok.source.sparkplug.encode import encode
from mulmok.source.sparkplug.message import BD_SEQ, Address, Kind, Metric, Payload, Type
from mulmok.source.sparkplug.peer import wants_rebirth

GROUP = "works"


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Hand:
    """An edge node; `asked` counts the wishes for its rebirth, `states` what hosts say of themselves."""

    def __init__(self, broker: Broker, name: str = "inlet", bd_seq: int = 1) -> None:
        self.name, self.bd_seq, self.seq = name, bd_seq, 0
        self.asked, self.states = 0, []
        five = broker.version == "5"
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        )
        will = encode(Payload([self._bd_seq()]))
        self.client.will_set(self.topic(Kind.NDEATH), will, 1)
        self.client.on_message = self._heard
        self.client.on_subscribe = lambda *_: setattr(self, "ready", True)
        self.ready = False
        self.client.connect("127.0.0.1", broker.port)
        self.client.loop_start()
        self.client.subscribe([(f"spBv1.0/{GROUP}/NCMD/{name}", 1), ("spBv1.0/STATE/#", 1)])
        deadline = time.monotonic() + PATIENCE_S
        while not self.ready:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def topic(self, kind: Kind, device: str = "") -> str:
        return Address(kind, GROUP, self.name, device).topic

    def born(self, *metrics: Metric) -> None:
        self.seq = 255
        self.say(Kind.NBIRTH, self._bd_seq(), *metrics)

    def say(self, kind: Kind, *metrics: Metric, device: str = "", skip: int = 0) -> None:
        """Publish; `skip` numbers are left out before it."""
        self.seq = (self.seq + 1 + skip) % 256
        payload = Payload([*metrics], timestamp=now_ms(), seq=self.seq)
        self.client.publish(self.topic(kind, device), encode(payload), 0).wait_for_publish(
            PATIENCE_S
        )

    def lose_the_line(self) -> None:
        """Go without a word: the broker says that it has died."""
        sock = self.client.socket()
        assert sock is not None
        self.client.loop_stop()
        sock.close()

    def _bd_seq(self) -> Metric:
        return Metric(BD_SEQ, datatype=Type.INT64, value=self.bd_seq)

    def _heard(self, _client: object, _data: object, message) -> None:
        if "/STATE/" in message.topic:
            self.states.append(message.payload)
        elif wants_rebirth(Message(message.topic, message.payload, 0)):
            self.asked += 1


def double(name: str = "", alias: int | None = None, value: float = 0.0, **more: object) -> Metric:
    datatype = Type.DOUBLE if name else 0
    return Metric(name, alias, datatype=datatype, value=value, **more)  # type: ignore[arg-type]
