"""What makes a site file another one for judging, and what does not."""

from __future__ import annotations

import pytest

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
