"""A packed day gives back every bit."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from mulmok.model.time import DAY, MINUTE
from mulmok.store.packing import Rows, joined, no_rows, pack, unpack

#: What an instrument shows, and what it should never show.
values = st.one_of(
    st.integers(-100_000, 100_000).map(lambda n: n / 100),
    st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True),
    st.sampled_from([-0.0, 1e308, float("nan")]),
)


@st.composite
def days(draw: st.DrawFn) -> Rows:
    """Draw some rows in time order."""
    at = sorted(draw(st.sets(st.integers(-(2**62), 2**62), min_size=1, max_size=30)))
    n = len(at)
    decimals = st.integers(-10_000, 10_000).map(lambda x: x / 10)
    value = draw(arrays.arrays(np.float64, n, elements=draw(st.sampled_from([values, decimals]))))
    byte = arrays.arrays(np.uint8, n)
    band = arrays.arrays(np.float32, n).map(lambda column: column.astype(np.float64))
    return Rows(
        np.array(at, np.int64),
        value,
        draw(byte),
        draw(byte),
        draw(arrays.arrays(np.uint32, n)),
        draw(band),
        draw(band),
    )


@given(days())
def test_every_bit_comes_back(rows):
    back = unpack(pack(rows))
    for name in Rows.__slots__:
        before, after = getattr(rows, name), getattr(back, name)
        assert after.dtype == before.dtype
        if name in ("low", "high"):
            # NaNs of a band are all alike.
            np.testing.assert_array_equal(after, before)
        else:
            assert after.tobytes() == before.tobytes()


def a_day(value: np.ndarray) -> Rows:
    n = len(value)
    byte, band = np.ones(n, np.uint8), np.full(n, np.nan)
    return Rows(MINUTE * np.arange(n), value, byte, byte, np.zeros(n, np.uint32), band, band)


def test_what_an_instrument_shows_packs_into_two_bytes_a_reading():
    walk = np.random.default_rng(1).normal(0, 0.03, DAY // MINUTE).cumsum()
    shown, raw = a_day(np.round(7 + walk, 2)), a_day(7 + walk)
    assert len(pack(shown)) < 2 * len(shown)
    assert len(pack(raw)) > 2 * len(pack(shown))


def test_joining_keeps_time_order_and_of_equal_instants_the_first():
    one, two = a_day(np.array([1.0, 2.0])), a_day(np.array([5.0, 6.0, 7.0]))
    assert joined([one, two]).value.tolist() == [1.0, 2.0, 7.0]
    assert joined([two, one]).value.tolist() == [5.0, 6.0, 7.0]
    assert len(joined([no_rows()])) == len(joined([])) == 0


def test_a_part_is_cut_by_instants():
    rows = a_day(np.arange(5.0))
    assert rows.between(MINUTE, 3 * MINUTE).value.tolist() == [1.0, 2.0]
    assert len(rows.between(DAY, 2 * DAY)) == 0
