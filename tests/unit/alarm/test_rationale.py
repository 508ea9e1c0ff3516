"""Alarms in words."""

import pytest
from unit.alarm.works import CHANNELS, PH_AT_ONCE, PH_LOW, Works, minute

from mulmok.judge.alarm.rationale import happened, standing, watched
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.event import Verdict
from mulmok.model.time import HOUR, MINUTE


def at(instant: int) -> str:
    return f"minute {minute(instant):g}"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (PH_LOW, "pH below 5 for 2 min"),
        (PH_AT_ONCE, "pH below 5"),
        (AlarmRule("a", RuleKind.ABOVE, 1, 3750.0), "Flow above 3,750 m³/h"),
        (
            AlarmRule("a", RuleKind.RATE_ABOVE, 1, 50.0),
            "Flow rising faster than 50 m³/h per minute",
        ),
        (AlarmRule("a", RuleKind.RATE_BELOW, 0, -0.5), "pH falling faster than 0.5 per minute"),
        (AlarmRule("a", RuleKind.ABOVE, 0, 7.6), "pH above 7.6"),
        (AlarmRule("a", RuleKind.ABOVE, 1, 12345.67), "Flow above 12,345.67 m³/h"),
        (AlarmRule("a", RuleKind.ABOVE, 0, 7600 * 0.001), "pH above 7.6"),
        (AlarmRule("a", RuleKind.BELOW, 0, -3.5), "pH below −3.5"),
        (
            AlarmRule("a", RuleKind.RATE_ABOVE, 1, 0.4),
            "Flow rising faster than 0.4 m³/h per minute",
        ),
        (AlarmRule("a", RuleKind.NO_DATA, 0, float(HOUR)), "no valid reading of pH for 1 h"),
        (AlarmRule("a", RuleKind.EVENT, verdict=Verdict.WATER), "an event: water event"),
        (AlarmRule("a", RuleKind.SOURCE, source="plc"), "source plc is silent or failing"),
        (AlarmRule("a", RuleKind.SOURCE), "a source is silent or failing"),
        (AlarmRule("a", RuleKind.JUDGING), "judging fails: new readings are not judged"),
        (
            AlarmRule("a", RuleKind.SOURCE, source="plc", on_delay=MINUTE),
            "source plc is silent or failing for 1 min",
        ),
    ],
)
def test_what_an_alarm_watches_is_said_with_its_limit_and_unit(rule, words):
    assert str(watched(rule, CHANNELS)) == words


def test_a_life_is_told_in_sentences():
    works = Works(PH_AT_ONCE)
    works.ph(0, 4.0, 7.0, 4.0)
    works.order(3, "acknowledge")
    works.ph(4, 7.0, 4.0, 7.0)
    works.order(7, "acknowledge")
    works.order(8, "shelve", why="w", until=20)
    works.tick(21)
    works.order(22, "inhibit", why="w")
    works.ph(23, 4.0)
    works.order(24, "release")
    works.order(25, "out_of_service", why="w")
    told = [str(happened(t, PH_AT_ONCE, CHANNELS)) for t in works.transitions]
    assert told == [
        "raised: pH below 5",
        "returned to normal before anyone acknowledged it",
        "raised again before anyone acknowledged it: pH below 5",
        "acknowledged",
        "returned to normal",
        "raised: pH below 5",
        "returned to normal before anyone acknowledged it",
        "acknowledged after it had returned",
        "shelved",
        "shown again; normal",
        "suppressed by design",
        "shown again, and still so: pH below 5",
        "taken out of service",
    ]


def test_how_an_alarm_stands_says_since_when_who_and_why():
    works = Works(PH_AT_ONCE)
    works.ph(0, 7.0)
    assert standing(works.view(), CHANNELS, at) == ()
    works.ph(1, 4.0)
    works.order(2, "acknowledge", who="kim")
    assert [str(words) for words in standing(works.view(), CHANNELS, at)] == [
        "pH below 5, since minute 1",
        "acknowledged by kim, minute 2",
    ]
    works.order(3, "shelve", who="lee", why="new probe", until=60)
    assert [str(words) for words in standing(works.view(), CHANNELS, at)] == [
        "shelved by lee until minute 60: new probe",
        "pH below 5, since minute 1",
    ]


def test_what_has_returned_unseen_says_from_when_until_when():
    works = Works(PH_AT_ONCE)
    works.ph(1, 4.0, 7.0)
    (words,) = standing(works.view(), CHANNELS, at)
    assert str(words) == "pH below 5, from minute 1 until minute 2"
