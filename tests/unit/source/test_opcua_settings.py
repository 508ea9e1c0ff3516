"""What the site file says of an OPC UA server, checked without one and without its library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError
from mulmok.model.time import SECOND
from mulmok.source.opcua.node_name import parse_node
from mulmok.source.opcua.settings import SETTINGS, Access, faults

SAMPLE = Path(__file__).parents[3] / "src/mulmok/source/opcua/sample.toml"


def wrong(**given: object) -> str:
    return " ".join(f"{key}: {words}" for key, words in faults(given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"url": "http://plc"}, 'url: have "http://plc", want an address such as opc.tcp://'),
        ({"url": "opc.tcp://:4840"}, "url: have"),
        ({"url": "opc.tcp://plc:99999"}, "url: have"),
        ({"url": "opc.tcp://me@plc"}, "url: a name does not stand in the address"),
        ({"security": "aes128-sign", "key": "k"}, "security: needs certificate"),
        ({"certificate": "c"}, "certificate: stands with security only"),
        ({"password": "env:X"}, "password: stands with user only"),
        ({"interval": 10 * SECOND, "watchdog": 20 * SECOND}, "watchdog: want three times"),
        ({"node": "pH"}, 'node: have "pH", want a node id'),
        ({"status_node": "pH"}, 'status_node: have "pH", want a node id'),
        (
            {"codes": {"out": "STOPPED"}},
            'codes: have "out", want the name of an OPC UA status code',
        ),
        ({"scale": 0}, "scale: a scale of 0"),
    ],
)
def test_what_does_not_go_together_is_told_by_its_key(given_, says: str):
    assert says in wrong(**given_)


def test_right_settings_have_no_faults():
    assert wrong(url="opc.tcp://[::1]:4840", node="i=1", codes={"BadOutOfService": "STOPPED", "0x808C0000": "NORMAL"}) == ""  # fmt: skip


def test_the_sample_is_right_and_says_everything_a_beginner_needs(monkeypatch):
    monkeypatch.setenv("OPCUA_PASSWORD", "x")
    site = load_site(SAMPLE)
    assert site.sources[0].driver == "opcua"
    assert len(site.channels) == 3


def test_each_setting_has_an_example_that_is_right():
    assert len({key.name for key in SETTINGS}) == len(SETTINGS)
    assert parse_node(next(key.example for key in SETTINGS if key.name == "node").strip('"'))


def test_secrets_are_not_shown():
    access = Access.of(
        {"url": "opc.tcp://plc", "user": "me", "password": "hidden", "key_password": "k3y"}
    )
    assert "hidden" not in repr(access)
    assert access.address == "opc.tcp://plc:4840"
    assert Access.of({"url": "opc.tcp://[::1]/x"}).address == "opc.tcp://[::1]:4840/x"


def test_a_fault_of_a_channel_stands_at_its_line(tmp_path: Path):
    words = SAMPLE.read_text(encoding="utf-8").replace("ns=2;i=1002", "1002")
    path = tmp_path / "site.toml"
    path.write_text(words, encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r'site.toml:\d+ channel.inlet.ec.source.node: have "1002"'
    ):
        load_site(path)


def test_a_site_file_is_checked_without_the_library():
    code = f"""
import sys
from mulmok.config.load import load_site
load_site({str(SAMPLE)!r})
loaded = [name for name in sys.modules if name.partition(".")[0] in ("asyncua", "cryptography")]
sys.exit(str(loaded[:3]) if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
