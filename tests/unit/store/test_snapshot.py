"""A state comes back bit for bit, whatever it holds."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import msgspec
import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from mulmok.store.snapshot import from_bytes, to_bytes


class Kind(StrEnum):
    """A word."""

    WATER = "water"


class Level(IntEnum):
    """A number."""

    HIGH = 2


@dataclass(frozen=True)
class Inner:
    """A part."""

    mean: NDArray[np.float64]
    kind: Kind | None


@dataclass(frozen=True)
class State:
    """One of everything a stage may carry."""

    number: float
    count: int
    level: Level
    inner: Inner
    several: tuple[Inner, ...]
    by_name: dict[str, tuple[int, float]]
    by_number: dict[int, float]
    table: NDArray[np.uint32]
    maybe: NDArray[np.int64] | None = None


numbers = st.floats(allow_nan=True, allow_infinity=True)
inners = st.builds(
    Inner, arrays.arrays(np.float64, st.integers(0, 5)), st.sampled_from([Kind.WATER, None])
)


@given(
    number=numbers,
    inner=inners,
    several=st.lists(inners, max_size=3),
    table=arrays.arrays(np.uint32, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0)),
    by_number=st.dictionaries(st.integers(-(2**63), 2**63 - 1), numbers, max_size=3),
)
def test_a_state_comes_back_bit_for_bit(number, inner, several, table, by_number):
    state = State(number, 3, Level.HIGH, inner, tuple(several), {"a": (1, 2.0)}, by_number, table)
    data = to_bytes(state)
    back = from_bytes(data, State)
    assert to_bytes(back) == data
    assert struct.pack("d", back.number) == struct.pack("d", number)
    assert (back.level, back.inner.kind, back.maybe) == (Level.HIGH, inner.kind, None)
    assert isinstance(back.several, tuple)
    assert back.table.dtype == table.dtype
    assert back.table.shape == table.shape
    assert back.table.tobytes() == table.tobytes()
    assert back.inner.mean.tobytes() == inner.mean.tobytes()
    assert set(back.by_number) == set(by_number)


def test_arrays_come_back_writable_so_that_a_kernel_can_go_on():
    state = Inner(np.arange(3.0), None)
    state.mean.flags.writeable = False
    assert from_bytes(to_bytes(state), Inner).mean.flags.writeable


@pytest.mark.parametrize("layout", ["F", "C"])
def test_the_layout_in_memory_does_not_matter(layout):
    grid = np.asarray(np.arange(6).reshape(2, 3), order=layout)
    wide = np.arange(12)[::2]
    assert from_bytes(to_bytes(grid), np.ndarray).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert from_bytes(to_bytes(wide), np.ndarray).tolist() == [0, 2, 4, 6, 8, 10]


def test_numbers_of_numpy_become_plain_numbers():
    assert from_bytes(to_bytes({"a": np.float64(math.inf)}), dict) == {"a": math.inf}


@pytest.mark.parametrize("array", [np.array([object()]), np.zeros(1, [("a", "i4")])])
def test_an_array_that_would_not_come_back_is_refused(array):
    with pytest.raises(NotImplementedError, match="an array of"):
        to_bytes(array)


def test_the_state_of_another_stage_is_refused():
    with pytest.raises(msgspec.ValidationError):
        from_bytes(to_bytes(Inner(np.zeros(1), None)), State)
