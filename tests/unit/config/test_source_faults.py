"""What is wrong with a source, or with what refers to it, is told with its line."""

from __future__ import annotations

import pytest
from unit.config.cranes import EC, HEAD, PH, PLC, REGISTER, install, own, site_of

from mulmok.model.errors import ConfigError


@pytest.fixture(autouse=True)
def crane(monkeypatch):
    install(monkeypatch)


@pytest.fixture
def faults(tmp_path):
    def said(*parts: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            site_of(tmp_path, *parts)
        return [str(fault.as_text()) for fault in caught.value.faults]

    return said


AT = HEAD.count("\n") + PLC.count("\n")
OWN = AT + PH.count("\n") + 1
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
        [f's.toml:{OWN + 3} channel.inlet.ph.source.order: have "bigg", want one of big little'],
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
