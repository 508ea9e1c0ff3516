"""How to come in at a broker: the settings for it, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.settings import Given, SettingKey

Version = Literal["3.1.1", "5"]

#: IANA: mqtt and secure-mqtt.
PORT, SECURE_PORT = 1883, 8883
#: Without traffic for so long, a word is exchanged to see whether the line stands [s]. Site choice.
KEEPALIVE_S = 30
#: MQTT 5.0, 3.1.2.10: the field has two bytes.
_LONGEST_KEEPALIVE_S = 65_535
_LAST_PORT = 65_535

#: Settings of every driver that goes to a broker.
BROKER: tuple[SettingKey, ...] = (
    SettingKey("host", "text", text("name or address of the broker"), '"10.0.0.5"', required=True),
    SettingKey("port", "whole", text("its port"), "8883", usual="1883; 8883 with tls"),
    SettingKey("version", "choice", text("version of MQTT to speak"), '"3.1.1"', usual='"5"', choices=("3.1.1", "5")),
    SettingKey("client_id", "text", text("name under which the broker knows mulmok; no other client may have it"), '"mulmok-miryang"', usual="one that is made once and kept in the data folder"),
    SettingKey("user", "text", text("name to come in with"), '"mulmok"', usual="nobody is asked for"),
    SettingKey("password", "secret", text("its password"), '"env:MQTT_PASSWORD"', usual="none"),
    SettingKey("tls", "switch", text("encrypt, and see that it is the right broker"), "true", usual="false"),
    SettingKey("ca", "folder", text("with tls: file of the authority that signed the broker's certificate; a relative path begins at the site file"), '"broker-ca.pem"', usual="the system's authorities"),
    SettingKey("certificate", "folder", text("with tls: file of our own certificate, where the broker wants one"), '"mulmok.pem"', usual="none"),
    SettingKey("key", "folder", text("with certificate: file of its key, not encrypted"), '"mulmok.key"'),
    SettingKey("keepalive", "duration", text("without traffic for so long, it is tried whether the line stands"), '"60 s"', usual='"30 s"'),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """Which broker, and as whom.

    user, password, ca, certificate, key  "" or None: there is none
    keepalive  [s]
    """

    host: str
    port: int
    version: Version = "5"
    user: str = ""
    password: str = ""
    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    keepalive: int = KEEPALIVE_S

    @classmethod
    def of(cls, given: Mapping[str, Given], beside: Path) -> Login:
        """Make it from the settings, which have been checked; files are meant `beside`."""
        tls = given.get("tls") is True
        port = given.get("port", SECURE_PORT if tls else PORT)
        keepalive = given.get("keepalive", KEEPALIVE_S * SECOND)
        return cls(
            host=str(given["host"]),
            port=int(str(port)),
            version="3.1.1" if given.get("version") == "3.1.1" else "5",
            user=str(given.get("user", "")),
            password=str(given.get("password", "")),
            tls=tls,
            ca=_file(given.get("ca"), beside),
            certificate=_file(given.get("certificate"), beside),
            key=_file(given.get("key"), beside),
            keepalive=max(1, int(str(keepalive)) // SECOND),
        )

    @property
    def place(self) -> str:
        """Where it is: `10.0.0.5:1883`."""
        return f"{self.host}:{self.port}"


def broker_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of the settings of a broker does not go together: key and fault."""
    port = given.get("port")
    if isinstance(port, int) and not 0 < port <= _LAST_PORT:
        yield "port", text("want a port from 1 to {last}", last=_LAST_PORT)
    for key in ("ca", "certificate"):
        if key in given and given.get("tls") is not True:
            yield key, text("stands with tls = true only: without it nothing is encrypted")
    for key, other in (("certificate", "key"), ("key", "certificate"), ("password", "user")):
        if key in given and other not in given:
            yield key, text("stands with {other} only", other=other)
    keepalive = given.get("keepalive")
    if isinstance(keepalive, int) and not SECOND <= keepalive <= _LONGEST_KEEPALIVE_S * SECOND:
        yield "keepalive", text('want "1 s" to "{most} s"', most=_LONGEST_KEEPALIVE_S)


def _file(given: Given | None, beside: Path) -> Path | None:
    return None if given is None else beside / str(given)
