"""A survey of a past: where it may plant, what it does without a quiet hour, and that it repeats itself."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mulmok.config.build_waters import library
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.errors import InputError
from mulmok.model.event import Event, Verdict
from mulmok.model.message import Readings
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.run.calibrate import FEWEST, Survey, seed_of
from mulmok.run.past import LEAST, SPAN, Past, days_covered, span_of
from mulmok.run.planting import drawn, plant

WORKS = '[works]\nid = "small"\nname = { ko = "작은", en = "Small" }\nzone = "Asia/Seoul"\n'
BEGIN = 20_000 * DAY


def channel(name: str, every: str) -> str:
    return (
        f'[[channel]]\nid = "{name}"\nquantity = "{name.rpartition(".")[2]}"\nevery = "{every}"\n'
    )


@pytest.fixture
def works(tmp_path: Path) -> Callable[..., Site]:
    def made(*channels: tuple[str, str], more: str = "") -> Site:
        path = tmp_path / "site.toml"
        # Keys of [works] come before any other table.
        keys, tables = ("", more) if more.startswith("[") else (more, "")
        path.write_text(WORKS + keys + tables + "".join(channel(*one) for one in channels))
        return load_site(path)

    return made


def past(site: Site, days: int, events: tuple[Event, ...] = ()) -> Past:
    """A past with a morning and an evening, and the noise of instruments."""
    chance, parts = np.random.default_rng(1), []
    level = {"ph": 7.2, "cod": 400.0, "nh4_n": 35.0, "flow": 1000.0}
    for index, one in enumerate(site.channels):
        at = np.arange(BEGIN, BEGIN + days * DAY, one.every)
        swing = 0.1 * np.sin(2 * np.pi * at / DAY) + 0.02 * chance.standard_normal(len(at))
        value = level[one.quantity.id] + (
            swing if one.quantity.id == "ph" else level[one.quantity.id] * swing
        )
        parts.append((np.full(len(at), index, np.int16), at, value))
    number, at, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((number, at))
    end = int(at.max())
    readings = Readings(
        end, number[order], at[order], value[order], np.zeros(len(at), np.uint8), source="history"
    )
    return Past(readings, events, end)


def event(start: int, end: int | None) -> Event:
    return Event("e", start, start, start, None, end, Verdict.HYDRAULIC, (), None, (), 0.1, 0.5, ())


RARELY = 'false_warnings = "1 per 90 d"\n'
INLET = (("inlet.ph", "5 min"), ("inlet.cod", "10 min"), ("inlet.nh4_n", "10 min"))


def test_the_same_seed_says_the_same_and_another_plants_elsewhere(works):
    site = works(*INLET)
    seen = past(site, 16)
    one, again, other = (Survey(site, seen, seed, times=1) for seed in (1, 1, 2))
    assert one.moments == again.moments != other.moments
    assert one.measure() == again.measure()


def test_progress_never_goes_back_and_ends_at_the_whole(works):
    told = list[float]()
    site = works(*INLET)
    Survey(site, past(site, 16), 1, times=1).measure(told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_moments_are_behind_the_warm_up_and_leave_room_for_the_event(works):
    site = works(*INLET)
    seen = past(site, 20)
    moments = Survey(site, seen, 1).moments
    assert moments[0] >= BEGIN + 7 * DAY
    assert moments[-1] + 90 * MINUTE <= seen.end
    assert (np.diff(moments) >= 90 * MINUTE).all(), "no two events overlap"


def test_a_past_full_of_events_plants_nothing_and_says_how_many_moments_there_were(works):
    site = works(*INLET)
    full = past(site, 16, (event(BEGIN + 6 * DAY, BEGIN + 15 * DAY),))
    (inlet,) = Survey(site, full, 1).measure().places
    assert inlet.spots < FEWEST
    assert inlet.sensed == ()


def test_what_was_in_the_water_is_counted_as_a_warning_of_this_past(works):
    site = works(*INLET)
    quiet = past(site, 16)
    slurry = next(water for water in library() if water.id == "livestock")
    at = BEGIN + 15 * DAY
    tanker = drawn(slurry, 0.2, at, site.channels, np.random.default_rng(1))
    dirty = replace(quiet, readings=plant(quiet.readings, site.channels, "inlet", tanker))
    assert Survey(site, quiet, 1, times=1).measure().warned == ()
    (warned,) = Survey(site, dirty, 1, times=1).measure().warned
    assert warned.warned_at is not None
    assert at <= warned.warned_at <= at + HOUR


def test_the_budget_is_shared_between_the_places_that_are_watched(works):
    alone = works(*INLET, more=RARELY)
    both = works(*INLET, *((f"side.{name[6:]}", every) for name, every in INLET), more=RARELY)
    (one,) = Survey(alone, past(alone, 22), 1, times=1).measure().places
    first, second = Survey(both, past(both, 22), 1, times=1).measure().places
    assert (first.place, second.place) == ("inlet", "side")
    assert first.threshold > one.threshold


def test_a_discharger_of_the_works_is_planted_at_shares_of_its_own(works):
    dairy = (
        '[[discharger]]\nid = "dairy"\ncause = "food_industry"\nholds = { cod = "9000 mg/L" }\n'
        'share = ["5 %", "30 %"]\n'
    )
    site = works(*INLET, more=dairy)
    (inlet,) = Survey(site, past(site, 16), 1, times=1).measure().places
    planted = [one for one in inlet.sensed if one.water.id == "dairy"]
    assert [one.planted for one in planted] == [1] * 5
    assert planted[0].share == 0.05
    assert planted[-1].share == 0.3


def test_a_works_that_measures_very_much_looks_less_far_back(works):
    assert span_of(works(*INLET)) == SPAN
    many = [(f"p{number}.ph", "1 s") for number in range(10)]
    assert span_of(works(*many)) == LEAST


def test_days_are_counted_by_the_quickest_instrument(works):
    slow = works(("inlet.cod", "4 h"))
    seen = past(slow, 15)
    assert days_covered(seen.readings, np.array([0]), 4 * HOUR) == pytest.approx(15, abs=0.2)
    assert days_covered(seen.readings, np.array([0]), HOUR) == pytest.approx(15 / 4, abs=0.2)


def test_a_place_that_was_read_too_shortly_is_told_beside_the_others(works):
    site = works(*INLET, ("side.cod", "10 min"))
    seen = past(site, 16)
    given = seen.readings
    kept = (given.channel < len(INLET)) | (given.at >= BEGIN + 13 * DAY)
    columns = {name: getattr(given, name)[kept] for name in ("channel", "at", "value", "status")}
    survey = Survey(site, replace(seen, readings=replace(given, **columns)), 1, times=1)
    measured = survey.measure()
    assert [one.place for one in measured.places] == ["inlet"]
    assert measured.unready == {"side": pytest.approx(3.0, abs=0.1)}


def test_the_same_moments_are_planted_at_whatever_the_budget(works):
    few, many = works(*INLET, more=RARELY), works(*INLET, ("inlet.flow", "10 min"))
    assert few.fingerprint != many.fingerprint
    first, second = (Survey(site, past(site, 16), seed_of(site)) for site in (few, many))
    assert first.moments == second.moments


def test_too_short_a_past_is_an_error_before_anything_is_judged(works):
    site = works(*INLET)
    with pytest.raises(InputError, match="13 are stored; 14 are needed"):
        Survey(site, past(site, 13), 1)
