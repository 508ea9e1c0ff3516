"""What is written is read back, once, whatever happens twice."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from integration.store.making import (
    IDS,
    START,
    block,
    effect,
    event,
    judgement,
    minutes,
    readings,
    transition,
)

from mulmok.model.alarm import Acknowledgement, Condition, IsaState, Refusal, Suppression
from mulmok.model.flag import Flag
from mulmok.model.judgement import Judgement, Load
from mulmok.model.message import (
    Action,
    Command,
    ConfigChange,
    Readings,
    SourceState,
    SourceStatus,
    Tick,
)
from mulmok.model.text import text
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.store.audit import Deed
from mulmok.store.sqlite import Mark, Snapshot, Store


def test_messages_come_back_in_order_and_bit_for_bit(store: Store):
    odd = {1: [(START, math.nan), (START + 1, math.inf), (START + 2, -0.0), (START + 3, 1e308)]}
    sent = [
        readings(odd),
        Tick(START + MINUTE),
        Command(START, "kim", Action.SHELVE, "ph-low", "가축분뇨 반입", START + HOUR),
        SourceStatus(START, "plc", SourceState.SILENT, "no answer"),
        ConfigChange(START, "abc"),
        readings({0: minutes(START, 1000)}),
    ]
    store.write([(message, Judgement()) for message in sent], received_at=START)
    got = list(store.journal(0))
    assert [seq for seq, _ in got] == [1, 2, 3, 4, 5, 6] == list(range(1, store.last_seq() + 1))
    assert [message for _, message in got[1:5]] == sent[1:5]
    for place in (0, 5):
        before, after = sent[place], got[place][1]
        assert isinstance(before, Readings)
        assert isinstance(after, Readings)
        assert after.value.tobytes() == before.value.tobytes()
        assert after.channel.tolist() == before.channel.tolist()
        assert after.at.tolist() == before.at.tolist()
        assert (after.source, after.received_at) == ("push", START)


def test_reading_the_journal_goes_on_after_any_entry(store: Store):
    ticks = [Tick(START + n) for n in range(1200)]
    store.write([(tick, Judgement()) for tick in ticks], received_at=START)
    assert [message for _, message in store.journal(700)] == ticks[700:]


def test_channel_keys_stay_when_the_site_puts_its_channels_in_another_order(store: Store):
    store.write([(readings({1: [(START, 7.0)]}), judgement({1: [(START, 7.0)]}))], received_at=1)
    first = store.channel_keys(IDS)
    folder = store.folder
    store.close()
    with_one_more = Store.open(folder)
    with_one_more.know_channels(("inlet.ec", "inlet.ph"))
    try:
        assert with_one_more.channel_keys(IDS) == first
        ((_, message),) = with_one_more.journal(0)
        assert isinstance(message, Readings)
        assert message.channel.tolist() == [1]
        with with_one_more.query() as query:
            assert query.rows("inlet.ph", START, START + 1).value.tolist() == [7.0]
    finally:
        with_one_more.close()


def test_a_message_of_channels_the_site_no_longer_has_is_passed_over(store: Store):
    store.write(
        [(readings({1: [(START, 7.0)]}), Judgement()), (Tick(2), Judgement())], received_at=1
    )
    store.know_channels(IDS[:1])
    assert list(store.journal(0)) == [(2, Tick(2))]


def test_of_two_readings_of_one_instant_the_first_stays(store: Store):
    for value in (7.0, 8.0):
        rows = {1: [(START, value)]}
        store.write([(readings(rows), judgement(rows))], received_at=1)
    with store.query() as query:
        assert query.rows("inlet.ph", START, START + DAY).value.tolist() == [7.0]


def test_rows_keep_missing_and_infinite_values_apart(store: Store):
    values = [math.nan, math.inf, -math.inf, 1e308, -0.0]
    rows = {1: [(START + n, value) for n, value in enumerate(values)]}
    store.write([(readings(rows), judgement(rows))], received_at=1)
    with store.query() as query:
        kept = query.rows("inlet.ph", START, START + DAY)
    np.testing.assert_array_equal(kept.value, values)
    assert kept.flag.tolist() == [9, 1, 1, 1, 1]
    assert kept.low.tolist() == [6.0] * 5


def test_a_late_reading_is_kept_but_is_never_the_latest(store: Store):
    rows = {1: [(START + MINUTE, 7.0)]}
    store.write([(readings(rows), judgement(rows))], received_at=1)
    late = block({1: [(START, 3.0)]}, Flag.SUSPECT)
    store.write([(Tick(1), Judgement(late=late))], received_at=2)
    with store.query() as query:
        assert query.latest()["inlet.ph"].value == 7.0
        assert query.latest()["inlet.ph"].at == START + MINUTE
        kept = query.rows("inlet.ph", START, START + DAY)
    assert kept.value.tolist() == [3.0, 7.0]
    assert kept.flag.tolist() == [Flag.SUSPECT, Flag.GOOD]
    assert math.isnan(kept.low[0])


def test_the_latest_of_a_group_is_the_newest_whatever_the_order_in_it(store: Store):
    newer, older = {0: [(START + 2, 2.0)]}, {0: [(START + 1, 1.0)]}
    store.write([(readings(rows), judgement(rows)) for rows in (newer, older)], received_at=1)
    with store.query() as query:
        assert query.latest()["inlet.flow"].value == 2.0
        assert set(query.latest()) == {"inlet.flow"}


def test_changes_of_one_alarm_in_one_instant_are_all_kept(store: Store):
    there, back = (
        transition(START, IsaState.SHLVD),
        replace(transition(START), before=IsaState.SHLVD, after=IsaState.NORM),
    )
    for changes in ((there, back), (there,)):
        store.write([(Tick(START), Judgement(transitions=changes))], received_at=1)
    with store.query() as query:
        assert query.transitions() == [there, back, there]
        assert query.alarm_states() == {"ph-low": there}


def test_a_change_tells_who_why_and_under_which_configuration(store: Store):
    asked = replace(transition(START, IsaState.SHLVD), who="kim", why="탱크로리 반입")
    store.write([(Tick(START), Judgement(transitions=(asked,)))], received_at=1)
    store.know_configuration("fingerprint", "{}")
    store.know_configuration("fingerprint", "{}")
    store.write([(Tick(START), Judgement(transitions=(asked,)))], received_at=1)
    with store.query() as query:
        after, before = query.transitions()
        assert before == asked
        assert after == replace(asked, configuration="fingerprint")


def test_an_alarm_change_comes_back_as_it_was(store: Store):
    change = replace(
        transition(START),
        condition=Condition.ACTIVE,
        acknowledgement=Acknowledgement.UNACKED,
        suppression=Suppression.SHELVED,
    )
    store.write([(Tick(START), Judgement(transitions=(change,)))], received_at=1)
    back = transition(START + 1, IsaState.RTNUN)
    other = transition(START, alarm="no-data")
    store.write([(Tick(START), Judgement(transitions=(back, other)))], received_at=1)
    with store.query() as query:
        assert query.transitions() == [other, back, change]
        assert query.transitions_between(START, START + 1) == [change, other]
        assert query.alarm_states() == {"ph-low": back, "no-data": other}


def test_a_later_word_on_an_event_replaces_the_one_before_with_its_sentences(store: Store):
    later = event(START, ended_at=START + HOUR)
    store.write([(Tick(START), Judgement(events=(event(START),)))], received_at=1)
    with store.query() as query:
        assert query.events(START + DAY) == [event(START)]
    store.write([(Tick(START), Judgement(events=(later,)))], received_at=1)
    with store.query() as query:
        assert query.events(START) == [later]
        assert str(query.events(START)[0].reasons[0]) == "pH jumps, 3 times"
        assert query.events(START + 2 * HOUR) == []


def test_loads_are_kept_by_channel_period_and_begin(store: Store):
    first = Load("inlet.nh4_n", "hour", START, START + HOUR, 10.0, 10.0, math.nan, 0.5)
    again = replace(first, mass=12.0, mean=30.0)
    for load in (first, again):
        store.write([(Tick(1), Judgement(loads=(load,)))], received_at=1)
    with store.query() as query:
        assert query.loads("hour", START, START + HOUR) == [again]
        assert query.loads("day", START, START + HOUR) == []


def test_a_command_and_a_new_site_file_leave_a_trace_that_outlives_the_journal(store: Store):
    command = Command(START, "kim", Action.SHELVE, "ph-low", "탱크로리 반입", START + HOUR)
    refused = Judgement(refused=(Refusal(command, text("no")),))
    group = [(command, Judgement()), (command, refused), (ConfigChange(START, "abc"), Judgement())]
    store.write(group, received_at=START + 5)
    with store.query() as query:
        assert query.last_configuration() == "abc"
        assert query.deeds() == [
            Deed(START + 5, "", "configuration", "abc"),
            Deed(START + 5, "kim", "shelve.refused", "ph-low", "탱크로리 반입"),
            Deed(START + 5, "kim", "shelve", "ph-low", "탱크로리 반입"),
        ]


def test_an_effect_asked_for_twice_is_performed_once(store: Store):
    asked = Judgement(effects=(effect(START, "a"), effect(START + 1, "b")))
    for _ in range(2):
        store.write([(Tick(1), asked)], received_at=1)
    assert [one.key for one in store.pending_effects(limit=10)] == ["a", "b"]
    store.effect_failed("a", "no route to host")
    assert [(one.effect.key, one.attempts, one.trouble) for one in store.waiting_effects(10)] == [
        ("b", 0, ""),
        ("a", 1, "no route to host"),
    ]
    store.effect_done("a", START)
    store.write([(Tick(1), asked)], received_at=1)
    assert [one.key for one in store.pending_effects(limit=10)] == ["b"]


def test_the_newest_snapshot_is_given_with_the_configuration_it_was_judged_under(store: Store):
    assert store.last_snapshot() is None
    store.save_snapshot("site", 1, b"a")
    assert store.last_snapshot() == Snapshot("site", 1, b"a", None)
    store.know_configuration("fingerprint", "what judging sees")
    store.save_snapshot("another", 2, b"b")
    assert store.last_snapshot() == Snapshot("another", 2, b"b", "what judging sees")
    store.save_snapshot("site", 3, b"c")
    assert store.connection.execute("SELECT seq FROM snapshot").fetchall() == [(2,), (3,)]


def test_what_is_under_way_is_marked_until_the_next_snapshot(store: Store):
    assert store.marks() == set()
    for _ in range(2):
        store.mark(Mark.FIRST_HISTORY)
    store.mark(Mark.JUDGE_ANEW)
    assert store.marks() == {Mark.FIRST_HISTORY, Mark.JUDGE_ANEW}
    store.save_snapshot("site", 1, b"")
    assert store.marks() == set()


def test_a_failure_in_the_middle_of_a_group_leaves_nothing_of_it(store: Store):
    rows = {1: [(START, 7.0)]}
    bad = replace(transition(START), priority=object())  # type: ignore[arg-type]
    group = [(readings(rows), judgement(rows)), (Tick(1), Judgement(transitions=(bad,)))]
    with pytest.raises(Exception, match="parameter 8"):
        store.write(group, received_at=1)
    assert store.is_empty()
    assert store.write([(Tick(1), Judgement())], received_at=1) == [1]
    assert not store.is_empty()
