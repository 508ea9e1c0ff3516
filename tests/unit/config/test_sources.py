"""`[[source]]` tables and the `[channel.source]` tables that refer to them."""

from __future__ import annotations

import tomllib

import jsonschema
import pytest
from unit.config.cranes import EC, HEAD, PH, PLC, REGISTER, install, own, site_of

from mulmok.config.schema import json_schema
from mulmok.model.errors import ConfigError
from mulmok.model.time import SECOND


@pytest.fixture(autouse=True)
def crane(monkeypatch):
    install(monkeypatch)


@pytest.fixture
def load(tmp_path):
    return lambda *parts: site_of(tmp_path, *parts)


@pytest.fixture
def faults(tmp_path):
    def said(*parts: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            site_of(tmp_path, *parts)
        return [str(fault.as_text()) for fault in caught.value.faults]

    return said


def test_channels_refer_to_a_source_with_what_is_their_own(load):
    site = load(PLC, PH, own('id = "plc"\nregister = 1'), EC, own('id = "plc"\nregister = 2'))
    (source,) = site.sources
    assert (source.id, source.driver, source.settings) == ("plc", "crane", {"host": "10.0.0.9"})
    assert source.channels == ("inlet.ph", "inlet.ec")
    assert source.each == {"inlet.ph": {"register": 1}, "inlet.ec": {"register": 2}}


def test_the_source_may_stand_below_its_channels(load):
    (source,) = load(PH, own('id = "plc"\nregister = 1'), PLC).sources
    assert source.channels == ("inlet.ph",)


def test_what_a_source_says_for_all_holds_where_a_channel_does_not_say_otherwise(load):
    site = load(
        PLC + 'order = "big"\nscale = 0.1\n',
        PH, own('id = "plc"\nregister = 1\norder = "little"'),
        EC, own('id = "plc"\nregister = 2\nscale = 10'),
    )  # fmt: skip
    (source,) = site.sources
    assert source.settings == {"host": "10.0.0.9"}
    assert source.each == {
        "inlet.ph": {"register": 1, "order": "little", "scale": 0.1},
        "inlet.ec": {"register": 2, "order": "big", "scale": 10.0},
    }


def test_a_unit_for_all_may_be_another_in_one_channel(load):
    unit, other = PLC + 'unit = "mS/cm"\n', own('id = "plc"\nregister = 2\nunit = "pH"')
    (source,) = load(unit, EC, own('id = "plc"\nregister = 1'), PH, other).sources
    assert [source.each[name]["unit"] for name in source.channels] == ["mS/cm", "pH"]


def test_a_channel_that_is_only_listed_has_what_holds_for_all(load):
    (source,) = load(PLC + 'register = 3\nchannels = ["inlet.ph"]\n', PH).sources
    assert source.each == {"inlet.ph": {"register": 3}}


def test_a_listed_channel_may_have_its_own_table_too(load):
    (source,) = load(PLC + 'channels = ["inlet.ph"]\n', PH, own('id = "plc"\nregister = 3')).sources
    assert source.channels == ("inlet.ph",)
    assert source.each == {"inlet.ph": {"register": 3}}


def test_every_kind_of_setting_is_given_as_the_driver_wants_it(load):
    (source,) = load(
        PLC + 'pause = "5 s"\ntoken = "env:CRANE"\ntags = ["a", "b"]\n',
        EC,
        own(
            'id = "plc"\nregister = 1\norder = "big"\nstatuses = { "0" = "normal", "7" = "03" }\n'
            'scale = -0.5\noffset = 3\nunit = "mS/cm"\nmissing = [-9999, 65535]'
        ),
        PH,
        own('id = "plc"\nregister = 2\ncurrent = ["0", "14"]\ncounts = [0, 27648]'),
    ).sources
    assert source.settings == {
        "host": "10.0.0.9", "pause": 5 * SECOND, "token": "env:CRANE", "tags": ("a", "b"),
    }  # fmt: skip
    assert source.each["inlet.ec"] == {
        "register": 1, "order": "big", "statuses": {"0": "NORMAL", "7": "CALIBRATING"},
        "scale": -0.5, "offset": 3.0, "unit": "mS/cm", "missing": (-9999.0, 65535.0),
    }  # fmt: skip
    assert source.each["inlet.ph"] == {
        "register": 2, "current": (0.0, 14.0), "counts": (0.0, 27648.0),
    }  # fmt: skip


def test_a_current_gives_the_range_of_a_channel_that_has_none(load):
    """By hand: 3.8 and 20.5 mA of 0 .. 1600 uS/cm are -20 and 1650; below 0 nothing can be."""
    current = own('id = "plc"\nregister = 1\ncurrent = ["0 uS/cm", "1600 uS/cm"]')
    (channel,) = load(PLC, EC, current).channels
    assert (channel.low, channel.high) == (0.0, 1650.0)
    (channel,) = load(PLC, EC, 'range = ["10 uS/cm", "900 uS/cm"]\n', current).channels
    assert (channel.low, channel.high) == (10.0, 900.0)


def test_a_current_told_downwards_gives_the_range_too(load):
    (channel,) = load(PLC, PH, own('id = "plc"\nregister = 1\ncurrent = ["10", "2"]')).channels
    assert (channel.low, channel.high) == (pytest.approx(1.75), pytest.approx(10.1))


def valid(*parts: str) -> bool:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(HEAD + "".join(parts)))


@pytest.mark.parametrize(
    "parts",
    [
        [PLC, PH, own(REGISTER)],
        [PLC + "register = 1\n", PH, own('id = "plc"')],
        [PLC + 'register = 1\nchannels = ["inlet.ph"]\n', PH],
        [PH, own('driver = "crane"\nhost = "a"\nregister = 1\norder = "big"')],
        [PH, own('driver = "crane"\nhost = "a"\nregister = 1\nstatuses = { "0" = "NORMAL" }')],
        [PH, own('driver = "crane"\nhost = "a"\nregister = 1\ncurrent = ["0", "14"]')],
        [PH, own('driver = "crane"\nhost = "a"\nregister = 1\nmissing = [-1]\noffset = -1.5')],
        [PH, own('driver = "crane"\nhost = "a"\nregister = 1\ntags = ["a"]\nunit = "pH"')],
    ],
)
def test_schema_and_loader_agree_on_what_is_right(load, parts):
    assert load(*parts)
    assert valid(*parts)


@pytest.mark.parametrize(
    "words",
    [
        "register = -1", 'register = "1"', 'register = 1\norder = "bigg"',
        "register = 1\nstatuses = {}", 'register = 1\nstatuses = { "0" = 0 }',
        "register = 1\ncurrent = [4, 20]", 'register = 1\ncurrent = ["0"]',
        "register = 1\nmissing = []", "register = 1\nmissing = 5", 'register = 1\nscale = "2"',
        "register = 1\nunit = 5", "register = 1\ntags = []", 'register = 1\ntags = ["a", "a"]',
        'register = 1\ntoken = "hunter2"', 'register = 1\npause = "5"', "register = 1\nxyz = 1",
        "", 'register = 1\nid = "plc"',
    ],
)  # fmt: skip
def test_schema_and_loader_agree_on_what_is_wrong(faults, words):
    parts = [PH, own(f'driver = "crane"\nhost = "a"\n{words}')]
    assert faults(*parts)
    assert not valid(*parts)
