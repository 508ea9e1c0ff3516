"""What a right site file becomes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from mulmok.config.load import load_site
from mulmok.config.summary import check_site, summary
from mulmok.model.alarm import RuleKind
from mulmok.model.event import Verdict
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import DAY, HOUR, MINUTE, SECOND

from .conftest import RIGHT

ROOT = Path(__file__).parents[3]
PROBES = ("flow", "ph", "ec", "temperature", "turbidity", "orp")


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
        '[channel.source]\ndriver = "modbus"\nhost = "10.0.0.21"\nregister = 30007',
    )
    (source,) = site.sources
    assert source.channels == ("inlet_cod", "inlet.ph")
    assert source.settings == {"host": "10.0.0.21"}
    assert source.each == {
        "inlet_cod": {"register": 30007},
        "inlet.ph": {"register": 40001, "type": "float32"},
    }


def test_channels_of_two_devices_have_two_sources(load):
    site = load(
        'range = ["0 mg/L", "1500 mg/L"]',
        '[channel.source]\ndriver = "modbus"\nhost = "10.0.0.22"\nregister = 40001',
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
    second = '[[source]]\nid = "s"\ndriver = "files"\nfolder = "."\nchannels = [\n  "inlet.x",\n]\n\n[[alarm]]'
    assert complain("[[alarm]]", second) == [
        'site.toml:31 source.s.channels: have "inlet.x", want "inlet.ph"'
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


def test_a_check_says_what_the_file_holds_in_both_languages(load, tmp_path, without_modbus):
    load()
    assert check_site(tmp_path / "site.toml", "en") == (
        "site.toml is right: Miryang; channels: 2, sources: 1, alarms: 1; "
        "not in this version: driver modbus"
    )
    assert check_site(tmp_path / "site.toml", "ko") == (
        "site.toml 이상 없음: 밀양, 채널 2개, 수집원 1개, 경보 1개. 이 버전에 없는 드라이버: modbus"
    )


def test_a_check_of_installed_drivers_names_none(load):
    assert "driver" not in str(summary(load_site(ROOT / "examples/miryang.toml")))
