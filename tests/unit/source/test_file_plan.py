"""What a site file says of a folder's files becomes how they are read."""

from __future__ import annotations

import asyncio

import pytest

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError, InputError
from mulmok.model.time import HOUR, parse_instant
from mulmok.run.sources import driver_of, setup_of
from mulmok_testing.clock import SettableClock

SITE = """\
[works]
id = "w"
name = "w"
zone = "Asia/Seoul"

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"
[channel.source]
{ph}

[[channel]]
id = "inlet.ec"
quantity = "ec"
every = "1 min"
[channel.source]
{ec}
{more}
"""
SCADA = """
[[source]]
id = "scada"
driver = "files"
folder = "in"
zone = "works"
time_column = "TIMESTAMP"
"""
EXPORT = """\
Inlet;05.01.2026

TIMESTAMP;RECORD;PH_IN;EC_IN;EC_ST
;;;mS/cm;
2026-01-05 09:00:00;1;71,3;0,812;1
"""


@pytest.fixture
def take(tmp_path):
    (tmp_path / "in").mkdir()

    def taken(ph: str, ec: str, more: str = SCADA, content: str = EXPORT):
        words = SITE.format(ph=ph, ec=ec, more=more)
        (tmp_path / "s.toml").write_text(words, encoding="utf-8")
        site = load_site(tmp_path / "s.toml")
        assert len(site.sources) == 1
        (tmp_path / "in" / "a.csv").write_text(content, encoding="cp949")
        setup = setup_of(site, site.sources[0], tmp_path, SettableClock(HOUR))
        driver = driver_of(site.sources[0]).build(setup)
        rows = []

        async def deliver(arrival):
            columns = (arrival.channel, arrival.at, arrival.value, arrival.status)
            rows.extend(zip(*(column.tolist() for column in columns), strict=True))

        for _ in range(3):
            asyncio.run(driver.look(deliver))
        return rows, driver

    return taken


AT = parse_instant("2026-01-05T09:00:00+09:00")
FORM = 'decimal = ","\nbelow = 1\n'


def test_channels_name_their_columns_and_how_their_numbers_are_meant(take):
    rows, driver = take(
        'id = "scada"\ncolumn = "PH_IN"\nscale = 0.1',
        'id = "scada"\ncolumn = "EC_IN"\nunit = "mS/cm"\nstatus_column = "EC_ST"',
        SCADA + FORM + 'statuses = { "0" = "NORMAL", "1" = "MAINTENANCE" }\n',
    )
    assert rows == [(0, AT, pytest.approx(7.13), 0), (1, AT, 812.0, 4)]
    assert driver.trouble is None
    seen = driver.seen()[1]
    assert (seen.place, seen.raw, seen.number) == ("a.csv, line 5", "0,812", 0.812)


def test_channels_may_describe_the_whole_source_each_and_share_it(take):
    whole = (
        'driver = "files"\nfolder = "in"\nzone = "works"\ntime_column = "TIMESTAMP"\n'
        'decimal = ","\nbelow = 1\ncolumn = "{}"'
    )
    rows, _ = take(whole.format("PH_IN"), whole.format("EC_IN"), "")
    assert [row[2] for row in rows] == [71.3, 0.812]


def test_a_current_in_a_column_is_judged_as_one(take):
    rows, _ = take(
        'id = "scada"\ncolumn = "PH_IN"\nscale = 0.1\ncurrent = ["0", "14"]',
        'id = "scada"\ncolumn = "EC_IN"',
        SCADA + FORM,
    )
    assert rows[0][2] == pytest.approx((7.13 - 4) / 16 * 14)


def test_two_channels_cannot_have_one_column(take):
    with pytest.raises(InputError) as caught:
        take('id = "scada"\ncolumn = "PH_IN"', 'id = "scada"\nstatus_column = "PH_IN"')
    assert str(caught.value) == (
        'source "scada": the column "PH_IN" is that of inlet.ph and of inlet.ec'
    )


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('time_format = "%Y-%q"\n', "scada.time_format: want iso, s, ms"),
        ('time_format = "%H:%M %Z"\n', "scada.time_format: %Z is not understood"),
        ('columns = { "T" = "time" }\n', 'scada.time_column: in columns the times are in "T"'),
        ("skip = -1\n", "scada.skip: have"),
        ('decimal = ";"\n', "scada.decimal: have"),
    ],
)
def test_what_cannot_be_read_is_told_by_the_check(take, more, fault):
    with pytest.raises(ConfigError) as caught:
        take('id = "scada"', 'id = "scada"', SCADA + more)
    assert fault in str(caught.value)


def test_a_signal_that_makes_no_sense_is_told_of_its_channel(take):
    with pytest.raises(ConfigError, match=r"channel\.inlet\.ph\.source\.scale: a scale of 0"):
        take('id = "scada"\nscale = 0', 'id = "scada"')
