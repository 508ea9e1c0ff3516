"""Lean: one instrument that drifts away from what the others let expect of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mulmok.judge.detect.lean import ENOUGH, Bonds, after_an_hour, leaning, settled, upright

N, QUIET = 5, 240


def hours(seed, count):
    """Hourly means of channels of one water: what they share, and each one's own."""
    chance = np.random.default_rng(seed)
    shared = np.zeros(count)
    for hour in range(1, count):
        shared[hour] = 0.8 * shared[hour - 1] + 0.06 * chance.standard_normal()
    own = 0.02 * chance.standard_normal((count, N))
    return shared[:, None] * np.array([1.0, 0.8, 1.2, 0.9, 1.1]) + own


def through(mean, bonds=None, at_fault=None):
    """Take hour after hour; gives the bonds and who was ever named."""
    bonds, named = bonds or Bonds.start(N), set()
    at_fault = np.zeros(N, bool) if at_fault is None else at_fault
    for one in mean:
        bonds = after_an_hour(bonds, one, at_fault)
        named |= set(np.flatnonzero(leaning(bonds)).tolist())
    return bonds, named


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_slow_drift_of_one_channel_is_named_and_no_other(seed, sign):
    mean = hours(seed, QUIET + 36)
    mean[QUIET:, 2] += sign * np.linspace(0.0, 0.6, 36)
    bonds, named = through(mean)
    assert named == {2}
    assert np.sign(bonds.lean[2]) == sign


@pytest.mark.parametrize("seed", range(5))
def test_quiet_water_names_nobody(seed):
    assert through(hours(seed, QUIET + 100))[1] == set()


@pytest.mark.parametrize("seed", range(5))
def test_a_swing_of_all_channels_is_no_drift(seed):
    mean = hours(seed, QUIET + 36)
    swing = np.linspace(0.0, 0.4, 36)[:, None]
    mean[QUIET:] += swing * np.array([1.0, 0.8, 1.2, 0.9, 1.1])
    assert through(mean)[1] == set()


def test_nobody_is_named_before_enough_hours_were_seen():
    mean = hours(1, QUIET + 36)
    mean[QUIET:, 2] += np.linspace(0.0, 0.6, 36)
    bonds, _ = through(mean)
    assert leaning(replace(bonds, hours=ENOUGH)).tolist() == [False, False, True, False, False]
    assert not leaning(replace(bonds, hours=ENOUGH - 1.0)).any()


def late(seed, count, comes=QUIET):
    """The last channel comes only after the others have been known for long."""
    mean = hours(seed, count)
    mean[:comes, -1] = np.nan
    return mean


@pytest.mark.parametrize("seed", range(5))
def test_a_channel_that_comes_late_makes_nobody_lean_neither_the_others_nor_itself(seed):
    assert through(late(seed, QUIET + 500))[1] == set()


@pytest.mark.parametrize("seed", range(5))
def test_a_channel_that_came_late_is_named_when_it_drifts_once_it_is_known(seed):
    mean = late(seed, 2 * QUIET + 36)
    mean[2 * QUIET :, -1] += np.linspace(0.0, 0.6, 36)
    assert through(mean)[1] == {N - 1}


def test_while_a_channel_is_new_all_others_are_judged_as_if_it_was_not_there():
    mean = late(1, QUIET + 72)
    mean[QUIET + 36 :, 2] += np.linspace(0.0, 0.6, 36)
    without = mean.copy()
    without[:, -1] = np.nan
    one, other = through(mean), through(without)
    assert 2 in one[1]
    assert one[1] == other[1]
    assert one[0].left[:, :-1].tobytes() == other[0].left[:, :-1].tobytes()


def test_one_that_has_come_back_is_upright():
    mean = hours(3, QUIET + 36 + 48)
    mean[QUIET : QUIET + 36, 2] += np.linspace(0.0, 0.6, 36)
    leant, _ = through(mean[: QUIET + 36])
    assert not upright(leant, 2)
    fault = np.zeros(N, bool)
    fault[2] = True
    bonds = leant
    for one in mean[QUIET + 36 :]:
        bonds = after_an_hour(bonds, one, fault)
        if upright(bonds, 2):
            break
    assert upright(bonds, 2)


def test_a_channel_at_fault_teaches_nothing():
    bonds, _ = through(hours(3, QUIET))
    wrong = hours(4, 20)
    wrong[:, 2] += 5.0
    fault = np.zeros(N, bool)
    fault[2] = True
    after, _ = through(wrong, bonds, fault)
    assert np.array_equal(after.bond[2], bonds.bond[2])
    assert after.sway[2] == bonds.sway[2]
    assert not np.array_equal(after.bond[1, 1], bonds.bond[1, 1])


def after_a_new_level(seed, level):
    """Take a channel that was at fault for some hours and has settled at a new level for two days."""
    mean = hours(seed, QUIET + 10 + 48)
    mean[QUIET:, 2] += level
    fault = np.zeros(N, bool)
    fault[2] = True
    bonds, _ = through(mean[:QUIET])
    bonds, _ = through(mean[QUIET : QUIET + 10], bonds, fault)
    return settled(bonds, 2), mean[QUIET + 10 :]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [0.4, -0.4])
def test_nobody_is_named_when_one_has_come_to_a_new_level(seed, level):
    bonds, mean = after_a_new_level(seed, level)
    assert through(mean, bonds)[1] == set()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", [0.4, -0.4])
def test_nobody_is_named_when_a_new_level_becomes_the_usual_one(seed, level):
    bonds, mean = after_a_new_level(seed, level)
    mean[12:, 2] -= level * (1.0 - np.exp(-np.arange(len(mean) - 12) / 24.0))
    assert through(mean, bonds)[1] == set()


@pytest.mark.parametrize("seed", range(5))
def test_a_drift_is_named_beside_one_that_has_come_to_a_new_level(seed):
    bonds, mean = after_a_new_level(seed, 0.4)
    mean[:36, 1] -= np.linspace(0.0, 0.6, 36)
    for one in mean[:36]:
        bonds, named = through([one], bonds)
        if named:
            break
    assert named == {1}


def test_one_that_settles_bears_no_witness():
    bonds, mean = after_a_new_level(3, 0.4)
    wild = mean[0].copy()
    wild[2] += 5.0
    fault = np.zeros(N, bool)
    one, other = after_an_hour(bonds, mean[0], fault), after_an_hour(bonds, wild, fault)
    assert np.array_equal(np.delete(one.left, 2, axis=1), np.delete(other.left, 2, axis=1))
    assert np.array_equal(one.bond, other.bond)


def test_fewer_than_three_channels_tell_nothing_of_each_other():
    bonds, _ = through(hours(3, 50))
    mean = np.full(N, np.nan)
    mean[:2] = 0.1
    assert after_an_hour(bonds, mean, np.zeros(N, bool)) is bonds


def test_a_silent_channel_does_not_lean():
    mean = hours(3, QUIET + 60)
    mean[QUIET:, 2] = np.nan
    assert through(mean)[1] == set()


def test_what_came_before_is_not_changed():
    bonds, _ = through(hours(3, QUIET))
    before = [a.copy() for a in (bonds.bond, bonds.left, bonds.sway, bonds.long)]
    after_an_hour(bonds, np.full(N, 9.0), np.zeros(N, bool))
    after = (bonds.bond, bonds.left, bonds.sway, bonds.long)
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
