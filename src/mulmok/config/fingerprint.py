"""What judging sees of a site file, as words that can be kept, hashed and read back.

Kept with every state, they let the rules of then be made again when the file has changed since.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from mulmok.config.site import HttpSpec, Site, StoreSpec, Works
from mulmok.config.zone import load_zone
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.calendar import WEEKEND, Calendar
from mulmok.model.channel import Channel
from mulmok.model.event import Verdict
from mulmok.model.foreign import ForeignWater
from mulmok.model.quantity import QUANTITIES
from mulmok.model.text import Names


def fingerprint_of(content: str) -> str:
    """SHA-256 of what can change a judgement."""
    return hashlib.sha256(content.encode()).hexdigest()


def content_of(
    works: Works,
    channels: tuple[Channel, ...],
    alarms: tuple[AlarmRule, ...],
    dischargers: tuple[ForeignWater, ...] = (),
) -> str:
    """Give what can change a judgement, in canonical units.

    Comments, order of keys, the unit in which an amount was written, names, ports and retention do
    not change it; every value that judging sees does, and so does the order of the channels.
    """
    content: dict[str, list[object]] = {
        "works": [
            works.id,
            works.zone.name,
            works.capacity,
            sorted(works.design.items()),
            works.equalisation,
            works.reorder,
            works.grid,
            works.false_warnings,
        ],
        "channels": [
            [
                channel.id,
                channel.quantity.id,
                channel.every,
                channel.low,
                channel.high,
                channel.resolution,
                channel.rate_limit,
                channel.spike_deviations,
                channel.flat_suspect,
                channel.flat_fail,
            ]
            for channel in channels
        ],
        "alarms": [
            [
                rule.id,
                rule.kind,
                rule.channel,
                rule.limit,
                rule.deadband,
                rule.on_delay,
                rule.off_delay,
                rule.priority,
                rule.verdict,
                rule.source,
            ]
            for rule in alarms
        ],
    }
    content["dischargers"] = [
        [
            water.id,
            water.cause,
            sorted(water.holds.items()),
            water.alkalinity,
            water.carbon,
            water.orp,
            water.temperature,
            *water.share,
            water.spread,
            water.hydraulic,
            water.mixes,
        ]
        for water in dischargers
    ]
    if days := _days_of(works.calendar):
        content["calendar"] = days
    return json.dumps(content, sort_keys=True)


def _days_of(calendar: Calendar) -> list[object]:
    """Weekend and other days, one by one: a country's rules may change with the library that knows them.

    Empty when there is nothing but the usual weekend.
    """
    weekend, other = np.flatnonzero(calendar.weekend).tolist(), calendar.other.tolist()
    return [weekend, other] if other or tuple(weekend) != WEEKEND else []


def recalled(content: str) -> Site | None:
    """Give the site as the alarms saw it then, without names; None when this version cannot read it."""
    try:
        parts = json.loads(content)
        id_, zone, capacity, design, equalisation, reorder, grid, misses = parts["works"]
        works = Works(
            id_,
            Names("", ""),
            load_zone(zone),
            capacity,
            dict(design),
            equalisation,
            reorder=reorder,
            grid=grid,
            false_warnings=misses,
            calendar=Calendar.of(*parts.get("calendar", ())),
        )
        channels = tuple(
            Channel(id_, QUANTITIES[quantity], *rest) for id_, quantity, *rest in parts["channels"]
        )
        alarms = tuple(_rule(*words) for words in parts["alarms"])
    except (KeyError, TypeError, ValueError):
        return None
    return Site(
        path=Path(),
        works=works,
        channels=channels,
        sources=(),
        alarms=alarms,
        http=HttpSpec(),
        store=StoreSpec(),
        fingerprint=fingerprint_of(content),
        content=content,
    )


def _rule(id_: str, kind: str, *rest: Any) -> AlarmRule:
    *numbers, priority, verdict, source = rest
    channel, limit, deadband, on_delay, off_delay = numbers
    return AlarmRule(
        id_,
        RuleKind(kind),
        channel,
        limit,
        deadband,
        on_delay,
        off_delay,
        priority,
        Verdict(verdict),
        source,
    )
