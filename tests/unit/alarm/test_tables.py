"""The tables: whole, and saying what the lifecycle standard says."""

from itertools import product

import pytest

from mulmok.judge.alarm import states
from mulmok.judge.alarm.states import (
    ACKNOWLEDGEMENT,
    ACTIVE_CONDITIONS,
    CONDITION,
    CONDITION_RAISES,
    RELEASED_INPUT,
    SUPPRESSED_INPUT,
    SUPPRESSION,
    Input,
    Notice,
    Order,
    isa_state,
)
from mulmok.model.alarm import Acknowledgement, Condition, IsaState, Suppression


@pytest.mark.parametrize(
    ("table", "every_state", "every_input"),
    [
        (CONDITION, Condition, Input),
        (ACKNOWLEDGEMENT, Acknowledgement, Notice),
        (SUPPRESSION, Suppression, Order),
    ],
)
def test_every_state_lists_every_input(table, every_state, every_input):
    assert set(table) == set(every_state)
    for state in every_state:
        assert set(table[state]) == set(every_input), state
        assert set(table[state].values()) <= set(every_state)


def test_no_data_is_neither_true_nor_false():
    assert all(table[Input.UNKNOWN] is state for state, table in CONDITION.items())


def test_every_state_of_every_machine_can_be_reached_and_left():
    for table in (CONDITION, ACKNOWLEDGEMENT, SUPPRESSION):
        for state, ways in table.items():
            assert any(after is not state for after in ways.values()), state
            assert any(state in others.values() for s, others in table.items() if s is not state)


def test_joint_rules_speak_of_every_case():
    assert set(SUPPRESSED_INPUT) == set(Notice)
    assert set(RELEASED_INPUT) == set(product((True, False), Acknowledgement))
    assert set(states.ACKNOWLEDGED_INPUT) == {True, False}
    for (before, after), notice in CONDITION_RAISES.items():
        assert after in CONDITION[before].values()
        assert (after in ACTIVE_CONDITIONS) == (notice is Notice.RAISE)


def test_what_holds_becomes_active_only_by_a_raise_and_normal_only_by_a_return():
    for before, ways in CONDITION.items():
        for after in ways.values():
            if (before in ACTIVE_CONDITIONS) != (after in ACTIVE_CONDITIONS):
                assert (before, after) in CONDITION_RAISES


def test_every_triple_has_one_of_the_seven_names_and_all_seven_occur():
    names = {isa_state(*triple) for triple in product(Condition, Acknowledgement, Suppression)}
    assert names == set(IsaState)


@pytest.mark.parametrize(
    ("condition", "acknowledgement", "suppression", "name"),
    [
        ("NORMAL", "NONE", "NONE", "NORM"),
        ("PENDING", "NONE", "NONE", "NORM"),
        ("ACTIVE", "UNACKED", "NONE", "UNACK"),
        ("CLEARING", "UNACKED", "NONE", "UNACK"),
        ("ACTIVE", "ACKED", "NONE", "ACKED"),
        ("CLEARING", "ACKED", "NONE", "ACKED"),
        ("NORMAL", "UNACKED", "NONE", "RTNUN"),
        ("PENDING", "UNACKED", "NONE", "RTNUN"),
        ("ACTIVE", "UNACKED", "SHELVED", "SHLVD"),
        ("NORMAL", "NONE", "INHIBITED", "DSUPR"),
        ("ACTIVE", "ACKED", "OUT_OF_SERVICE", "OOSRV"),
    ],
)
def test_isa_names_are_a_view_of_the_three_machines(condition, acknowledgement, suppression, name):
    triple = Condition(condition), Acknowledgement(acknowledgement), Suppression(suppression)
    assert isa_state(*triple).value == name
