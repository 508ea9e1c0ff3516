"""A works of two channels in one document each second, and what its instruments publish."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from integration.source.brokers import Broker
from integration.source.watched import Watched, until

from mulmok.model.time import SECOND

BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)


def mqtt_site(broker: Broker, more: str = "", ph: str = "", *, topic: str = "works/inlet") -> str:
    """`more`: settings of the source; `ph`: of the channel besides."""
    return f"""
[[source]]
id = "broker"
driver = "mqtt"
host = "127.0.0.1"
port = {broker.port}
version = "{broker.version}"
{more}

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 s"
[channel.source]
id = "broker"
topic = "{topic}"
path = "ph"
time_path = "time"
{ph}

[[channel]]
id = "inlet.ec"
quantity = "ec"
every = "1 s"
[channel.source]
id = "broker"
topic = "works/inlet"
path = "data.ec"
time_path = "time"
unit = "mS/cm"
"""


def document(number: int, ph: object = ..., **more: object) -> str:
    """What the instruments show `number` seconds after the beginning."""
    at = (BEGIN + timedelta(seconds=number)).isoformat()
    ph = 7 + number / 10_000 if ph is ... else ph
    return json.dumps({"time": at, "ph": ph, "data": {"ec": 1.5}, **more})


def at(number: int) -> int:
    """Instant of a document [ns UTC]."""
    return (int(BEGIN.timestamp()) + number) * SECOND


async def come_in(watched: Watched) -> None:
    """Wait until the driver is in at the broker."""
    await until(lambda: watched.source.source._line is not None, "the driver comes in")
