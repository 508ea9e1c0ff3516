"""What holds for every alarm, whatever comes: readings, ticks, commands, in any order."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from unit.alarm.works import PH_AT_ONCE, PH_LOW, Works

from mulmok.judge.alarm.stage import AlarmsState
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.flag import Flag
from mulmok.model.time import MINUTE
from mulmok.store.snapshot import from_bytes, to_bytes

RULES = (
    PH_LOW,
    PH_AT_ONCE.__class__("now", RuleKind.BELOW, 0, 5.0, 0.2),
    AlarmRule("falls", RuleKind.RATE_BELOW, 0, -0.5, 0.1, 0, MINUTE),
    AlarmRule("quiet", RuleKind.NO_DATA, 0, float(3 * MINUTE), off_delay=MINUTE),
    AlarmRule("flow", RuleKind.ABOVE, 1, 1000.0, 50.0, MINUTE, 0),
)
#: Times on a half-minute grid, so that readings, deadlines and ticks often meet in one instant.
STEPS = st.integers(0, 4)
PH = st.sampled_from([(4.0, Flag.GOOD), (5.1, Flag.GOOD), (7.0, Flag.GOOD), (4.0, Flag.FAIL)])
FLOW = st.sampled_from([(900.0, Flag.GOOD), (1200.0, Flag.GOOD), (float("nan"), Flag.MISSING)])
ROWS = st.lists(
    st.one_of(
        st.tuples(STEPS, st.just(0), PH),
        st.tuples(STEPS, st.just(1), FLOW),
    ),
    min_size=1,
    max_size=40,
)
ORDERS = st.lists(
    st.tuples(
        st.integers(0, 80),
        st.sampled_from(
            [
                "acknowledge",
                "shelve",
                "unshelve",
                "inhibit",
                "release",
                "out_of_service",
                "in_service",
            ]
        ),
        st.sampled_from([rule.id for rule in RULES]),
        st.integers(1, 20),
    ),
    max_size=12,
)
LAWFUL = settings(max_examples=150)


def in_time(drawn):
    """Rows in order of time: no channel twice in one instant."""
    rows, at, last = [], 0.0, {0: -1.0, 1: -1.0}
    for step, where, (value, flag) in drawn:
        at += step / 2
        if at > last[where]:
            rows.append((at, where, value, flag))
            last[where] = at
    return rows


def told(works, *, known=True):
    return sorted(
        (t.alarm, t.at, t.known_at if known else 0, t.before, t.after, t.cause)
        for t in works.transitions
    )


def live(rows, orders, *, each=1, ticks=(), seed=None):
    """Rows `each` a run, with the orders where they fall in time, and ticks between."""
    works, chance = Works(*RULES), random.Random(seed)
    # A works begins with its first instant: "never heard" counts from there.
    works.tick(0)
    moments = [(at, 0, row) for row in rows for at in (row[0],)]
    # The end of an instant is when orders come: all its readings are there.
    moments += [(at / 2 + 0.25, 1, order) for order in orders for at in (order[0],)]
    moments += [(at / 2, -1, None) for at in ticks]
    waiting = []

    def flush():
        if waiting:
            works.give(waiting)
            waiting.clear()

    for at, kind, what in sorted(moments, key=lambda moment: moment[:2]):
        if kind == 0:
            waiting.append(what)
            if len(waiting) >= (each if seed is None else chance.randint(1, 5)):
                flush()
            continue
        flush()
        if kind == 1:
            _, action, alarm, span = what
            works.order(at, action, alarm=alarm, why="w", until=at + span)
        else:
            works.tick(at)
    flush()
    works.tick(500)
    # A silence known only now may have deadlines behind it, which wait until time goes on.
    works.tick(501)
    return works


@LAWFUL
@given(ROWS, st.integers(0, 999))
def test_cutting_changes_nothing_not_even_when_it_was_known(drawn, seed):
    rows = in_time(drawn)
    assert told(live(rows, (), seed=seed)) == told(live(rows, (), each=1000))


@LAWFUL
@given(ROWS, ORDERS, st.integers(0, 999))
def test_cutting_changes_nothing_with_commands_either(drawn, orders, seed):
    rows = in_time(drawn)
    assert told(live(rows, orders, seed=seed)) == told(live(rows, orders, each=1000))


@LAWFUL
@given(ROWS, ORDERS, st.lists(st.integers(0, 160), max_size=30))
def test_ticks_change_how_soon_it_is_known_never_what_happened(drawn, orders, ticks):
    rows = in_time(drawn)
    quiet, ticked = live(rows, orders), live(rows, orders, ticks=ticks)
    assert told(ticked, known=False) == told(quiet, known=False)
    for sooner, later in zip(told(ticked), told(quiet), strict=True):
        assert sooner[2] <= later[2]


@LAWFUL
@given(ROWS, ORDERS)
def test_suppression_hides_and_never_stops_evaluation(drawn, orders):
    rows = in_time(drawn)
    with_orders, without = live(rows, orders), live(rows, ())
    for one, other in zip(with_orders.state.lives, without.state.lives, strict=True):
        assert (one.condition, one.since, one.due, one.left, one.cause) == (
            other.condition,
            other.since,
            other.due,
            other.left,
            other.cause,
        )
        assert (one.active_since, one.returned_at) == (other.active_since, other.returned_at)


@LAWFUL
@given(ROWS, ORDERS)
def test_a_story_never_goes_back_and_its_states_join(drawn, orders):
    works = live(in_time(drawn), orders)
    for rule in RULES:
        mine = [t for t in works.transitions if t.alarm == rule.id]
        for before, after in itertools.pairwise(mine):
            assert before.after is after.before
            assert (before.known_at, before.at) <= (after.known_at, after.at)
            assert before.at <= after.at
        assert all(t.at <= t.known_at and t.before is not t.after for t in mine)
        assert mine == sorted(mine, key=lambda t: (t.known_at, t.at))


@LAWFUL
@given(ROWS, ORDERS)
def test_nothing_active_is_ever_shown_as_if_nobody_had_to_look(drawn, orders):
    works = live(in_time(drawn), orders)
    for life in works.state.lives:
        if life.condition in ("ACTIVE", "CLEARING") and life.suppression == "NONE":
            assert life.acknowledgement != "NONE"
            assert (life.acknowledgement == "ACKED") == (life.acked_at is not None)
        elif life.suppression == "NONE":
            assert life.acknowledgement != "ACKED"


@LAWFUL
@given(ROWS, ORDERS)
def test_a_state_comes_through_bytes_exactly(drawn, orders):
    works = live(in_time(drawn), orders)
    data = to_bytes(works.state)
    again = from_bytes(data, AlarmsState)
    assert to_bytes(again) == data
    assert again.lives == works.state.lives
