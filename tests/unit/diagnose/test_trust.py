"""Trust: earned by what was usable of late, lost by faults and silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws.plain import plain
from laws.works import CHANNELS
from unit.derive.material import block_of, pieces

from mulmok.judge.diagnose.trust import FAULTY, Trusts
from mulmok.model.finding import Finding
from mulmok.model.flag import Flag, Reason
from mulmok.model.text import Text
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.text.catalog import render

T0 = 29_000_000 * MINUTE
PH = 1
STAGE = Trusts.for_channels(CHANNELS)


def days_of_ph(days, *, bad=slice(0, 0), leave=slice(0, 0)):
    """A reading a minute; some minutes fail a check, in some there is none."""
    at = T0 + np.arange(int(days * DAY / MINUTE)) * MINUTE
    flag = np.full(len(at), Flag.GOOD, np.uint8)
    flag[bad] = Flag.FAIL
    kept = np.ones(len(at), np.bool_)
    kept[leave] = False
    nothing = (np.zeros(0, np.int64), np.zeros(0))
    block = block_of(nothing, (at[kept], np.full(kept.sum(), 7.0)), nothing, nothing)
    reasons = np.where(flag == Flag.FAIL, Reason.STATUS, Reason.NONE).astype(np.uint32)
    return block.flagged(flag[kept], reasons[kept])


def trusted(block, findings=(), later=0):
    state, _ = STAGE.step(STAGE.start(), (block, findings))
    return STAGE.trust(state, int(block.at[-1]) + later)[PH]


def said(trust):
    return [render(reason, "en") for reason in trust.reasons]


def fault(kind="fouling", ended=None):
    return Finding("watch", PH, kind, T0, T0 + HOUR, ended)


def test_what_has_never_shown_anything_is_neither_trusted_nor_distrusted():
    state, _ = STAGE.step(STAGE.start(), (days_of_ph(1), ()))
    flow = STAGE.trust(state, T0 + DAY)[0]
    assert flow.trust is None
    assert flow.good_at is None
    assert flow.reasons == ()


def test_an_instrument_that_shows_good_readings_is_trusted_wholly_and_without_a_word():
    one = trusted(days_of_ph(2))
    assert one.trust == pytest.approx(1.0)
    assert one.good_at == T0 + 2 * DAY - MINUTE
    assert one.reasons == ()


def test_half_a_bad_day_costs_trust_and_says_how_much():
    one = trusted(days_of_ph(3, bad=slice(-720, None)))
    assert one.trust == pytest.approx(np.exp(-0.5), abs=0.01)
    assert one.good_at == T0 + 3 * DAY - 721 * MINUTE
    assert said(one) == ["usable in 61% of the last day", "to do: check cable and supply of pH"]


def test_silence_costs_as_much_as_bad_readings():
    heard_again = days_of_ph(3, leave=slice(-720, -1))
    assert trusted(heard_again).trust == pytest.approx(np.exp(-0.5), abs=0.01)
    assert trusted(days_of_ph(2), later=DAY // 2).trust == pytest.approx(np.exp(-0.5), abs=0.01)


def test_a_fault_leaves_little_trust_at_once_and_names_the_task():
    one = trusted(days_of_ph(2), (fault(),))
    assert one.trust == FAULTY
    assert said(one) == [
        "pH sinks slowly, away from what the others show",
        "to do: clean pH",
    ]


def test_trust_comes_back_when_the_fault_has_ended():
    opened = fault()
    state, _ = STAGE.step(STAGE.start(), (days_of_ph(2), (opened,)))
    state, _ = STAGE.step(state, (days_of_ph(0), (replace(opened, ended_at=T0 + DAY),)))
    assert STAGE.trust(state, T0 + 2 * DAY)[PH].trust == pytest.approx(1.0)


def test_every_reason_is_there_in_both_languages():
    one = trusted(days_of_ph(3, bad=slice(-2000, None)), (fault("stuck"),))
    assert len(one.reasons) == 3
    for reason in one.reasons:
        assert isinstance(reason, Text)
        assert render(reason, "ko") != render(reason, "en")


@given(st.lists(st.integers(1, 2_879), max_size=4), st.data())
def test_trust_is_a_share_however_the_readings_were_cut(cuts, data):
    length = 2 * DAY // MINUTE
    begin, end = sorted(data.draw(st.tuples(st.integers(0, length), st.integers(0, length))))
    leave = sorted(data.draw(st.tuples(st.integers(1, length - 1), st.integers(1, length - 1))))
    block = days_of_ph(2, bad=slice(begin, end), leave=slice(*leave))
    whole, _ = STAGE.step(STAGE.start(), (block, ()))
    state = STAGE.start()
    for piece in pieces(block, [T0 + cut * MINUTE for cut in cuts]):
        state, _ = STAGE.step(state, (piece, ()))
    assert plain(state) == plain(whole)
    assert 0.0 <= STAGE.trust(whole, T0 + 2 * DAY)[PH].trust <= 1.0
