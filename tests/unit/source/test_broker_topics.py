"""Filters of topics match as MQTT says, and of those that overlap only the widest are asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from mulmok.source.broker.topics import covers, filter_fault, matches, widest

LEVELS = st.sampled_from(["a", "b", "", "$x"])
TOPICS = st.lists(LEVELS, min_size=1, max_size=4).map("/".join).filter(len)
FILTERS = st.builds(
    lambda levels, end: "/".join([*levels, *end]),
    st.lists(LEVELS | st.just("+"), min_size=0, max_size=4),
    st.sampled_from([[], ["#"]]),
).filter(len)


@given(FILTERS, TOPICS)
def test_a_filter_matches_as_the_library_has_it(wanted: str, topic: str):
    assert matches(wanted, topic) == topic_matches_sub(wanted, topic)


@given(FILTERS, FILTERS, TOPICS)
def test_what_covers_a_filter_matches_all_it_does(wide: str, narrow: str, topic: str):
    if covers(wide, narrow) and matches(narrow, topic):
        assert matches(wide, topic)


@given(st.dictionaries(FILTERS, st.sampled_from([0, 1]), max_size=5), TOPICS)
def test_nothing_is_missed_by_asking_for_the_widest_only(filters: dict[str, int], topic: str):
    def best(some: dict[str, int]) -> int:
        return max((qos for one, qos in some.items() if matches(one, topic)), default=-1)

    assert best(widest(filters)) >= best(filters)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"a/b": 1, "a/c": 0}, {"a/b": 1, "a/c": 0}),
        ({"a/b": 1, "a/#": 0}, {"a/#": 1}),
        ({"a/+": 0, "a/b": 0, "#": 0}, {"#": 0}),
        ({"a": 1, "a/#": 0}, {"a/#": 1}),
        ({"$SYS/x": 0, "#": 0}, {"$SYS/x": 0, "#": 0}),
    ],
)
def test_a_filter_that_another_covers_is_not_asked_for(filters: dict, kept: dict):
    assert widest(filters) == kept


@pytest.mark.parametrize("right", ["a", "a/+", "+", "#", "a/#", "+/b/#", "/", "공장/유입"])
def test_a_right_filter_has_no_fault(right: str):
    assert filter_fault(right) is None


@pytest.mark.parametrize(
    "wrong", ["a#", "a/#/b", "#/a", "##", "a+", "a/b+/c", "a\0b", "a" * 70_000]
)
def test_a_wrong_filter_is_told(wrong: str):
    assert filter_fault(wrong) is not None
