"""Alarms on events, on sources and on judging itself."""

from unit.alarm.works import START, Works, event, minute

from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.event import Verdict
from mulmok.model.time import MINUTE

WATER = AlarmRule("water", RuleKind.EVENT, verdict=Verdict.WATER, priority=1)
FAULT = AlarmRule("fault", RuleKind.EVENT, verdict=Verdict.INSTRUMENT, on_delay=5 * MINUTE)


def test_a_water_event_rings_from_its_warning_until_its_end():
    works = Works(WATER)
    assert works.give(upto=1, events=(event("e1", 1, 1),)) == []
    works.give(upto=12, events=(event("e1", 11, 1, warned=11, known=12),))
    (rang,) = works.transitions
    assert (minute(rang.at), minute(rang.known_at), rang.cause) == (11, 12, "event e1")
    # It was over at 40; 30 minutes of quiet had to pass to say so.
    works.give(upto=71, events=(event("e1", 70, 1, warned=11, ended=40, known=71),))
    assert works.said[-1] == (40, "UNACK", "RTNUN")
    assert minute(works.transitions[-1].known_at) == 71


def test_other_verdicts_ring_from_detection_with_the_rules_delay():
    works = Works(FAULT)
    works.give(upto=3, events=(event("e1", 3, 3, verdict=Verdict.INSTRUMENT),))
    works.tick(20)
    assert works.said == [(8, "NORM", "UNACK")]


def test_a_verdict_that_changes_away_returns_the_alarm():
    works = Works(WATER)
    works.give(upto=5, events=(event("e1", 5, 1, warned=5),))
    works.give(upto=9, events=(event("e1", 9, 1, warned=5, verdict=Verdict.HYDRAULIC),))
    assert works.said[-1] == (9, "UNACK", "RTNUN")
    # The warning stands in the event, but this is a new rise.
    works.give(upto=12, events=(event("e1", 12, 1, warned=5),))
    assert works.said[-1] == (12, "RTNUN", "UNACK")


def test_an_alarm_returns_only_when_the_last_of_its_events_is_over():
    works = Works(WATER)
    works.give(upto=5, events=(event("a", 5, 1, warned=5), event("b", 5, 2, warned=5)))
    assert works.give(upto=60, events=(event("b", 60, 2, warned=5, ended=30),)) == []
    # `a` was over earlier, and is told later: the later end counts.
    works.give(upto=61, events=(event("a", 61, 1, warned=5, ended=20),))
    assert works.said == [(5, "NORM", "UNACK"), (30, "UNACK", "RTNUN")]


def test_an_event_of_another_verdict_is_not_this_alarms_business():
    works = Works(WATER)
    works.give(upto=5, events=(event("e", 5, 1, verdict=Verdict.MAINTENANCE),))
    assert works.said == []


def test_an_end_told_late_acts_after_what_happened_until_it_was_told():
    """A shelf ended at 45 and the alarm rang again; at 70 it is told that the event was over at 40."""

    def run(*ticks):
        works = Works(WATER)
        works.give(upto=5, events=(event("e", 5, 1, warned=5),))
        works.order(10, "shelve", alarm="water", why="w", until=45)
        for at in ticks:
            works.tick(at)
        works.give(upto=80, events=(event("e", 70, 1, warned=5, ended=40, known=80),))
        return works.said

    told = [
        (5, "NORM", "UNACK"),
        (10, "UNACK", "SHLVD"),
        (45, "SHLVD", "UNACK"),
        (45, "UNACK", "RTNUN"),
    ]
    assert run() == told
    assert run(44, 45, 50, 69) == told


def test_a_deadline_is_never_known_before_the_word_that_set_it():
    works = Works(AlarmRule("w", RuleKind.EVENT, verdict=Verdict.WATER, off_delay=5 * MINUTE))
    rows = [(n, 0, 7.0, 1) for n in range(81)]
    words = (
        event("e", 5, 1, warned=5),
        event("e", 70, 1, warned=5, ended=40, known=71),
    )
    works.give(rows, events=words)
    assert [(minute(t.at), minute(t.known_at)) for t in works.transitions] == [(5, 5), (45, 71)]


def test_a_source_rings_while_it_is_silent_or_failing():
    works = Works(AlarmRule("plc", RuleKind.SOURCE, source="plc", off_delay=MINUTE))
    works.source(1, "silent", "other")
    assert works.said == []
    works.source(2, "silent")
    works.source(3, "failing")
    works.source(4, "ok")
    works.tick(10)
    assert works.said == [(2, "NORM", "UNACK"), (5, "UNACK", "RTNUN")]
    assert works.transitions[0].cause == "source plc silent"


def test_a_rule_without_a_source_watches_them_all():
    works = Works(AlarmRule("any", RuleKind.SOURCE))
    works.source(1, "silent", "a")
    works.source(2, "failing", "b")
    works.source(3, "ok", "a")
    assert works.said == [(1, "NORM", "UNACK")]
    works.source(4, "ok", "b")
    assert works.said[-1] == (4, "UNACK", "RTNUN")


def test_judging_reports_on_itself_to_its_own_alarm_only():
    works = Works(AlarmRule("judging", RuleKind.JUDGING), AlarmRule("any", RuleKind.SOURCE))
    works.source(1, "failing", "judging")
    assert [t.alarm for t in works.transitions] == ["judging"]
    assert works.transitions[0].at == START + MINUTE
