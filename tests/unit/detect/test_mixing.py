"""Mixing: mass balance, with how well it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from unit.detect.waters import CHANNELS, COLUMN, LEVEL, LOG, NAMES, USUAL, mixer, moves

from mulmok.model.foreign import ForeignWater

SLURRY = ForeignWater(
    "slurry", "livestock", {"ec": 18_000.0, "nh4_n": 2_100.0, "cod": 20_600.0},
    alkalinity=180.0, carbon=190.0, temperature=30.0, share=(0.01, 0.2),
)  # fmt: skip


def by_hand(quantity, f):
    """Logarithm of the ratio by which a concentration changes."""
    usual = USUAL[quantity][0]
    return math.log(((1 - f) * usual + f * SLURRY.holds[quantity]) / usual)


@pytest.mark.parametrize("quantity", ["ec", "nh4_n", "cod"])
def test_a_concentration_follows_the_mass_balance(quantity):
    mixed = mixer((SLURRY,))
    mean, _ = moves(mixed)
    for j, f in enumerate(mixed.share[0]):
        assert mean[0, j, COLUMN[quantity]] == pytest.approx(by_hand(quantity, f))


def test_shares_reach_from_the_least_to_the_largest():
    share = mixer((SLURRY,)).share[0]
    assert (share[0], share[-1]) == (pytest.approx(0.01), pytest.approx(0.2))
    assert (np.diff(share) > 0).all()


def test_flow_and_warmth_come_with_it():
    mixed = mixer((SLURRY,))
    mean, _ = moves(mixed)
    f = mixed.share[0]
    assert mean[0, :, COLUMN["flow"]] == pytest.approx(-np.log(1 - f))
    assert mean[0, :, COLUMN["temperature"]] == pytest.approx(f * (30.0 - 18.0))


def test_a_concentration_that_is_off_by_now_is_mixed_as_it_is():
    mixed, drift = mixer((SLURRY,)), np.zeros((len(NAMES), 3))
    drift[COLUMN["ec"]] = (0.2, 0.1, math.log(2) - 0.3)
    twice, _ = mixed.moves(LEVEL, drift, LOG)
    f = mixed.share[0, -1]
    usual = 2 * USUAL["ec"][0]
    want = math.log(((1 - f) * usual + f * 18_000) / usual)
    assert twice[0, -1, COLUMN["ec"]] == pytest.approx(want)


def test_the_less_of_it_is_its_own_the_better_a_concentration_is_known():
    mixed = mixer((SLURRY,))
    _, deviation = moves(mixed)
    assert (np.diff(deviation[0, :, COLUMN["nh4_n"]]) > 0).all()
    assert deviation[0, -1, COLUMN["nh4_n"]] < 0.45 + 0.1


def test_a_strength_that_is_not_known_says_nothing_of_its_channel():
    nothing_of_solids = ForeignWater("salt", "unknown", {"ec": 50_000.0})
    mean, deviation = moves(mixer((nothing_of_solids,)))
    for name in ("tss", "cod", "nh4_n", "chloride"):
        assert (mean[0, :, COLUMN[name]] == 0.0).all()
        assert (deviation[0, :, COLUMN[name]] >= 2.0).all()
    assert (deviation[0, :, COLUMN["ec"]] < 1.0).all()


def test_a_strength_of_zero_is_known_and_thins():
    mixed = mixer((ForeignWater("salt", "unknown", {"ec": 50_000.0, "cod": 0.0}),))
    mean, _ = moves(mixed)
    assert mean[0, :, COLUMN["cod"]] == pytest.approx(np.log(1 - mixed.share[0]))


def test_acid_lowers_ph_and_alkali_raises_it_the_more_of_it_the_further():
    acid = ForeignWater("acid", "acid", alkalinity=-400.0)
    alkali = ForeignWater("alkali", "alkali", alkalinity=420.0)
    mean, _ = moves(mixer((acid, alkali)))
    ph = mean[:, :, COLUMN["ph"]]
    assert (np.diff(ph[0]) < 0).all()
    assert (np.diff(ph[1]) > 0).all()
    assert ph[0, -1] < -2.0
    # A thousandth of it is hidden by the buffer.
    assert ph[0, 0] > -0.3


def test_a_state_of_the_sewage_moves_ph_and_redox_only():
    septic = ForeignWater(
        "septicity", "septicity", alkalinity=-0.15, orp=-300.0, share=(0.15, 1.0), mixes=False
    )
    mean, _ = moves(mixer((septic,)))
    share = mixer((septic,)).share[0]
    assert mean[0, :, COLUMN["ph"]] == pytest.approx(-0.15 * share)
    assert mean[0, :, COLUMN["orp"]] == pytest.approx(-300.0 * share)
    others = [n for n, name in enumerate(NAMES) if name not in ("ph", "orp")]
    assert (mean[0][:, others] == 0.0).all()


def test_before_anything_is_known_of_the_sewage_nothing_is_claimed():
    unknown = np.full(len(CHANNELS), np.nan)
    mean, deviation = mixer().moves(unknown, np.zeros((len(NAMES), 3)), LOG)
    assert np.isfinite(mean).all()
    assert (deviation > 0.0).all()
