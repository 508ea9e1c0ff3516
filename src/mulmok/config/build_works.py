"""The `[works]`, `[http]` and `[store]` tables as frozen objects."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfoNotFoundError

from mulmok.config.amounts import amount, duration, interval, positive
from mulmok.config.days_off import calendar_of, country, dates
from mulmok.config.explain import UnfitError, nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.site import WARM_UP, HttpSpec, StoreSpec, Works
from mulmok.config.values import identifier, names, one_of, reference, whole, words
from mulmok.config.zone import load_zone
from mulmok.model.quantity import QUANTITIES
from mulmok.model.text import Names, text
from mulmok.model.time import DAY, HOUR, MINUTE, UTC_ZONE, Zone, format_duration

_UNKNOWN = float("nan")


def works_of(table: Table) -> Works:
    """Read the works; faults are noted in the table."""
    return Works(
        id=table.read("id", identifier, ""),
        name=table.read("name", names, Names("", "")),
        zone=table.read("zone", _zone, UTC_ZONE),
        capacity=table.read("capacity", positive(partial(amount, dimension="flow")), _UNKNOWN),
        design=_design(table),
        equalisation=table.read(
            "equalisation", positive(partial(amount, dimension="volume")), _UNKNOWN
        ),
        language=table.read("language", one_of(("ko", "en")), "ko"),
        reorder=table.read("reorder", duration, 0),
        grid=table.read("grid", _grid, MINUTE),
        false_warnings=table.read("false_warnings", _budget, 1.0),
        calendar=calendar_of(table.read("country", country, ""), table.read("holidays", dates, ())),
    )


def _grid(value: object) -> int:
    """Read the grid's slot: whole hours are summed of it, so it must divide one."""
    slot = interval(value)
    if HOUR % slot:
        raise unfit(value, text("a duration that divides an hour, such as 1 min, 5 min or 30 min"))
    return slot


def _zone(value: object) -> Zone:
    name = words(value)
    try:
        return load_zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unfit(name, text('a time zone such as "Asia/Seoul"')) from None


def _budget(value: object) -> float:
    """False warnings in 30 days of `"1 per 30 d"`, `"2 per 90 d"`."""
    example = "1 per 30 d"
    wanted = text('how many in how long, such as "{example}"', example=example)
    count, per, span = value.partition(" per ") if isinstance(value, str) else ("", "", "")
    try:
        number = float(count)
    except ValueError:
        raise unfit(value, wanted) from None
    if not per or not 0 < number < 1e6:
        raise unfit(value, wanted)
    return number * 30 * DAY / interval(span)


def _design(table: Table) -> dict[str, float]:
    """Design values by quantity; each wrong one is a fault of its own."""
    given = table.values.get("design", {})
    if not isinstance(given, dict):
        example = '{ bod = "180 mg/L" }'
        table.fault(unfit(given, text("a table such as {example}", example=example)).text, "design")
        return {}
    design = {}
    for name, value in given.items():
        quantity = QUANTITIES.get(name)
        if quantity is None:
            table.fault(unfit(name, nearest(name, QUANTITIES)).text, "design", name)
            continue
        try:
            design[name] = positive(partial(amount, dimension=quantity.dimension))(value)
        except UnfitError as error:
            table.fault(error.text, "design", name)
    return design


def http_of(table: Table | None) -> HttpSpec:
    """Read where the pages are."""
    if table is None:
        return HttpSpec()
    usual = HttpSpec()
    return HttpSpec(
        host=table.read("host", words, usual.host),
        port=table.read("port", whole(1, 65_535), usual.port),
        token=table.read("token", reference, None),
    )


def store_of(table: Table | None) -> StoreSpec:
    """Read how long things are kept."""
    if table is None:
        return StoreSpec()
    usual = StoreSpec()
    return StoreSpec(
        retention=table.read("retention", interval, usual.retention),
        journal=table.read("journal", _journal, usual.journal),
    )


def _journal(value: object) -> int:
    span = interval(value)
    if span < WARM_UP:
        raise unfit(
            value,
            text(
                "at least {span}: a start looks back so far when the site file has changed",
                span=format_duration(WARM_UP),
            ),
        )
    return span
