"""The hash by which a state of judging knows the site file it belongs to."""

from __future__ import annotations

import hashlib
import json

from mulmok.config.site import Works
from mulmok.model.alarm import AlarmRule
from mulmok.model.channel import Channel


def fingerprint_of(
    works: Works, channels: tuple[Channel, ...], alarms: tuple[AlarmRule, ...]
) -> str:
    """SHA-256 of what can change a judgement, in canonical units.

    Comments, order of keys, the unit in which an amount was written, names, ports and retention do
    not change it; every value that judging sees does, and so does the order of the channels.
    """
    content = {
        "works": [
            works.id,
            works.zone.name,
            works.capacity,
            sorted(works.design.items()),
            works.equalisation,
            works.reorder,
            works.grid,
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
    words = json.dumps(content, sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()
