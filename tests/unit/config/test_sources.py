"""`[[source]]` tables and the `[channel.source]` tables that refer to them."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint

import jsonschema
import pytest

from mulmok import plugins
from mulmok.config.load import load_site
from mulmok.config.schema import json_schema
from mulmok.model.errors import ConfigError
from mulmok.model.time import SECOND

HEAD = '[works]\nid = "w"\nname = "w"\nzone = "Asia/Seoul"\n'
PLC = '[[source]]\nid = "plc"\ndriver = "crane"\nhost = "10.0.0.9"\n'
PH = '[[channel]]\nid = "inlet.ph"\nquantity = "ph"\nevery = "1 min"\n'
EC = '[[channel]]\nid = "inlet.ec"\nquantity = "ec"\nevery = "1 min"\n'


@pytest.fixture(autouse=True)
def crane(monkeypatch):
    point = EntryPoint("crane", "unit.config.foreign_drivers:Crane", plugins.SOURCES)
    own = plugins.find
    monkeypatch.setattr(
        plugins,
        "find",
        lambda group: {**own(group), "crane": point} if group == plugins.SOURCES else own(group),
    )


def own(words: str) -> str:
    return f"[channel.source]\n{words}\n"


@pytest.fixture
def load(tmp_path):
    def loaded(*parts: str):
        (tmp_path / "s.toml").write_text(HEAD + "".join(parts), encoding="utf-8")
        return load_site(tmp_path / "s.toml")

    return loaded


@pytest.fixture
def faults(load):
    def said(*parts: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(*parts)
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


AT = HEAD.count("\n") + PLC.count("\n")
OWN = AT + PH.count("\n") + 1
REGISTER = 'id = "plc"\nregister = 1\n'
CASES = {
    "a source nobody knows": (
        [PLC + 'register = 1\nchannels = ["inlet.ec"]\n', EC, PH, own('id = "plk"\nregister = 1')],
        [f's.toml:{OWN + 7} channel.inlet.ph.source.id: have "plk", want "plc"'],
    ),
    "a setting of the whole source": (
        [PLC, PH, own(REGISTER + 'host = "10.0.0.8"\ndriver = "crane"')],
        [
            (
                f"s.toml:{OWN + 3} channel.inlet.ph.source.host: stands in the table of the source "
                '"plc" already'
            ),
            (
                f"s.toml:{OWN + 4} channel.inlet.ph.source.driver: stands in the table of the "
                'source "plc" already'
            ),
        ],
    ),
    "what the channel needs": (
        [PLC, PH, own('id = "plc"')],
        [
            f"s.toml:{OWN} channel.inlet.ph.source.register: missing; want where on deck",
        ],
    ),
    "a listed channel without what it needs": (
        [PLC + 'channels = ["inlet.ph"]\n', PH],
        [
            (
                f's.toml:{AT + 1} source.plc.channels: "inlet.ph" needs register: give it a '
                '[channel.source] with id = "plc"'
            )
        ],
    ),
    "a source that feeds nothing": (
        [PLC, PH],
        [
            (
                f"s.toml:{HEAD.count(chr(10)) + 1} source.plc.channels: missing; want ids of the "
                'channels it feeds, or id = "plc" in their [channel.source]'
            )
        ],
    ),
    "a misspelt setting": (
        [PLC, PH, own(REGISTER + 'oder = "big"')],
        [(f's.toml:{OWN + 3} channel.inlet.ph.source.oder: unknown key; did you mean "order"?')],
    ),
    "neither driver nor id": (
        [PH, own("register = 1")],
        [
            (
                "s.toml:9 channel.inlet.ph.source.driver: missing; want the name of the driver, or "
                'id = "..." of a [[source]]'
            )
        ],
    ),
    "a source that is no table": (
        [PH, 'source = "plc"\n'],
        [('s.toml:9 channel.inlet.ph.source: have "plc", want a table: [channel.source]')],
    ),
    "two sources of one channel": (
        [
            PLC + 'register = 1\nchannels = ["inlet.ph"]\n',
            PH,
            own('driver = "crane"\nhost = "b"\nregister = 1'),
        ],
        [f's.toml:{OWN + 2} channel.inlet.ph.source: "inlet.ph" is fed by source "plc" already'],
    ),
    "two sources of one name": (
        [PLC + 'register = 1\nchannels = ["inlet.ph"]\n' + PLC, PH],
        [
            (
                f's.toml:{AT + 4} source.plc.id: there is a source "plc" already; want an id of '
                "its own"
            )
        ],
    ),
    "what does not go together in a source": (
        [PLC.replace("10.0.0.9", "nowhere"), PH, own(REGISTER)],
        [
            f"s.toml:{HEAD.count(chr(10)) + 4} source.plc.host: is no place",
        ],
    ),
    "what does not go together with what holds for all": (
        [PLC + 'order = "little"\n', PH, own('id = "plc"\nregister = 13')],
        [f"s.toml:{OWN + 3} channel.inlet.ph.source.register: 13 is not little"],
    ),
    "what does not go together in one table": (
        [PH, own('driver = "crane"\nhost = "nowhere"\nregister = 1\ncounts = [1, 2]')],
        [
            "s.toml:11 channel.inlet.ph.source.host: is no place",
            (
                "s.toml:13 channel.inlet.ph.source.counts: stands with current only; without it "
                "want scale and offset"
            ),
        ],
    ),
    "a choice there is not": (
        [PLC, PH, own(REGISTER + 'order = "bigg"')],
        [f's.toml:{OWN + 3} channel.inlet.ph.source.order: have "bigg", want "big"'],
    ),
    "a unit of another quantity": (
        [PLC, EC, own(REGISTER + 'unit = "mg/L"')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ec.source.unit: have "mg/L", want one of uS/cm '
                "mS/cm mS/m S/m"
            )
        ],
    ),
    "a unit for all that is not that of each": (
        [PLC + 'unit = "mS/cm"\n', EC, own(REGISTER), PH, own(REGISTER)],
        [
            (
                f's.toml:{AT + 1} source.plc.unit: have "mS/cm", want a unit of "inlet.ph", or '
                "none here and one in each [channel.source]"
            )
        ],
    ),
    "a status there is not": (
        [PLC, PH, own(REGISTER + 'statuses = { "0" = "NORMALL" }')],
        [f's.toml:{OWN + 3} channel.inlet.ph.source.statuses: have "NORMALL", want "NORMAL"'],
    ),
    "statuses that are no table": (
        [PLC, PH, own(REGISTER + 'statuses = "0 = NORMAL"')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.statuses: have "0 = NORMAL", want a '
                'table such as { "0" = "NORMAL", "4" = "MAINTENANCE" }'
            )
        ],
    ),
    "numbers that are none": (
        [PLC, PH, own(REGISTER + 'missing = ["x"]')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.missing: have "x", want a number '
                "without quotation marks, such as 8"
            )
        ],
    ),
    "a number that is no list": (
        [PLC, PH, own(REGISTER + "missing = 5")],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.missing: have "5", want a list of '
                "numbers, such as [0, 27648]"
            )
        ],
    ),
    "a current for all": (
        [PLC + 'current = ["0", "14"]\n', PH, own(REGISTER)],
        [
            (
                f's.toml:{AT + 1} source.plc.current: have "["0", "14"]", want it in the tables of '
                "the channels: each has its own"
            )
        ],
    ),
    "a current of one amount": (
        [PLC, PH, own(REGISTER + 'current = ["0"]')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.current: have "["0"]", want two '
                "amounts: at 4 and at 20 mA"
            )
        ],
    ),
    "a current that goes nowhere": (
        [PLC, PH, own(REGISTER + 'current = ["7", "7"]')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.current: have "7 .. 7", want two '
                "different amounts"
            )
        ],
    ),
    "a current beyond all that can be": (
        [PLC, PH, own(REGISTER + 'current = ["20", "30"]')],
        [
            (
                f's.toml:{OWN + 3} channel.inlet.ph.source.current: have "20 .. 30", want a value '
                "within 0 .. 14 pH"
            )
        ],
    ),
    "a secret that stands there": (
        [PLC + 'token = "hunter2"\n', PH, own(REGISTER)],
        [
            (
                f"s.toml:{AT + 1} source.plc.token: a secret does not stand in the site file; want "
                'where it is: "env:MULMOK_TOKEN" or "file:/etc/mulmok/token"'
            )
        ],
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_fault_of_a_source_is_told_with_its_line(faults, what):
    parts, said = CASES[what]
    assert faults(*parts) == said


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
