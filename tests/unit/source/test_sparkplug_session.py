"""The rules by which a host follows an edge node, one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.model.time import SECOND
from mulmok.source.sparkplug.message import BD_SEQ, Address, Kind, Metric, Payload, Type
from mulmok.source.sparkplug.session import ASK_EVERY, ASK_UNKNOWN, Known, Outcome, Session, State

NOW = 1_767_571_200 * SECOND


def birth(bd_seq: int = 3, **aliases: int) -> Payload:
    own = Metric(BD_SEQ, datatype=Type.INT64, value=bd_seq)
    return Payload(
        [own, *(Metric(name, alias, datatype=Type.INT16) for name, alias in aliases.items())], seq=0
    )


def data(seq: int, *metrics: Metric) -> Payload:
    return Payload([*metrics], seq=seq)


def by(alias: int) -> Metric:
    return Metric(alias=alias, value=7)


def named(name: str) -> Metric:
    return Metric(name, value=7)


class Story:
    def __init__(self) -> None:
        self.session, self.now = Session(), NOW

    def hear(self, kind: Kind, payload: Payload, device: str = "") -> Outcome:
        return self.session.hear(Address(kind, "g", "n", device), payload, self.now)

    def names(self, outcome: Outcome) -> list[str]:
        return [known.name for known, _ in outcome.metrics]


@pytest.fixture
def alive() -> Story:
    story = Story()
    assert story.hear(Kind.NBIRTH, birth(ph=1, ec=2)).born == ""
    assert story.session.state is State.ALIVE
    return story


def test_after_its_birth_a_node_is_understood_by_its_aliases(alive: Story):
    outcome = alive.hear(Kind.NDATA, data(1, by(2), by(1)))
    assert outcome == Outcome(
        ((Known("", "ec", Type.INT16), by(2)), (Known("", "ph", Type.INT16), by(1)))
    )


def test_a_device_is_understood_after_its_own_birth(alive: Story):
    assert alive.hear(Kind.DBIRTH, Payload([Metric("cod", 9)], seq=1), "d").born == "d"
    assert alive.names(alive.hear(Kind.DDATA, data(2, by(9)), "d")) == ["cod"]
    assert alive.session.lives("d")


def test_an_alias_of_another_device_is_not_taken_for_ones_own(alive: Story):
    alive.hear(Kind.DBIRTH, Payload([Metric("cod", 9)], seq=1), "d")
    alive.hear(Kind.DBIRTH, Payload([Metric("tn", 10)], seq=2), "e")
    assert alive.names(alive.hear(Kind.DDATA, data(3, by(9)), "e")) == []


def test_data_before_any_birth_has_the_node_asked_for_it():
    story = Story()
    assert story.hear(Kind.NDATA, data(7, by(1))) == Outcome(rebirth=True)
    assert story.session.state is State.LOST


def test_what_has_a_name_is_taken_even_before_a_birth():
    story = Story()
    assert story.names(story.hear(Kind.NDATA, data(7, named("ph"), by(1)))) == ["ph"]


def test_data_of_a_device_that_was_not_born_has_the_node_asked(alive: Story):
    assert alive.hear(Kind.DDATA, data(1, by(1)), "d").rebirth
    assert alive.session.state is State.LOST


def test_a_gap_in_the_numbering_has_the_node_asked_and_aliases_are_not_believed(alive: Story):
    outcome = alive.hear(Kind.NDATA, data(2, by(1), named("ec")))
    assert (alive.names(outcome), outcome.rebirth) == (["ec"], True)
    assert alive.names(alive.hear(Kind.NDATA, data(3, by(1)))) == []
    alive.hear(Kind.NBIRTH, birth(ph=2, ec=1))
    assert alive.names(alive.hear(Kind.NDATA, data(1, by(1)))) == ["ec"]


def test_the_numbering_goes_round(alive: Story):
    for number in range(1, 600):
        assert not alive.hear(Kind.NDATA, data(number % 256, by(1))).rebirth
    assert alive.session.state is State.ALIVE


def test_an_alias_nobody_was_born_with_has_the_node_asked(alive: Story):
    assert alive.hear(Kind.NDATA, data(1, by(99))).rebirth


def test_a_node_is_not_asked_again_and_again(alive: Story):
    asked = 0
    for number in range(100):
        asked += alive.hear(Kind.NDATA, data(number * 2 % 256, by(1))).rebirth
        alive.now += SECOND
    assert asked == 100 * SECOND // ASK_EVERY


def test_a_node_that_is_not_there_is_asked_seldom():
    session = Session()
    asked = [session.ask(NOW + second * SECOND) for second in range(180)]
    assert sum(asked) == 180 * SECOND // ASK_UNKNOWN
    assert asked[0]


def test_death_takes_the_node_and_its_devices(alive: Story):
    alive.hear(Kind.DBIRTH, Payload([], seq=1), "d")
    assert alive.hear(Kind.NDEATH, birth(bd_seq=3)) == Outcome(dead=True)
    assert alive.session.state is State.DEAD
    assert not alive.session.lives("")
    assert not alive.session.lives("d")


def test_the_death_of_a_connection_that_is_gone_is_passed_over(alive: Story):
    assert alive.hear(Kind.NDEATH, birth(bd_seq=2)) == Outcome()
    assert alive.session.lives("")


def test_a_death_without_a_number_is_believed(alive: Story):
    assert alive.hear(Kind.NDEATH, Payload([])).dead


def test_the_death_of_a_node_we_do_not_know_has_it_asked():
    assert Story().hear(Kind.NDEATH, birth(bd_seq=2)) == Outcome(dead=True, rebirth=True)


def test_the_dead_are_not_asked(alive: Story):
    alive.hear(Kind.NDEATH, birth(bd_seq=3))
    assert not alive.session.ask(alive.now + 10 * ASK_UNKNOWN)


def test_the_death_of_a_device_leaves_the_others(alive: Story):
    alive.hear(Kind.DBIRTH, Payload([], seq=1), "d")
    alive.hear(Kind.DBIRTH, Payload([], seq=2), "e")
    assert alive.hear(Kind.DDEATH, data(3), "d") == Outcome(gone="d")
    assert [alive.session.lives(one) for one in ("", "d", "e")] == [True, False, True]


def test_a_birth_begins_anew(alive: Story):
    alive.hear(Kind.DBIRTH, Payload([Metric("cod", 9)], seq=1), "d")
    alive.hear(Kind.NBIRTH, birth(bd_seq=4, ph=9))
    assert alive.session.devices == set()
    assert alive.names(alive.hear(Kind.NDATA, data(1, by(9)))) == ["ph"]
    assert alive.hear(Kind.NDEATH, birth(bd_seq=3)) == Outcome()


PAYLOADS = st.builds(
    Payload,
    st.lists(st.builds(Metric, st.sampled_from(["", "a", BD_SEQ]), st.none() | st.integers(0, 3),
                       value=st.none() | st.integers(0, 3) | st.text(max_size=2)), max_size=3),
    seq=st.none() | st.integers(0, 300),
)  # fmt: skip
MESSAGES = st.tuples(st.sampled_from(Kind), PAYLOADS, st.sampled_from(["d", "e"]))


@given(st.lists(MESSAGES, max_size=30))
def test_whatever_is_heard_a_device_lives_only_while_its_node_does(messages: list):
    story = Story()
    for kind, payload, device in messages:
        outcome = story.hear(kind, payload, device if kind.startswith("D") else "")
        story.now += SECOND
        if story.session.state is not State.ALIVE:
            assert not story.session.lives("d")
            assert all(metric.name for _, metric in outcome.metrics if outcome.rebirth)
        if kind is Kind.NBIRTH:
            assert story.session.state is State.ALIVE
