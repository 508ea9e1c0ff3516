"""The simulated works: pure, cut anywhere, true to what is planted."""

from __future__ import annotations

import asyncio
import itertools
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.source.channels import make_channel

from mulmok.model.acidity import carbon, ph
from mulmok.model.calendar import Calendar
from mulmok.model.status import Status
from mulmok.model.time import DAY, HOUR, MINUTE, UTC_ZONE, WEEK, Zone, parse_instant, to_datetime
from mulmok.source.files.read import read_readings
from mulmok.source.files.rows import joined
from mulmok.source.simulator.driver import SimulatorDriver, write_simulation
from mulmok.source.simulator.foreign import FOREIGN
from mulmok.source.simulator.influent import influent, series
from mulmok.source.simulator.planted import Fault, Inflow, schedule
from mulmok.source.simulator.sewage import works_of
from mulmok.source.simulator.simulate import Simulator

CHANNELS = (
    make_channel("inlet.flow"),
    make_channel("inlet.ph"),
    make_channel("inlet.cod", 5 * MINUTE),
    make_channel("inlet.nh4_n", 5 * MINUTE),
    make_channel("inlet.tn", 30 * MINUTE),
    make_channel("effluent.tn", 30 * MINUTE),
)
T0 = parse_instant("2026-03-02T00:00:00Z")
WORKS = works_of(1250.0)
SEOUL = Zone("Asia/Seoul", np.array([-(2**62)]), np.array([9 * HOUR]))
PLANTED = (
    Inflow("livestock", T0 + 5 * HOUR, 100, 0.025),
    Fault("stuck", "inlet.cod", T0 + 7 * HOUR, 1200),
    Fault("silence", "inlet.ph", T0 + 30 * HOUR, 90),
)


def simulator(seed=1, planted=PLANTED, channels=CHANNELS, zone=SEOUL):
    return Simulator(channels, WORKS, seed, zone, planted)


def same(left, right):
    return all(
        np.array_equal(getattr(left, name), getattr(right, name), equal_nan=name == "value")
        for name in ("channel", "at", "value", "status")
    )


@settings(max_examples=25)
@given(
    st.lists(st.integers(0, 3 * DAY), max_size=6),
    st.permutations(range(3)),
    st.integers(0, 3),
)
def test_however_time_is_cut_the_readings_are_the_same(cuts, order, seed):
    whole = simulator(seed).rows(T0, T0 + 3 * DAY)
    edges = [T0, *(T0 + cut for cut in sorted(cuts)), T0 + 3 * DAY]
    cutting = simulator(seed)
    for day in order:  # what was asked before does not matter
        cutting.rows(T0 + day * DAY, T0 + day * DAY + HOUR)
    parts = [cutting.rows(a, b) for a, b in itertools.pairwise(edges)]
    assert same(joined(parts), whole)


def test_readings_are_in_order_at_the_interval_of_each_channel():
    rows = simulator(planted=()).rows(T0, T0 + DAY)
    key = rows.at * 10 + rows.channel
    assert (np.diff(key) > 0).all()
    for index, channel in enumerate(CHANNELS):
        assert (np.diff(rows.at[rows.channel == index]) == channel.every).all()


def test_another_seed_is_another_works_and_another_channel_changes_nothing():
    rows = simulator(1).rows(T0, T0 + DAY)
    assert not same(rows, simulator(2).rows(T0, T0 + DAY))
    fewer = simulator(1, channels=CHANNELS[1:]).rows(T0, T0 + DAY)
    assert same(
        fewer,
        type(fewer)(rows.channel - 1, rows.at, rows.value, rows.status).take(rows.channel > 0),
    )


@pytest.mark.parametrize("kind", [kind for kind, foreign in FOREIGN.items() if foreign.mixes])
def test_what_is_planted_is_in_the_water_to_the_last_gram(kind):
    fraction, minutes = FOREIGN[kind].usual
    inflow = Inflow(kind, T0 + 3 * HOUR, minutes, fraction)
    at = T0 + MINUTE * np.arange(1440)
    without = simulator(planted=()).water(CHANNELS[0], at)
    water = simulator(planted=(inflow,)).water(CHANNELS[0], at)
    foreign_flow = water["flow"] - without["flow"]
    assert np.allclose(foreign_flow, inflow.share(at) * water["flow"])
    for component in ("cod", "tss", "nh4_n", "tn", "tp", "chloride", "ec", "alkalinity"):
        carried = water[component] * water["flow"] - without[component] * without["flow"]
        strength = FOREIGN[kind].strength(component)
        assert np.allclose(carried, strength * foreign_flow, atol=1e-6), component
    quiet = inflow.share(at) == 0
    assert all(np.array_equal(water[name][quiet], without[name][quiet]) for name in water)


def test_septic_sewage_has_nothing_mixed_in():
    at = T0 + 4 * HOUR + MINUTE * np.arange(2)
    without = simulator(planted=()).water(CHANNELS[0], at)
    inflow = Inflow("septicity", T0 + 2 * HOUR, 240, 0.5)
    water = simulator(planted=(inflow,)).water(CHANNELS[0], at)
    assert np.allclose(water["orp"] - without["orp"], -130.0)
    assert np.allclose(water["ph"] - without["ph"], -0.15)
    assert np.allclose(water["h2s"] - without["h2s"], 60.0)
    others = water.keys() - {"orp", "ph", "h2s"}
    assert all(np.array_equal(water[name], without[name]) for name in others)


def test_signatures_have_the_direction_of_the_field():
    at = T0 + 4 * HOUR + MINUTE * np.arange(2)
    without = simulator(planted=()).water(CHANNELS[0], at)

    def ratio(kind, name):
        fraction, minutes = FOREIGN[kind].usual
        inflow = Inflow(kind, T0 + 4 * HOUR - int(minutes * MINUTE) // 2, minutes, fraction)
        return float(
            simulator(planted=(inflow,)).water(CHANNELS[0], at)[name][0] / without[name][0]
        )

    assert all(ratio("livestock", name) > 1.3 for name in ("nh4_n", "tp", "cod", "tss", "ec"))
    assert ratio("acid", "ph") < 0.8
    assert ratio("alkali", "ph") > 1.2
    assert ratio("seawater", "ec") > 3
    assert ratio("seawater", "nh4_n") < 1
    assert ratio("food_waste", "ph") < 0.97
    assert ratio("leachate", "ec") > 1.3
    assert ratio("leachate", "tss") < 1.05


def test_the_buffer_gives_back_the_ph_it_was_made_of():
    want = np.linspace(4.0, 10.5, 27)
    alkalinity = np.full(27, 3.0)
    assert np.allclose(ph(alkalinity, carbon(want, alkalinity)), want, atol=1e-6)
    # Pure water, and 0.01 eq/L of strong acid or base in it.
    assert ph(np.array([0.0, -10.0, 10.0]), np.zeros(3)) == pytest.approx([7, 2, 12], abs=1e-6)


def value_of(rows, index):
    here = rows.channel == index
    return rows.at[here], rows.value[here], rows.status[here]


def test_faults_show_in_the_readings_of_their_instrument_only():
    clean = simulator(planted=()).rows(T0, T0 + 2 * DAY)
    start = T0 + 20 * HOUR  # the stuck one goes on past midnight
    faults = (
        Fault("stuck", "inlet.cod", start, 600),
        Fault("silence", "inlet.ph", start, 60),
        Fault("dropout", "inlet.flow", start, 30),
        Fault("drift", "inlet.nh4_n", start, 600, 0.5),
    )
    rows = simulator(planted=faults).rows(T0, T0 + 2 * DAY)
    at, value, status = value_of(rows, 2)
    inside = (at >= start) & (at < start + 600 * MINUTE) & (status == Status.NORMAL)
    assert len(np.unique(value[inside])) == 1
    at, value, _ = value_of(rows, 1)
    assert not ((at >= start) & (at < start + HOUR)).any()
    at, value, status = value_of(rows, 0)
    inside = (at >= start) & (at < start + 30 * MINUTE) & (status == Status.NORMAL)
    assert (value[inside] == 0).all()
    at, value, _ = value_of(rows, 3)
    last = at == start + 595 * MINUTE
    assert value[last] / value_of(clean, 3)[1][last] == pytest.approx(1.5, abs=0.02)
    for index in (4, 5):
        assert all(
            np.array_equal(a, b, equal_nan=True)
            for a, b in zip(value_of(rows, index), value_of(clean, index), strict=True)
        )


def test_each_instrument_is_cleaned_once_a_week_on_a_working_day_in_working_hours():
    rows = simulator(planted=()).rows(T0, T0 + 2 * WEEK)
    at, _, status = value_of(rows, 1)
    cleaned = at[status == Status.MAINTENANCE]
    calibrated = at[status == Status.CALIBRATING]
    assert len(cleaned) == len(calibrated) == 20
    for moment in map(to_datetime, cleaned.tolist()):
        local = moment.astimezone(ZoneInfo("Asia/Seoul"))
        assert local.weekday() < 5
        assert 9 <= local.hour < 17


def test_weekends_and_seasons_of_the_influent_fall_on_those_of_the_calendar():
    for year in (2020, 2026, 2031):
        begin = parse_instant(f"{year}-01-01T00:00:00Z")
        at = begin + HOUR * np.arange(24 * 363)
        raw = influent(at, UTC_ZONE)
        day = at // DAY
        weekday = (day + 3) % 7
        load = raw["Q"] * raw["COD"]
        assert load[weekday >= 5].mean() < 0.85 * load[weekday < 5].mean()
        month = np.array([to_datetime(int(moment)).month for moment in at])
        warm = [float(np.mean(raw["T"][month == m])) for m in range(1, 13)]
        assert np.argmin(warm) in {0, 1}
        assert np.argmax(warm) in {6, 7}
        assert np.abs(np.diff(raw["T"])).max() < 1.5
    assert len(series().columns["Q"]) == 609 * 96


def test_a_holiday_has_the_rhythm_of_a_sunday_and_the_weather_of_its_day():
    monday = parse_instant("2026-03-02T00:00:00Z")
    at = monday + MINUTE * np.arange(5 * 1440)
    kept = Calendar.of(other=[monday // DAY + 2])
    plain, off = influent(at, UTC_ZONE), influent(at, UTC_ZONE, kept)
    assert np.array_equal(off["T"], plain["T"])
    ratio = off["Q"] * off["COD"] / (plain["Q"] * plain["COD"])
    middle = (at - monday) // HOUR
    assert ratio[(middle >= 51) & (middle < 69)].mean() < 0.8
    assert (ratio[(middle < 45) | (middle >= 75)] == 1.0).all()
    assert np.abs(np.diff(ratio)).max() < 0.01


def test_the_effluent_is_damped_and_keeps_its_limits_in_normal_operation():
    rows = simulator(planted=()).rows(T0, T0 + 60 * DAY)
    _, inlet, _ = value_of(rows, 4)
    _, effluent, status = value_of(rows, 5)
    effluent = effluent[status == Status.NORMAL]
    assert np.nanmax(effluent) < 20
    assert np.nanstd(effluent) / np.nanmean(effluent) < 0.5 * np.nanstd(inlet) / np.nanmean(inlet)


def test_the_schedule_begins_with_a_tanker_and_goes_on():
    plan = schedule(3, T0, T0 + 5 * DAY, CHANNELS)
    assert plan[0] == Inflow("livestock", T0 + 75 * MINUTE, 100, 0.025)
    assert plan == schedule(3, T0, T0 + 5 * DAY, CHANNELS)
    inflows = [event for event in plan[1:] if isinstance(event, Inflow)]
    faults = [event for event in plan if isinstance(event, Fault)]
    assert 10 <= len(inflows) <= 19
    assert 6 <= len(faults) <= 15
    assert len({event.kind for event in inflows}) > 6
    assert all(T0 < event.start < T0 + 5 * DAY for event in plan)


class SteppedClock:
    """A clock that jumps to what is waited for, and a little on at each look."""

    def __init__(self, at, drag=0):
        self.at, self.drag = at, drag

    def now(self):
        return self.at

    async def sleep_until(self, at):
        self.at = max(self.at, at) + self.drag
        await asyncio.sleep(0)


@pytest.mark.parametrize("drag", [0, 7 * MINUTE])
def test_the_driver_delivers_every_reading_once_even_if_it_falls_behind(drag):
    source = simulator()
    clock = SteppedClock(T0 + HOUR + 1, drag)
    got = []

    class EnoughError(Exception):
        pass

    async def deliver(arrival):
        got.append(arrival)
        if arrival.at[-1] >= T0 + 3 * HOUR:
            raise EnoughError

    with pytest.raises(EnoughError):
        asyncio.run(SimulatorDriver(source, clock).run(deliver))
    at = np.concatenate([arrival.at for arrival in got])
    whole = source.rows(T0 + HOUR + 1, int(at[-1]) + 1)
    assert at.tolist() == whole.at.tolist()
    assert (drag == 0) == (len(got) == 120)


def test_a_simulated_file_reads_back_as_the_simulation(tmp_path):
    source, told = simulator(planted=()), []
    path = tmp_path / "days.parquet"
    count = write_simulation(path, source, T0, T0 + 2 * DAY, progress=told.append)
    back = read_readings([path], CHANNELS).rows
    assert count == len(back)
    assert same(back, source.rows(T0, T0 + 2 * DAY))
    assert told == [0.5, 1.0]
