"""Nothing a check said is ever lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.quality.series import Reason, channel, judged, reasons, series

from mulmok.judge.quality.rollup import rolled_up
from mulmok.judge.quality.stage import Quality
from mulmok.model.errors import PluginError
from mulmok.model.flag import RANK, Flag

flags = st.sampled_from([int(flag) for flag in Flag])


@given(st.lists(st.tuples(flags, flags), min_size=1, max_size=20))
def test_the_worse_of_two_flags_wins_and_a_doubt_leaves_its_bit(pairs):
    before, said = (np.array(column, np.uint8) for column in zip(*pairs, strict=True))
    block = series(np.full(len(pairs), 7.0)).flagged(before, np.zeros(len(pairs), np.uint32))
    after = rolled_up(block, said, int(Reason.RATE))
    assert (RANK[after.flag] == np.maximum(RANK[before], RANK[said])).all()
    assert ((after.reasons != 0) == (said > Flag.NOT_EVALUATED)).all()


def test_every_reason_is_kept_beside_the_worst_flag():
    # Out of range, and too far from the one before.
    block = judged([7.0] * 12 + [14.5])
    assert block.flag[-1] == Flag.FAIL
    assert reasons(block)[-1] & Reason.PHYSICAL_RANGE


def test_the_value_is_never_touched():
    values = np.array([7.0, np.nan, np.inf, 1e308, -5.0])
    assert judged(values).value.tobytes() == values.tobytes()


def test_more_plugins_than_bits_are_refused_by_name():
    class Foreign:
        pass

    with pytest.raises(PluginError, match=r"9 check plugins are installed, 8 are possible.*x0, x1"):
        Quality.for_channels((channel(),), {f"x{n}": Foreign for n in range(9)})
