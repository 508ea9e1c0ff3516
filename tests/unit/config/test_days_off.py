"""Days off of a works: known holidays of Korea, other weeks, days it names itself, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from mulmok.config.days_off import calendar_of
from mulmok.config.fingerprint import content_of, recalled

ZONE = 'zone = "Asia/Seoul"'


def is_off(calendar, words: str) -> bool:
    day = (date.fromisoformat(words) - date(1970, 1, 1)).days
    return bool(calendar.off(np.array([day]))[0])


def days(first: str, last: str) -> list[str]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(begin + timedelta(n)).isoformat() for n in range((end - begin).days + 1)]


#: As announced by the government: the days off that are no weekend.
KOREAN = {
    "Seollal on a weekend, with its substitute": ("2024-02-08", "2024-02-14", ["2024-02-09", "2024-02-12"]),
    "Seollal, with the day between made a holiday": ("2025-01-24", "2025-01-31", ["2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30"]),
    "Seollal within a week": ("2026-02-13", "2026-02-20", ["2026-02-16", "2026-02-17", "2026-02-18"]),
    "Chuseok beginning on a Sunday, with its substitute": ("2025-10-02", "2025-10-13", ["2025-10-03", "2025-10-06", "2025-10-07", "2025-10-08", "2025-10-09"]),
    "Chuseok ending on a Saturday: no substitute": ("2026-09-21", "2026-09-29", ["2026-09-24", "2026-09-25"]),
    "1 March on a Sunday": ("2026-02-27", "2026-03-03", ["2026-03-02"]),
    "Children's Day and Buddha's birthday on one day": ("2025-05-01", "2025-05-09", ["2025-05-05", "2025-05-06"]),
    "Buddha's birthday on a Sunday": ("2026-05-20", "2026-05-27", ["2026-05-25"]),
    "15 August on a Saturday": ("2026-08-10", "2026-08-21", ["2026-08-17"]),
    "3 October on a Saturday, and 9 October": ("2026-10-01", "2026-10-12", ["2026-10-05", "2026-10-09"]),
    "6 June on a Saturday: no substitute": ("2026-06-05", "2026-06-09", []),
    "the election of 2025": ("2025-06-02", "2025-06-05", ["2025-06-03"]),
}  # fmt: skip


@pytest.mark.parametrize("what", KOREAN)
def test_holidays_of_korea_are_days_off_on_the_day_they_are_kept(what):
    first, last, expected = KOREAN[what]
    korea = calendar_of("KR")
    found = [
        day
        for day in days(first, last)
        if is_off(korea, day) and date.fromisoformat(day).weekday() < 5
    ]
    assert found == expected
    assert all(
        is_off(korea, day) for day in days(first, last) if date.fromisoformat(day).weekday() > 4
    )


def test_holidays_are_known_for_all_years_readings_are_taken_from():
    korea = calendar_of("KR")
    for year in range(1990, 2100):
        assert is_off(korea, f"{year}-12-25")
        off = sum(is_off(korea, day) for day in days(f"{year}-01-01", f"{year}-12-31"))
        assert off > 104 + 5


def test_without_a_country_weekends_are_days_off_and_nothing_else(load):
    calendar = load().works.calendar
    assert [is_off(calendar, day) for day in days("2026-02-16", "2026-02-22")] == [
        False, False, False, False, False, True, True,
    ]  # fmt: skip


def test_a_weekend_is_that_of_the_country():
    riyadh = calendar_of("SA")
    week = [day for day in days("2026-02-02", "2026-02-08") if is_off(riyadh, day)]
    assert [date.fromisoformat(day).strftime("%a") for day in week] == ["Fri", "Sat"]


def test_a_saturday_worked_in_return_for_a_bridge_is_no_day_off():
    assert not is_off(calendar_of("CN"), "2024-02-04")
    assert is_off(calendar_of("CN"), "2024-02-11")


def test_a_part_of_a_country_has_holidays_of_its_own():
    assert is_off(calendar_of("DE-BY"), "2026-01-06")
    assert not is_off(calendar_of("DE"), "2026-01-06")


def test_days_a_works_names_come_besides(load):
    works = load(
        ZONE, ZONE + '\ncountry = "KR"\nholidays = ["2026-07-15", "2026-02-17", "2026-07-18"]'
    ).works
    assert is_off(works.calendar, "2026-07-15")
    assert not is_off(works.calendar, "2026-07-16")
    # What was a day off anyway stays one: a holiday, a Saturday.
    assert is_off(works.calendar, "2026-02-17")
    assert is_off(works.calendar, "2026-07-18")
    assert is_off(load(ZONE, ZONE + '\nholidays = ["2026-07-15"]').works.calendar, "2026-07-15")


def test_days_off_belong_to_what_judging_sees(load):
    plain, korea = load(), load(ZONE, ZONE + '\ncountry = "KR"')
    own = load(ZONE, ZONE + '\ncountry = "KR"\nholidays = ["2026-07-15"]')
    assert len({site.fingerprint for site in (plain, korea, own)}) == 3
    # A day that is off anyway changes nothing, nor does a country whose days are the usual ones.
    same = load(ZONE, ZONE + '\ncountry = "KR"\nholidays = ["2026-07-18"]')
    assert same.fingerprint == korea.fingerprint
    for site in (plain, korea, own):
        again = recalled(site.content)
        assert again is not None
        assert content_of(again.works, again.channels, again.alarms) == site.content
        assert again.works.calendar.other.tolist() == site.works.calendar.other.tolist()


def test_a_calendar_is_not_to_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        calendar_of("KR").other[0] = 0


DATES = 'want dates from 1990 to 2099 in quotation marks, such as ["2026-06-05"]'


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('country = "KOR"', 'works.country: have "KOR", want "KR"'),
        ('country = "kr"', 'works.country: have "kr", want "KR"'),
        ('country = "KR-11"', 'works.country: have "KR-11", want "KR"'),
        ("country = 82", 'works.country: have "82", want the code of a country, such as "KR"'),
        ('country = "JAN"', 'works.country: have "JAN", want the code of a country, such as "KR"'),
        ('country = "NYSE"', 'works.country: have "NYSE", want the code of a country, such as "KR"'),
        ('country = "XX"', 'works.country: have "XX", want the code of a country, such as "KR"'),
        ('country = "DE-XX"', 'works.country: have "DE-XX", want one of DE-BB DE-BE '),
        ('holidays = "2026-07-15"', f'works.holidays: have "2026-07-15", {DATES}'),
        ("holidays = []", f'works.holidays: have "[]", {DATES}'),
        ("holidays = [2026-07-15]", f'works.holidays: have "2026-07-15", {DATES}'),
        ('holidays = ["2026-02-30"]', f'works.holidays: have "2026-02-30", {DATES}'),
        ('holidays = ["20260715"]', f'works.holidays: have "20260715", {DATES}'),
        ('holidays = ["1889-07-15"]', f'works.holidays: have "1889-07-15", {DATES}'),
        ('holidays = ["2026-07-15", "2026-07-15"]', 'works.holidays: have "2026-07-15", want each date of the list once'),
    ],
)  # fmt: skip
def test_a_country_nobody_knows_and_a_date_that_is_none_are_told_with_their_line(
    complain, line, said
):
    (fault,) = complain(ZONE, f"{ZONE}\n{line}")
    assert fault.startswith(f"site.toml:5 {said}")


def test_an_example_is_told_and_no_wall_of_codes(complain):
    (fault,) = complain(ZONE, f'{ZONE}\ncountry = "XX"', language="ko")
    assert '"KR"' in fault
    assert fault.count("\n") == 0
