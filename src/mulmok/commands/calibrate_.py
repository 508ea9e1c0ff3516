"""`mulmok calibrate`: how much foreign water mulmok can see at this works, and how soon."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from mulmok.commands.calibrate_words import remarks, words
from mulmok.commands.progress import progress_bar
from mulmok.commands.sensitivity_words import water_lines
from mulmok.config.load import load_site
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, format_instant
from mulmok.run.calibrate import Survey, seed_of
from mulmok.run.past import look_back
from mulmok.run.sensitivity import Calibration

#: Readings judged in a second, seconds for an event planted, and from when on it is told how long it
#: takes [s]. Measured on one core; only to say about how long.
_READINGS_S, _PLANTING_S, _LONG_S = 1_500_000.0, 0.008, 30.0


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Judge the last weeks, plant events into them, and print what was seen; nothing is written."""
    site = load_site(options.site)
    seed = seed_of(site) if options.seed is None else options.seed
    survey = Survey(site, look_back(site, options.data), seed, options.times)
    seconds = survey.readings / _READINGS_S + survey.plantings * _PLANTING_S
    if seconds >= _LONG_S:
        about = text(
            "{readings} readings to judge, {plantings} events to plant: about {minutes:.0f} min",
            readings=survey.readings,
            plantings=survey.plantings,
            minutes=max(seconds / 60.0, 1.0),
        )
        print(say(about), file=sys.stderr)
    with progress_bar(say(text("planting events")), 100) as progress:
        measured = survey.measure(lambda share: progress(round(100 * share)))
    if options.json:
        print(json.dumps(as_json(measured), ensure_ascii=False))
        return 0
    for sentence in words(measured, site):
        print(say(sentence))
    for place in measured.places:
        if len(measured.places) > 1 and place.sensed:
            print(f"{place.place}:")
        for line in water_lines(place):
            print(f"  {say(line)}")
    for sentence in remarks(measured):
        print(say(sentence))
    return 0


def as_json(measured: Calibration) -> dict[str, object]:
    """Give what was measured by name; the threshold is that of the place that asks for most."""
    return {
        "budget": measured.budget,
        "days": round(measured.days, 2),
        "from": format_instant(measured.start),
        "judged_from": format_instant(measured.judged_from),
        "to": format_instant(measured.end),
        "warnings": [
            {
                "at": format_instant(event.warned_at or event.detected_at),
                "cause": event.causes[0].cause if event.causes else "unknown",
            }
            for event in measured.warned
        ],
        "misses": round(sum(place.misses for place in measured.places), 3),
        "threshold": round(max(place.threshold for place in measured.places), 3),
        "places": [
            {
                "place": place.place,
                "days": round(place.days, 2),
                "misses": round(place.misses, 3),
                "threshold": round(place.threshold, 3),
                "moments": place.spots,
            }
            for place in measured.places
        ],
        "unready": [
            {"place": place, "days": round(days, 2)} for place, days in measured.unready.items()
        ],
        "sensitivity": [
            {
                "place": place.place,
                "water": sensed.water.id,
                "cause": sensed.water.cause,
                "share": sensed.share,
                "planted": sensed.planted,
                "found": sensed.found,
                "named": sensed.named,
                "delay_min": None if sensed.delay is None else round(sensed.delay / MINUTE, 1),
            }
            for place in measured.places
            for sensed in place.sensed
        ],
    }
