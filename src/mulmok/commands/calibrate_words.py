"""What `mulmok calibrate` found at a works, in sentences; of each water in `sensitivity_words`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mulmok.commands.sensitivity_words import cause_of
from mulmok.config.site import Site
from mulmok.model.event import Event
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, MINUTE, format_instant
from mulmok.run.calibrate import FEWEST, NEEDED, day_of
from mulmok.run.sensitivity import Calibration, PlaceResult

#: Warnings that are told one by one.
_TOLD = 10
#: From this interval on an event may pass between two readings, or nearly [ns].
_SLOW = 15 * MINUTE


def words(measured: Calibration, site: Site) -> Iterator[Text]:
    """Say what there was to go by, what came of it, and what was planted."""
    yield text(
        "{name}: {days:.0f} days of readings from {start} to {end}; judged from {since} on, after 7 days "
        "of learning",
        name=site.works.name,
        days=measured.days,
        start=day_of(measured.start, site),
        end=day_of(measured.end, site),
        since=day_of(measured.judged_from, site),
    )
    yield text(
        "False warnings of foreign water put up with: {budget:.3g} per 30 d", budget=measured.budget
    )
    yield from _warnings(measured, site)
    for place in measured.places:
        yield _threshold(place)
        yield from _hard(place)
    planted = max((s.planted for place in measured.places for s in place.sensed), default=0)
    if planted:
        yield text(
            "Planted into quiet hours of these readings, {planted} times each share of the flow, 45 to "
            "90 min long. Seen in at least 8 of 10, half of them within:",
            planted=planted,
        )


def remarks(measured: Calibration) -> Iterator[Text]:
    """Say what to think of it."""
    for place in measured.places:
        if place.spots < FEWEST:
            yield text(
                "{place}: too few quiet moments to plant into ({spots}, {needed} are needed): too much was "
                "in the water, or too little was read",
                place=place.place,
                spots=place.spots,
                needed=FEWEST,
            )
    for name, days in measured.unready.items():
        yield text(
            "{place}: {days} days of readings; {needed} are needed",
            place=name,
            days=int(days),
            needed=NEEDED,
        )
    if measured.days < NEEDED + 7:
        yield text(
            "In its first two weeks mulmok asks for more evidence than later: it will see more"
        )


def _warnings(measured: Calibration, site: Site) -> Iterator[Text]:
    days, count = (measured.end - measured.judged_from) / DAY, len(measured.warned)
    yield text(
        "Warnings of foreign water in these {days:.0f} judged days: {warnings}",
        days=days,
        warnings=count,
    )
    latest = sorted(measured.warned, key=lambda event: event.warned_at or 0)[-_TOLD:]
    if count > len(latest):
        yield text("The last {count} of them:", count=len(latest))
    for event in latest:
        yield Text("  {at} {cause}", {"at": _moment(event, site), "cause": cause_of(event)})
    if count > 2.0 * measured.budget * days / 30.0 + 1.0:
        yield text(
            "That is more than the budget: look whether there was foreign water, or an instrument at fault"
        )


def _moment(event: Event, site: Site) -> str:
    """Local time of a warning, to the minute."""
    at = event.warned_at or event.detected_at
    return format_instant(at + site.works.zone.offset(at))[:16].replace("T", " ")


def _threshold(place: PlaceResult) -> Text:
    odds = math.exp(place.threshold)
    if odds < 1.05:
        return text(
            "{place}: {misses:.1f} near misses a month; so mulmok warns when foreign water is as likely "
            "as everything else together",
            place=place.place,
            misses=place.misses,
        )
    return text(
        "{place}: {misses:.1f} near misses a month; so foreign water must be {odds:.2g} times as likely "
        "as everything else together",
        place=place.place,
        misses=place.misses,
        odds=odds,
    )


def _hard(place: PlaceResult) -> Iterator[Text]:
    """Say why little can be seen, where the instruments are why."""
    if place.carriers == 1:
        yield text(
            "{place}: one instrument alone shows what is in the water; its faults look like foreign "
            "water, so only what is strong is warned of",
            place=place.place,
        )
    if place.every >= _SLOW:
        yield text(
            "{place}: the quickest instrument reads every {minutes:.0f} min; foreign water that passes "
            "within an hour is warned of late or not at all",
            place=place.place,
            minutes=place.every / MINUTE,
        )
