"""What a site file may say of an RTU or a server: each slip is told with its line and what would be right."""

from __future__ import annotations

import pytest

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError

RTU = """
[works]
id = "field"
name = "field"
zone = "Asia/Seoul"

[[source]]
id = "pump3"
driver = "rtu"
host = "10.0.0.31"
port = 5000
site = "SW0001"
channels = ["pump3.flow"]

[[channel]]
id = "pump3.flow"
quantity = "flow"
every = "1 min"
[channel.source]
id = "pump3"
item = "FVOLUD"
"""
CITY = RTU.replace('driver = "rtu"', 'driver = "ucity"').replace('site = "SW0001"\n', "").replace(
    "FVOLUD", "FLW"
)  # fmt: skip


def faults(folder, words: str) -> str:
    (folder / "site.toml").write_text(words, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(folder / "site.toml")
    return str(caught.value)


@pytest.mark.parametrize("words", [RTU, CITY, RTU.replace('item = "FVOLUD"\n', "")])
def test_a_right_site_file_is_right(tmp_path, words):
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    load_site(tmp_path / "site.toml")


@pytest.mark.parametrize(
    ("have", "instead", "said"),
    [
        ('host = "10.0.0.31"\n', "", "source.pump3.host: missing"),
        ("port = 5000\n", "", "source.pump3.port: missing"),
        ('site = "SW0001"\n', "", "source.pump3.site: missing"),
        ("port = 5000", "port = 70000", "source.pump3.port: want a TCP port, 1 to 65535"),
        ("port = 5000", "port = 0", "source.pump3.port: want a TCP port, 1 to 65535"),
        ("SW0001", "SW00001", "source.pump3.site: want six letters or digits at most"),
        ("SW0001", "사업장", "source.pump3.site: want six letters or digits at most"),
        ("FVOLUD", "FVOLUDE", "channel.source.item: want a code of six letters or digits at most"),
        ("FVOLUD", "F-VOL", "channel.source.item: want a code of six letters or digits at most"),
        ('item = "FVOLUD"', 'item = "FVOLUD"\nscale = 0', "scale: a scale of 0 leaves nothing"),
        ('item = "FVOLUD"', 'item = "FVOLUD"\nunit = "mg/L"', "unit: have"),
        ("port = 5000", 'port = 5000\nchecksum = "crc"', "source.pump3.checksum: have"),
        ("port = 5000", 'port = 5000\nset_time = "yes"', "source.pump3.set_time: have"),
        ("port = 5000", 'port = 5000\nstatuses = { "10" = "BROKEN" }', "statuses: have"),
        ("port = 5000", "port = 5000\nunit_id = 3", "unit_id"),
    ],
)
def test_a_slip_in_what_is_said_of_an_rtu_is_told(tmp_path, have, instead, said):
    told = faults(tmp_path, RTU.replace(have, instead))
    assert said in told.replace("channel.pump3.flow.source", "channel.source")
    assert "site.toml:" in told


@pytest.mark.parametrize(
    ("have", "instead", "said"),
    [
        ("port = 5000", "port = 70000", "source.pump3.port: want a TCP port, 1 to 65535"),
        ("FLW", "FLOW", "want a code of three letters or digits at most"),
        ("port = 5000", 'port = 5000\nsite = "SW0001"', "site"),
    ],
)
def test_a_slip_in_what_is_said_of_a_server_is_told(tmp_path, have, instead, said):
    assert said in faults(tmp_path, CITY.replace(have, instead))


def test_a_sampler_on_an_rtu_s_line_has_settings_of_its_own(tmp_path):
    sampler = '\n[[sampler]]\nid = "one"\nsource = "pump3"\n'
    (tmp_path / "site.toml").write_text(RTU + sampler + 'command = "SMPS"\n', encoding="utf-8")
    site = load_site(tmp_path / "site.toml")
    assert site.samplers[0].settings == {"command": "SMPS"}
    assert "command: have" in faults(tmp_path, RTU + sampler + 'command = "SAMR"\n')
    assert "argument: want six letters" in faults(tmp_path, RTU + sampler + 'argument = "하나"\n')
    # A server has no line on which a sampler could be told anything.
    assert "tells no sampler anything" in faults(tmp_path, CITY + sampler)
