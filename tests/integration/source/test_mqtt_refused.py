"""A broker that does not let us in, or not everywhere, says why, and what may go on goes on."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from integration.source.brokers import (
    Broker,
    Publisher,
    any_broker,
    free_port,
    want_mosquitto,
    with_rights,
    with_tls,
)
from integration.source.certificates import Certificates, make_certificates
from integration.source.mqtt_works import come_in, document, mqtt_site
from integration.source.watched import until, watching

from mulmok.model.errors import SourceError
from mulmok.run.clock import SystemClock
from mulmok.source.broker.client import Visit, Word
from mulmok.source.broker.line import visiting
from mulmok.source.broker.login import Login

TOPIC = "works/inlet"
USERS = {"mulmok": "right", "meter": "right", "admin": "right"}
RIGHTS = {"mulmok": ["works/inlet"], "meter": [], "admin": ["#"]}


def login(broker: Broker, **more: object) -> Login:
    return Login("127.0.0.1", broker.port, broker.version, **more)  # type: ignore[arg-type]


def refusal(visit: Visit) -> str:
    async def story() -> str:
        with pytest.raises(SourceError) as fault:
            async with visiting(visit, SystemClock()):
                pass
        return str(fault.value)

    return asyncio.run(story())


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_wrong_password_is_told_with_the_user_and_not_with_the_password(
    tmp_path: Path, version: str
):
    with with_rights(tmp_path, USERS, RIGHTS) as broker:
        broker.version = version
        said = refusal(Visit(login(broker, user="mulmok", password="wrong-one"), "test"))
        assert f'127.0.0.1:{broker.port} does not let in user "mulmok"' in said
        assert "wrong-one" not in said


@pytest.mark.parametrize("version", ["3.1.1", "5"])
def test_a_topic_we_may_not_have_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
):
    monkeypatch.setenv("MQTT_PASSWORD", "right")

    async def story(broker: Broker) -> None:
        more = 'user = "mulmok"\npassword = "env:MQTT_PASSWORD"'
        async with watching(tmp_path, mqtt_site(broker, more, topic="secret/ph")) as watched:
            await come_in(watched)
            with Publisher(broker, "meter", "right") as publisher:
                await asyncio.to_thread(publisher.publish, TOPIC, document(0))
            await until(lambda: watched.rows)
            assert watched.values("inlet.ec") == [1500.0]
            await until(lambda: "secret/ph" in watched.faults)
            assert watched.trouble.startswith("the broker does not let us have secret/ph: ")

    with with_rights(tmp_path, USERS, RIGHTS) as broker:
        broker.version = version
        asyncio.run(story(broker))


def test_a_right_that_is_given_later_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The administrator gives it while we are in; this broker then sends everybody out."""
    monkeypatch.setenv("MQTT_PASSWORD", "right")
    right = {"command": "addRoleACL", "rolename": "mulmok", "acltype": "subscribePattern"}
    command = {"commands": [{**right, "topic": "secret/#", "allow": True}]}

    async def story(broker: Broker) -> None:
        more = 'user = "mulmok"\npassword = "env:MQTT_PASSWORD"'
        async with watching(tmp_path, mqtt_site(broker, more, topic="secret/ph")) as watched:
            await until(lambda: "secret/ph" in watched.trouble)
            with Publisher(broker, "admin", "right") as admin:
                await asyncio.to_thread(
                    admin.publish, "$CONTROL/dynamic-security/v1", json.dumps(command)
                )
                await until(lambda: "has broken: Administrative action" in watched.faults)
                await come_in(watched)
                await asyncio.to_thread(admin.publish, "secret/ph", document(0))
            await until(lambda: watched.values("inlet.ph") == [7.0])

    with with_rights(tmp_path, USERS, {**RIGHTS, "admin": ["#", "$CONTROL/#"]}) as broker:
        asyncio.run(story(broker))


def test_what_was_refused_is_had_when_asked_for_again():
    """A broker of three packets: it refuses what is asked for first."""
    answers = [b"\x90\x03\x00\x01\x80", b"\x90\x03\x00\x02\x01"]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(2):
            await reader.readexactly(head[1])
            if head[0] == 0x10:
                writer.write(b"\x20\x02\x00\x00")
            elif head[0] == 0x82:
                writer.write(answers.pop(0))
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            place = Login("127.0.0.1", server.sockets[0].getsockname()[1], "3.1.1")
            async with visiting(Visit(place, "test", {"a": 1}), SystemClock()) as line:
                assert list(line.refused) == ["a"]
                line.ask_again()
                await until(lambda: not line.refused)

    asyncio.run(story())


def test_a_right_certificate_lets_us_in(tmp_path: Path):
    own = make_certificates(tmp_path / "certificates")

    async def story(broker: Broker) -> None:
        more = 'tls = true\nca = "certificates/ca.pem"\ncertificate = "certificates/client.pem"\nkey = "certificates/client.key"'
        async with watching(tmp_path, mqtt_site(broker, more)) as watched:
            await come_in(watched)
            inside = Login(
                "127.0.0.1",
                broker.port,
                tls=True,
                ca=own.ca,
                certificate=own.client,
                key=own.client_key,
            )
            async with visiting(Visit(inside, "meter"), SystemClock()) as meter:
                for number in range(300):
                    meter.publish(Word(TOPIC, document(number).encode(), 1))
                await until(lambda: len(watched.rows) == 600)

    with with_tls(tmp_path, own, ask=True) as broker:
        asyncio.run(story(broker))


def tls_refusal(broker: Broker, certificates: Certificates, **more: object) -> str:
    return refusal(Visit(login(broker, tls=True, ca=certificates.ca, **more), "test"))


def test_a_certificate_of_an_unknown_authority_is_not_accepted(tmp_path: Path):
    own, other = make_certificates(tmp_path / "own"), make_certificates(tmp_path / "other")
    with with_tls(tmp_path, own) as broker:
        assert "is ca the authority that signed it?" in tls_refusal(broker, other)


def test_a_certificate_that_has_expired_is_not_accepted(tmp_path: Path):
    own = make_certificates(tmp_path / "own", valid_days=-1)
    with with_tls(tmp_path, own) as broker:
        assert "certificate has expired" in tls_refusal(broker, own)


def test_a_broker_that_wants_our_certificate_is_told_of(tmp_path: Path):
    own = make_certificates(tmp_path / "own")
    with with_tls(tmp_path, own, ask=True) as broker:
        said = tls_refusal(broker, own)
        assert f"the connection to 127.0.0.1:{broker.port} has broken" in said
        assert "certificate required" in said.lower().replace("_", " ")


@pytest.mark.parametrize("spoilt", ["missing.pem", "ca.pem"])
def test_a_certificate_of_ours_that_cannot_be_used_is_named(tmp_path: Path, spoilt: str):
    own = make_certificates(tmp_path / "own")
    bad = tmp_path / "own" / spoilt
    visit = Visit(
        Login("127.0.0.1", 1, tls=True, ca=own.ca, certificate=bad, key=own.client_key), "x"
    )
    assert spoilt in refusal(visit)


def test_encryption_where_there_is_none_is_told(tmp_path: Path):
    with any_broker(tmp_path) as broker:
        own = make_certificates(tmp_path / "own")
        said = tls_refusal(broker, own)
        assert f"127.0.0.1:{broker.port}" in said


def test_nobody_there_is_told_with_the_address():
    said = refusal(Visit(Login("127.0.0.1", free_port()), "test"))
    assert "cannot be reached: Connection refused" in said
    said = refusal(Visit(Login("broker.invalid", 1883), "test"))
    assert said.startswith("broker.invalid:1883 cannot be reached: ")


def test_one_that_is_no_broker_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mulmok.source.broker.line._PATIENCE_S", 1.0)
    server = subprocess.Popen(
        [
            sys.executable,
            "-u",
            "-m",
            "http.server",
            "0",
            "--bind",
            "127.0.0.1",
            "-d",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split("port ")[1].split()[0])
        said = refusal(Visit(Login("127.0.0.1", port), "test"))
        assert f"127.0.0.1:{port}" in said
    finally:
        server.terminate()
        server.communicate()


def test_one_that_takes_the_connection_and_says_nothing_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mulmok.source.broker.line._PATIENCE_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        said = refusal(Visit(Login("127.0.0.1", silent.getsockname()[1]), "test"))
    assert "does not answer as a broker does" in said


def test_a_second_client_of_our_name_is_told(tmp_path: Path):
    async def lose(line) -> None:
        while True:
            await line.take()

    async def story(broker: Broker) -> str:
        visit = Visit(login(broker), "same", {TOPIC: 1})
        async with visiting(visit, SystemClock()) as line, visiting(visit, SystemClock()):
            with pytest.raises(SourceError) as fault:
                await lose(line)
        return str(fault.value)

    want_mosquitto()  # amqtt lets both stay
    with Broker(tmp_path) as broker:
        said = asyncio.run(story(broker))
    assert f"127.0.0.1:{broker.port}" in said
    # A broker may say so (MQTT 5) or just hang up.
    assert 'client_id "same"' in said
