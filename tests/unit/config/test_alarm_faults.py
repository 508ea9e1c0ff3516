"""Ways an alarm of a site file can be wrong, and what is said of it."""

from __future__ import annotations

import pytest

CASES = {
    "an alarm on no channel": (
        'channel = "inlet.ph"',
        'channel = "inlet.pH"',
        'site.toml:28 alarm.ph-low.channel: have "inlet.pH", want "inlet.ph"',
    ),
    "an alarm without a channel": (
        'channel = "inlet.ph"\n',
        "",
        "site.toml:26 alarm.ph-low.channel: missing; want the id of a channel",
    ),
    "two conditions": (
        'below = "5.0"',
        'below = "5.0"\nabove = "9.0"',
        'site.toml:26 alarm.ph-low: have "above below", want exactly one of above below rate_above rate_below no_data event',
    ),
    "no condition": (
        'below = "5.0"\n',
        "",
        'site.toml:26 alarm.ph-low: have "", want exactly one of above below rate_above rate_below no_data event',
    ),
    "a limit outside the range": (
        'below = "5.0"',
        'below = "-1"',
        'site.toml:29 alarm.ph-low.below: have "-1", want a value within 0 .. 14 pH',
    ),
    "a negative deadband": (
        'deadband = "0.2"',
        'deadband = "-0.2"',
        'site.toml:30 alarm.ph-low.deadband: have "-0.2", want 0 or more',
    ),
    "a rate without a time": (
        'below = "5.0"\ndeadband = "0.2"',
        'rate_above = "0.5"',
        'site.toml:29 alarm.ph-low.rate_above: have "0.5", want the change in a time, such as "0.5 /min"',
    ),
    "no data sooner than data": (
        'below = "5.0"\ndeadband = "0.2"',
        'no_data = "30 s"',
        'site.toml:29 alarm.ph-low.no_data: have "30 s", want longer than the channel\'s interval, 1 min',
    ),
    "a deadband of no data": (
        'below = "5.0"',
        'no_data = "10 min"',
        "site.toml:30 alarm.ph-low.deadband: a no-data alarm has none; leave it out",
    ),
    "an event of an unknown verdict": (
        'channel = "inlet.ph"\nbelow = "5.0"\ndeadband = "0.2"',
        'event = "watre"',
        'site.toml:28 alarm.ph-low.event: have "watre", want "water"',
    ),
    "an event of a channel": (
        'below = "5.0"\ndeadband = "0.2"',
        'event = "water"',
        "site.toml:28 alarm.ph-low.channel: an event alarm has none; leave it out",
    ),
    "a priority out of range": (
        "priority = 1",
        "priority = 5",
        'site.toml:33 alarm.ph-low.priority: have "5", want a whole number from 1 to 4',
    ),
    "a priority that is true": (
        "priority = 1",
        "priority = true",
        'site.toml:33 alarm.ph-low.priority: have "true", want a whole number from 1 to 4',
    ),
    "an id of mulmok's own": (
        'id = "ph-low"',
        'id = "judging"',
        'site.toml:27 alarm.judging.id: "judging" is mulmok\'s own; want another id',
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_wrong_alarm_says_where_what_it_has_and_what_it_wants(complain, what):
    old, new, message = CASES[what]
    assert complain(old, new) == [message]


def test_an_alarm_id_that_stands_twice_names_the_first_place(complain):
    again = '[[alarm]]\nid = "ph-low"\nchannel = "inlet.ph"\nabove = "9"\n\n[[alarm]]'
    assert complain("[[alarm]]", again) == [
        'site.toml:32 alarm.ph-low.id: "ph-low" stands in site.toml:27 already; want an id of its own'
    ]


def test_a_wrong_channel_does_not_make_its_alarms_wrong(complain):
    assert len(complain('quantity = "ph"', 'quantity = "PHH"')) == 1
