"""Days off of a works: the weekends and public holidays of its country, and days it names itself.

The holidays come with the library `holidays`, substitute days and moon calendars included; nothing is
asked of any network. They are reckoned for all years readings are taken from, as far as the library
knows the country's rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

import holidays

from mulmok.config.explain import unfit
from mulmok.model.calendar import WEEKEND, Calendar
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, LATEST, to_datetime

_EPOCH = date(1970, 1, 1)
_YEARS = range(to_datetime(EARLIEST).year, to_datetime(LATEST).year)


def country(value: object) -> str:
    """Take a country by its code, `KR`, or one of its parts, `DE-BY`."""
    known = _countries()
    code, dash, part = value.partition("-") if isinstance(value, str) else ("", "", "")
    if code not in known:
        meant = _meant(code)
        raise unfit(
            value,
            text('"{near}"', near=meant) if meant else text('the code of a country, such as "KR"'),
        )
    if dash and part not in known[code]:
        if not known[code]:
            raise unfit(value, text('"{near}"', near=code))
        raise unfit(
            value,
            text("one of {choices}", choices=" ".join(f"{code}-{one}" for one in known[code])),
        )
    return f"{code}-{part}" if dash else code


def dates(value: object) -> tuple[int, ...]:
    """Take a list of dates, none of them twice; gives local days since 1970-01-01."""
    if not isinstance(value, list) or not value:
        raise unfit(value, _wanted())
    found = tuple(_day(item) for item in value)
    for day, item in zip(found, value, strict=True):
        if found.count(day) > 1:
            raise unfit(item, text("each date of the list once"))
    return found


def calendar_of(where: str, named: Iterable[int] = ()) -> Calendar:
    """Give the days off of a country ("" for none) and those a works names besides."""
    weekend, other = _country_days(where) if where else (WEEKEND, frozenset[int]())
    off = Calendar.of(weekend, other)
    own = Calendar.of(weekend, named).other
    return Calendar.of(weekend, other | set(own[~off.off(own)].tolist()))


@cache
def _country_days(where: str) -> tuple[tuple[int, ...], frozenset[int]]:
    """Weekend of a country, and its days that are not as their day of the week says."""
    code, _, part = where.partition("-")
    found = holidays.country_holidays(code, subdiv=part or None, years=_YEARS)
    weekend = set(found.weekend)
    other = {day for day in found if day.weekday() not in weekend}
    # Days of a weekend that are worked, in return for a bridge between holidays.
    other |= {day for day in found.weekend_workdays if day.weekday() in weekend}
    return tuple(sorted(weekend)), frozenset(
        (day - _EPOCH).days for day in other if day.year in _YEARS
    )


@cache
def _countries() -> Mapping[str, list[str]]:
    known = holidays.list_supported_countries(include_aliases=False)
    return {code: known[code] for code in sorted(known)}


def _meant(code: str) -> str | None:
    """Code of the country that has another code of the library, such as KOR, or small letters."""
    word = code.strip().upper()
    # The library also takes names of its own constants and of exchanges for countries.
    if word not in holidays.list_supported_countries(include_aliases=True):
        return None
    return holidays.country_holidays(word).country


def _day(value: object) -> int:
    # Only the long form: what else a library reads as a date is not what people read.
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value or day.year not in _YEARS:
        raise unfit(value, _wanted())
    return (day - _EPOCH).days


def _wanted() -> Text:
    return text(
        'dates from {first} to {last} in quotation marks, such as ["{example}"]',
        first=_YEARS[0],
        last=_YEARS[-1],
        example="2026-06-05",
    )
