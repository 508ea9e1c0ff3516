"""What a right site file becomes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mulmok.config.load import load_site
from mulmok.config.summary import check_site, summary
from mulmok.model.alarm import RuleKind
from mulmok.model.errors import ConfigError
from mulmok.model.event import Verdict
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND

from .conftest import RIGHT

ROOT = Path(__file__).parents[3]
PROBES = ("flow", "ph", "ec", "temperature", "turbidity", "orp")


@pytest.fixture
def load(tmp_path):
    def loaded(old="", new="", words=RIGHT):
        assert old in words
        path = tmp_path / "site.toml"
        path.write_text(words.replace(old, new) if old else words, encoding="utf-8")
        return load_site(path)

    return loaded


def test_amounts_become_canonical(load):
    works = load().works
    assert works.capacity == 1250.0
    assert works.equalisation == 7000.0
    assert works.design == {"bod": 180.0, "cod": 400.0}
    assert (works.zone.name, works.language) == ("Asia/Seoul", "ko")
    assert (works.reorder, works.grid) == (0, MINUTE)


def test_what_a_channel_does_not_say_comes_from_its_quantity(load):
    cod, quantity = load().channels[0], QUANTITIES["cod"]
    assert (cod.id, cod.every, cod.low, cod.high) == ("inlet_cod", 5 * MINUTE, 0.0, 1500.0)
    assert (cod.resolution, cod.rate_limit) == (quantity.resolution, quantity.rate)
    assert (cod.flat_suspect, cod.flat_fail) == (quantity.flat_suspect, quantity.flat_fail)
    assert (cod.spike_deviations, cod.name) == (quantity.spike_deviations, None)


def test_what_a_channel_says_of_itself_holds(load):
    cod = load(
        'range = ["0 mg/L", "1500 mg/L"]',
        'name = "COD"\nresolution = "10 ug/L"\nrate_limit = "6 g/L/h"\nspike = 5.5\n'
        'flat_suspect = "90 s"\nflat_fail = "1 d"',
    ).channels[0]
    assert (str(cod.name), cod.resolution, cod.rate_limit) == ("COD", 0.01, 100.0)
    assert (cod.spike_deviations, cod.flat_suspect, cod.flat_fail) == (5.5, 90 * SECOND, DAY)


def test_a_rate_limit_can_be_switched_off(load):
    site = load('every = "5 min"', 'every = "5 min"\nrate_limit = "off"')
    assert site.channels[0].rate_limit == math.inf


def test_a_flat_line_limit_given_alone_takes_the_other_along(load):
    late = load('every = "5 min"', 'every = "5 min"\nflat_suspect = "9 d"').channels[0]
    soon = load('every = "5 min"', 'every = "5 min"\nflat_fail = "1 h"').channels[0]
    assert (late.flat_suspect, late.flat_fail) == (9 * DAY, 9 * DAY)
    assert (soon.flat_suspect, soon.flat_fail) == (HOUR, HOUR)


def test_a_temperature_is_converted_with_its_zero_and_a_difference_without(load):
    site = load(
        'quantity = "cod"\nevery = "5 min"\nrange = ["0 mg/L", "1500 mg/L"]',
        'quantity = "temperature"\nevery = "5 min"\nrange = ["32 degF", "323.15 K"]\n'
        'resolution = "0.1 K"\nrate_limit = "1.8 degF/min"',
    )
    channel = site.channels[0]
    assert channel.low == pytest.approx(0.0, abs=1e-9)
    assert channel.high == pytest.approx(50.0)
    assert channel.resolution == pytest.approx(0.1)
    assert channel.rate_limit == pytest.approx(1.0)


def test_an_alarm_of_each_kind(load):
    words = RIGHT + "".join(
        f'[[alarm]]\nid = "a{number}"\n{body}\n'
        for number, body in enumerate(
            [
                'channel = "inlet_cod"\nabove = "1 g/L"\ndeadband = "50 mg/L"',
                'channel = "inlet.ph"\nrate_above = "0.5 /min"\ndeadband = "0.1 /min"',
                'channel = "inlet_cod"\nrate_below = "-600 mg/L/h"',
                'channel = "inlet.ph"\nno_data = "10 min"\npriority = 2',
                'event = "instrument"\non_delay = "1 h"',
            ]
        )
    )
    rules = load(words=words).alarms
    low = rules[0]
    assert (low.id, low.kind, low.channel, low.limit) == ("ph-low", RuleKind.BELOW, 1, 5.0)
    assert (low.deadband, low.on_delay, low.off_delay) == (0.2, 2 * MINUTE, 5 * MINUTE)
    assert [(rule.kind, rule.channel, rule.limit, rule.deadband) for rule in rules[1:6]] == [
        (RuleKind.ABOVE, 0, 1000.0, 50.0),
        (RuleKind.RATE_ABOVE, 1, 0.5, 0.1),
        (RuleKind.RATE_BELOW, 0, -10.0, 0.0),
        (RuleKind.NO_DATA, 1, float(10 * MINUTE), 0.0),
        (RuleKind.EVENT, -1, 0.0, 0.0),
    ]
    assert (rules[5].verdict, rules[5].on_delay) == (Verdict.INSTRUMENT, HOUR)
    assert [rule.priority for rule in rules[:6]] == [1, 3, 3, 3, 2, 3]


def test_a_works_watches_its_own_eyes_without_being_asked(load):
    source, judging = load().alarms[-2:]
    assert (source.id, source.kind, source.source) == (
        "source-modbus-10.0.0.21",
        RuleKind.SOURCE,
        "modbus-10.0.0.21",
    )
    assert (judging.id, judging.kind, judging.priority) == ("judging", RuleKind.JUDGING, 1)


def test_channels_of_one_device_share_a_source_and_keep_their_own_settings(load):
    site = load(
        'range = ["0 mg/L", "1500 mg/L"]',
        '[channel.source]\ndriver = "modbus"\nhost = "10.0.0.21"\nregister = 7',
    )
    (source,) = site.sources
    assert source.channels == ("inlet_cod", "inlet.ph")
    assert source.settings == {"host": "10.0.0.21"}
    assert source.each == {
        "inlet_cod": {"register": 7},
        "inlet.ph": {"register": 40001, "type": "float32"},
    }


def test_channels_of_two_devices_have_two_sources(load):
    site = load(
        'range = ["0 mg/L", "1500 mg/L"]',
        '[channel.source]\ndriver = "modbus"\nhost = "10.0.0.22"',
    )
    assert [source.id for source in site.sources] == ["modbus-10.0.0.22", "modbus-10.0.0.21"]


def test_one_source_feeds_many_channels(load):
    words = RIGHT[: RIGHT.index("[channel.source]")] + RIGHT[RIGHT.index("[[alarm]]") :]
    words += '[[source]]\nid = "sim"\ndriver = "simulator"\nseed = 7\nchannels = ["inlet.ph"]\n'
    (source,) = load(words=words).sources
    assert (source.id, source.driver, source.channels) == ("sim", "simulator", ("inlet.ph",))
    assert source.settings == {"seed": 7}


def test_a_channel_is_fed_by_one_source_only(complain):
    second = '[[source]]\nid = "sim"\ndriver = "simulator"\nchannels = ["inlet.ph"]\n\n[[alarm]]'
    assert complain("[[alarm]]", second) == [
        'site.toml:20 channel.inlet.ph.source: "inlet.ph" is fed by source "sim" already'
    ]


def test_a_source_of_an_unknown_channel_is_refused(complain):
    second = '[[source]]\nid = "s"\ndriver = "files"\nchannels = [\n  "inlet.x",\n]\n\n[[alarm]]'
    assert complain("[[alarm]]", second) == [
        'site.toml:30 source.s.channels: have "inlet.x", want "inlet.ph"'
    ]


@pytest.mark.parametrize("name", ["miryang", "smallest"])
def test_the_examples_are_right(name):
    site = load_site(ROOT / f"examples/{name}.toml")
    assert site.works.id == name


def test_the_works_of_the_example_is_as_the_issue_has_it():
    site = load_site(ROOT / "examples/miryang.toml")
    assert (site.works.capacity, site.works.equalisation) == (1250.0, 7000.0)
    every = {channel.id: channel.every // MINUTE for channel in site.channels}
    assert every == {
        **dict.fromkeys([f"inlet.{q}" for q in PROBES], 1),
        **dict.fromkeys([f"inlet.{q}" for q in ("tss", "cod", "nh4_n")], 5),
        **dict.fromkeys(["inlet.tn", "inlet.tp"], 30),
        **dict.fromkeys([f"effluent.{q}" for q in ("toc", "tss", "tn", "tp")], 30),
        "effluent.ph": 1,
    }
    assert {source.driver for source in site.sources} == {"simulator"}
    assert {name for source in site.sources for name in source.channels} == set(every)
    assert all(rule.name is not None for rule in site.alarms)


def test_a_check_says_what_the_file_holds_in_both_languages(load, tmp_path):
    load()
    assert check_site(tmp_path / "site.toml", "en") == (
        "site.toml is right: Miryang; channels: 2, sources: 1, alarms: 3; "
        "not in this version: driver modbus"
    )
    assert check_site(tmp_path / "site.toml", "ko") == (
        "site.toml 이상 없음: 밀양, 채널 2개, 수집원 1개, 경보 3개. 이 버전에 없는 드라이버: modbus"
    )


def test_a_check_of_installed_drivers_names_none(load):
    assert "driver" not in str(summary(load_site(ROOT / "examples/miryang.toml")))


SAME = {
    "comments": ("[works]", "# a comment\n[works]"),
    "the order of keys": (
        'below = "5.0"\ndeadband = "0.2"',
        'deadband = "0.2"\nbelow = "5.0"',
    ),
    "another unit": ('"1500 mg/L"', '"1.5 g/L"'),
    "a name": ('en = "Miryang"', 'en = "Milyang"'),
    "a setting of a driver": ("register = 40001", "register = 40003"),
    "the port": ("[[alarm]]", "[http]\nport = 9000\n[[alarm]]"),
    "a default written out": ('every = "5 min"', 'every = "5 min"\nspike = 8'),
}
OTHER = {
    "a limit": ('below = "5.0"', 'below = "5.1"'),
    "a delay": ('"2 min"', '"121 s"'),
    "a range": ('"1500 mg/L"', '"1501 mg/L"'),
    "an interval": ('every = "5 min"', 'every = "6 min"'),
    "the zone": ('"Asia/Seoul"', '"Asia/Tokyo"'),
    "the capacity": ('"30000 m3/d"', '"30001 m3/d"'),
    "a design value": ('"180 mg/L"', '"181 mg/L"'),
    "an id": ('id = "inlet_cod"', 'id = "inlet.cod"'),
    "a priority": ("priority = 1", "priority = 2"),
    "a source": ('host = "10.0.0.21"', 'host = "10.0.0.22"'),
    "a check": ('every = "5 min"', 'every = "5 min"\nspike = 9'),
}


@pytest.mark.parametrize("what", SAME)
def test_what_does_not_change_a_judgement_leaves_the_fingerprint(load, what):
    assert load(*SAME[what]).fingerprint == load().fingerprint


@pytest.mark.parametrize("what", OTHER)
def test_what_may_change_a_judgement_changes_the_fingerprint(load, what):
    assert load(*OTHER[what]).fingerprint != load().fingerprint


WORDS = (
    "works channel alarm source store http include id name ko en zone design bod every range "
    "quantity below above event channels driver token deadband no_data"
)
KEYS = st.sampled_from(WORDS.split())
LEAVES = (
    st.sampled_from(
        ["miryang", "ph", "inlet.ph", "5 min", "7", "0 mg/L", "1e308 g/L", "off", "water", "env:A"]
    )
    | st.text(max_size=5)
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


def as_toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {as_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08X}" for letter in value) + '"'
    return value.isoformat() if hasattr(value, "isoformat") else repr(value)


def faults_of(path):
    """Faults of a file in words, none when it is right; any other exception is a bug."""
    try:
        load_site(path)
    except ConfigError as error:
        assert error.faults  # noqa: PT017 - the files that are right have no exception
        return [str(fault.as_text()) for fault in error.faults]
    return []


@settings(max_examples=300)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_a_file_holds_it_loads_or_says_why_not(tmp_path, values):
    words = "".join(f"{name} = {as_toml(value)}\n" for name, value in values.items())
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    faults = faults_of(tmp_path / "site.toml")
    assert "\x1b" not in "".join(faults)


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_whatever_bytes_a_file_has_it_loads_or_says_why_not(tmp_path, data):
    (tmp_path / "site.toml").write_bytes(data)
    with pytest.raises(ConfigError):
        load_site(tmp_path / "site.toml")


@settings(max_examples=300)
@given(st.data())
def test_a_right_file_with_a_piece_replaced_loads_or_says_why_not(tmp_path, data):
    lines = RIGHT.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    if "=" in lines[number]:
        lines[number] = lines[number].partition("=")[0] + "= " + as_toml(data.draw(VALUES))
    else:
        del lines[number]
    (tmp_path / "site.toml").write_text("\n".join(lines), encoding="utf-8")
    faults_of(tmp_path / "site.toml")
