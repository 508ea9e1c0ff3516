"""Brokers for tests: mosquitto where it is installed; for what needs nothing of its own, amqtt.

Set MULMOK_REQUIRE_BROKER to have a test fail that would be skipped for want of mosquitto.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import pytest
from integration.source.certificates import Certificates
from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
_RIGHTS = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"), None)
PATIENCE_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def want_mosquitto(*, rights: bool = False) -> None:
    """Skip a test that needs mosquitto where there is none, or fail it where there must be one."""
    if MOSQUITTO is not None and (_RIGHTS is not None or not rights):
        return
    why = "needs the broker mosquitto: on Debian or Ubuntu, apt install mosquitto"
    if os.environ.get("MULMOK_REQUIRE_BROKER"):
        pytest.fail(why)
    pytest.skip(why)


class Broker:
    """A broker in a process of its own.

    lines    of its configuration besides
    persist  whether what it has is on disk with each change
    """

    #: Whether it speaks MQTT 5.
    version = "5"

    def __init__(self, folder: Path, lines: Iterable[str] = (), *, persist: bool = False) -> None:
        self.folder = folder / "broker"
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.conf = self.folder / "broker.conf"
        self.write([*lines, *(self._kept() if persist else ())])

    def _kept(self) -> list[str]:
        return [
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
        ]

    def write(self, lines: Iterable[str]) -> None:
        words = [
            f"listener {self.port} 127.0.0.1",
            *(["user root"] if os.geteuid() == 0 else []),
            "max_queued_messages 0",
            *lines,
        ]
        if not any(line.startswith(("allow_anonymous", "plugin")) for line in words):
            words.append("allow_anonymous true")
        self.conf.write_text("\n".join(words) + "\n")

    def command(self) -> list[str]:
        assert MOSQUITTO is not None
        return [MOSQUITTO, "-c", str(self.conf)]

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < deadline, "the broker does not start"
                assert self.process.poll() is None, "the broker has ended"
                time.sleep(0.02)

    def stop(self) -> None:
        """Stop it as a service manager does: it keeps what it has to keep."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE_S)
            self.process = None

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Amqtt(Broker):
    """The broker in Python: MQTT 3.1.1, everybody may do everything."""

    version = "3.1.1"

    def write(self, lines: Iterable[str]) -> None:
        assert not [*lines], "this one has no settings"
        plugin = "amqtt.plugins.authentication.AnonymousAuthPlugin"
        words = {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}},
            "plugins": {plugin: {"allow_anonymous": True}},
        }
        self.conf.write_text(json.dumps(words))  # what is JSON is YAML

    def _kept(self) -> list[str]:
        return []

    def command(self) -> list[str]:
        return [str(Path(sys.executable).with_name("amqtt")), "-c", str(self.conf)]


def any_broker(folder: Path) -> Broker:
    """A broker that lets in everybody: mosquitto, or amqtt where there is none."""
    return Broker(folder) if MOSQUITTO is not None else Amqtt(folder)


def with_rights(
    folder: Path, users: Mapping[str, str], readable: Mapping[str, list[str]]
) -> Broker:
    """A broker with passwords, that lets each user subscribe to patterns of topics only."""
    want_mosquitto(rights=True)
    broker = Broker(folder, ["allow_anonymous false"])
    write_rights(broker, users, readable)
    broker.write(
        [
            "per_listener_settings false",
            f"plugin {_RIGHTS}",
            f"plugin_opt_config_file {rights_of(broker)}",
        ]
    )
    return broker


def rights_of(broker: Broker) -> Path:
    return broker.folder / "rights.json"


def write_rights(
    broker: Broker, users: Mapping[str, str], readable: Mapping[str, list[str]]
) -> None:
    """What mosquitto's plugin for rights reads when it starts."""
    clients, roles = [], []
    for user, password in users.items():
        salt = os.urandom(12)
        secret = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
        clients.append(
            {
                "username": user,
                "password": base64.b64encode(secret).decode(),
                "salt": base64.b64encode(salt).decode(),
                "iterations": 101,
                "roles": [{"rolename": user}],
            }
        )
        roles.append(
            {
                "rolename": user,
                "acls": [
                    {"acltype": kind, "topic": topic, "priority": 0, "allow": True}
                    for topic in readable[user]
                    for kind in ("subscribePattern", "publishClientSend")
                ],
            }
        )
    usual = {
        "publishClientSend": True,
        "publishClientReceive": True,
        "subscribe": False,
        "unsubscribe": True,
    }
    rights_of(broker).write_text(
        json.dumps({"defaultACLAccess": usual, "clients": clients, "groups": [], "roles": roles})
    )


def with_tls(folder: Path, certificates: Certificates, *, ask: bool = False) -> Broker:
    """A broker that encrypts; `ask`: who comes must show a certificate as well."""
    want_mosquitto()
    return Broker(
        folder,
        [
            f"cafile {certificates.ca}",
            f"certfile {certificates.server}",
            f"keyfile {certificates.server_key}",
            f"require_certificate {'true' if ask else 'false'}",
            "allow_anonymous true",
        ],
    )


class Publisher:
    """Somebody who publishes, and does not rest before the broker has everything of QoS 1."""

    def __init__(self, broker: Broker, user: str = "", password: str = "") -> None:
        five = broker.version == "5"
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5 if five else MQTTProtocolVersion.MQTTv311,
        )
        self.client.reconnect_delay_set(1, 1)
        self.client.max_inflight_messages_set(200)
        if user:
            self.client.username_pw_set(user, password)
        self._broker, self._in = broker, threading.Event()
        self.client.on_connect = lambda *_: self._in.set()

    def __enter__(self) -> Self:
        properties = Properties(PacketTypes.CONNECT) if self._broker.version == "5" else None
        self.client.connect("127.0.0.1", self._broker.port, properties=properties)
        self.client.loop_start()
        assert self._in.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def publish(
        self, topic: str, *payloads: str | bytes, qos: int = 1, retain: bool = False
    ) -> list[MQTTMessageInfo]:
        """Publish, and return when the broker has it."""
        sent = [self.client.publish(topic, one, qos, retain) for one in payloads]
        for one in sent:
            one.wait_for_publish(PATIENCE_S)
            assert one.is_published()
        return sent
