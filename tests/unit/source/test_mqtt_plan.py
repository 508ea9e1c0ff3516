"""What the MQTT driver asks a broker for, and what it says of settings that do not go together."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.source.broker_setups import make_setup

from mulmok.source.broker.login import Login
from mulmok.source.broker.memory import Memory
from mulmok.source.mqtt.driver import MqttDriver
from mulmok.source.mqtt.plan import Plan

TIMED = {"path": "v", "time_path": "t"}


def plan(tmp_path: Path, *topics: dict, **settings: object) -> Plan:
    names = ("inlet.ph", "inlet.ec", "inlet.tn", "inlet.cod")
    return Plan.of(make_setup(dict(zip(names, topics, strict=False)), tmp_path, **settings))


def test_channels_of_one_topic_ask_for_it_once(tmp_path: Path):
    asked = plan(tmp_path, {"topic": "a", **TIMED}, {"topic": "a", **TIMED}, {"topic": "b"})
    assert asked.filters == {"a": 1, "b": 0}


def test_the_broker_keeps_only_what_says_when_it_was_measured(tmp_path: Path):
    assert plan(tmp_path, {"topic": "a"}).filters == {"a": 0}
    assert plan(tmp_path, {"topic": "a", **TIMED}).filters == {"a": 1}
    assert plan(tmp_path, {"topic": "a"}, qos=1).filters == {"a": 1}
    assert plan(tmp_path, {"topic": "a", **TIMED}, qos=0).filters == {"a": 0}


def test_one_who_only_looks_is_in_no_group(tmp_path: Path):
    topic = {"topic": "a/#", **TIMED}
    assert plan(tmp_path, topic, share="mulmok").filters == {"$share/mulmok/a/#": 1}
    assert plan(tmp_path, topic, share="mulmok", trial=True).filters == {"a/#": 1}


def test_one_who_only_looks_comes_under_another_name_and_leaves_nothing(tmp_path: Path):
    setup = make_setup({"inlet.ph": {"topic": "a", **TIMED}}, tmp_path, client_id="mine")
    running = MqttDriver.build(setup)._visit()
    assert (running.client_id, running.keep > 0) == ("mine", True)
    setup = make_setup(
        {"inlet.ph": {"topic": "a", **TIMED}}, tmp_path, trial=True, client_id="mine"
    )
    looking = MqttDriver.build(setup)._visit()
    assert looking.client_id != "mine"
    assert looking.keep == 0


def test_a_name_that_was_made_is_kept_over_a_restart(tmp_path: Path):
    setup = make_setup({"inlet.ph": {"topic": "a", **TIMED}}, tmp_path)
    first, again = MqttDriver.build(setup)._visit(), MqttDriver.build(setup)._visit()
    assert first.client_id == again.client_id
    assert len(first.client_id) <= 23


def test_a_topic_that_is_not_wanted_any_more_is_given_up(tmp_path: Path):
    MqttDriver.build(make_setup({"inlet.ph": {"topic": "old/#", **TIMED}}, tmp_path))._visit()
    setup = make_setup({"inlet.ph": {"topic": "new", **TIMED}}, tmp_path)
    assert MqttDriver.build(setup)._visit().dropped == ("old/#",)


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"name": 1}', '{"name": "x", "filters": 3}'])
def test_a_spoilt_memory_is_begun_anew(tmp_path: Path, spoilt: str):
    (tmp_path / "x").write_text(spoilt)
    assert Memory.load(tmp_path / "x", "mine") == Memory("mine")


def test_the_port_is_that_of_the_protocol(tmp_path: Path):
    assert Login.of({"host": "h"}, tmp_path).place == "h:1883"
    assert Login.of({"host": "h", "tls": True}, tmp_path).place == "h:8883"
    assert Login.of({"host": "h", "port": 1}, tmp_path).place == "h:1"
    assert Login.of({"host": "h", "tls": True, "ca": "ca.pem"}, tmp_path).ca == tmp_path / "ca.pem"


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("topic", {"topic": "a#"}),
        ("topic", {"topic": "$share/g/a"}),
        ("qos", {"qos": 2}),
        ("share", {"share": "a/b"}),
        ("retained", {"retained": True, "path": "v", "time_path": "t"}),
        ("time_path", {"time_path": "t"}),
        ("path", {"path": "a["}),
        ("port", {"port": 0}),
        ("port", {"port": 70_000}),
        ("ca", {"ca": "ca.pem"}),
        ("certificate", {"certificate": "x", "tls": True}),
        ("key", {"key": "x", "tls": True}),
        ("password", {"password": "x"}),
        ("keepalive", {"keepalive": 1}),
        ("time_format", {"time_format": "noon"}),
        ("scale", {"scale": 0}),
    ],
)
def test_settings_that_do_not_go_together_are_told(key: str, settings: dict):
    assert key in [name for name, _ in MqttDriver.wrong({"topic": "a", **settings})]


def test_right_settings_have_no_fault():
    right = {"topic": "a/+", **TIMED, "tls": True, "ca": "c", "qos": 1, "share": "g", "port": 8883}
    assert list(MqttDriver.wrong(right)) == []
