"""What is asked for together, and what no more once a device has refused it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from unit.source.modbus.making import make_points

from mulmok.source.modbus.address import Span
from mulmok.source.modbus.plan import MOST_BITS, MOST_REGISTERS, Barriers, Point, plan

QUANTITIES = ("ph", "ec", "temperature", "nh4_n", "cod", "tss", "tn", "tp", "orp", "do")


def points(*registers, **own) -> tuple[Point, ...]:
    names = [f"p{number}.ph" for number in range(len(registers))]
    return make_points(
        {name: {"register": at, "table": "holding", **own} for name, at in zip(names, registers, strict=True)}
    )  # fmt: skip


def asked(made) -> list[tuple[int, int]]:
    return [(block.span.address, block.span.count) for block in made.blocks]


def test_neighbours_are_asked_for_together():
    assert asked(plan(points(0, 2, 4, type="float32"))) == [(0, 6)]


def test_a_small_gap_is_read_along_and_a_large_one_is_not():
    assert asked(plan(points(0, 9), gap=8)) == [(0, 10)]
    assert asked(plan(points(0, 10), gap=8)) == [(0, 1), (10, 1)]
    assert asked(plan(points(0, 2), gap=0)) == [(0, 1), (2, 1)]


def test_no_request_asks_for_more_than_the_standard_allows():
    many = plan(points(*range(0, 300, 2), type="float32"))
    assert asked(many) == [(0, 124), (124, 124), (248, 52)]
    bits = make_points({f"p{n}.ph": {"register": n, "table": "coil"} for n in range(0, 2500, 50)})
    assert asked(plan(bits)) == [(0, 1951), (2000, 451)]


def test_units_and_tables_are_asked_for_by_themselves():
    mixed = make_points(
        {
            "a.ph": {"register": 40001, "unit_id": 1},
            "b.ph": {"register": 40002, "unit_id": 2},
            "c.ph": {"register": 30001, "unit_id": 1},
        }
    )
    made = plan(mixed)
    assert [block.span for block in made.blocks] == [
        Span(1, "holding", 0),
        Span(1, "input", 0),
        Span(2, "holding", 1),
    ]
    assert {unit: len(blocks) for unit, blocks in made.units.items()} == {1: 2, 2: 1}


def test_a_status_word_is_read_with_the_values_and_once_for_all_of_them():
    own = {"status_register": 8, "status_bits": {"0": "CALIBRATING"}, "type": "float32"}
    assert asked(plan(points(0, 2, **own))) == [(0, 9)]


def test_what_was_refused_by_itself_is_asked_for_by_itself():
    barriers = Barriers(alone={Span(1, "holding", 2, 2)})
    assert asked(plan(points(0, 2, 4, type="float32"), barriers=barriers)) == [
        (0, 2),
        (2, 2),
        (4, 2),
    ]


def test_a_gap_does_not_reach_over_what_was_refused():
    """Today only the others are due: the wrong register between them must not be read along."""
    barriers = Barriers(alone={Span(1, "holding", 2, 2)})
    assert asked(plan(points(0, 4, type="float32"), barriers=barriers)) == [(0, 2), (4, 2)]


def test_a_cut_holds_between_what_stands_on_its_two_sides():
    barriers = Barriers(cuts={Span(1, "holding", 6)})
    assert asked(plan(points(0, 3, 6, 8), barriers=barriers)) == [(0, 4), (6, 3)]
    other = Barriers(cuts={Span(2, "holding", 6), Span(1, "input", 6)})
    assert asked(plan(points(0, 3, 6, 8), barriers=other)) == [(0, 9)]


needs = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 400), st.sampled_from(["uint16", "float32", "float64"])),
    min_size=1, max_size=40,
)  # fmt: skip
spans = st.sets(
    st.builds(Span, st.integers(1, 3), st.just("holding"), st.integers(0, 400), st.integers(1, 4)),
    max_size=5,
)


@given(needs, st.integers(0, 20), spans, spans)
def test_whatever_is_needed_stands_in_one_request_that_is_allowed(given_needs, gap, alone, cuts):
    made = plan(
        make_points(
            {
                f"p{number}.ph": {"unit_id": unit, "register": at, "table": "holding", "type": kind}
                for number, (unit, at, kind) in enumerate(given_needs)
            }
        ),
        gap,
        Barriers(alone, cuts),
    )
    for point in made.points:
        block = made.home[point.span]
        assert block.span.unit == point.span.unit
        assert block.span.address <= point.span.address
        assert point.span.end <= block.span.end
        assert made.place[point.span] == block.offset + point.span.address - block.span.address
    for block in made.blocks:
        assert 1 <= block.span.count <= MOST_REGISTERS < MOST_BITS
        assert not alone.intersection(block.needs) or len(block.needs) == 1
    assert made.size == sum(block.span.count for block in made.blocks)
