"""A small works with everything in it: channels of three paces, and an alarm of every kind."""

from __future__ import annotations

import numpy as np

from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.calendar import Calendar
from mulmok.model.channel import Channel
from mulmok.model.event import Verdict
from mulmok.model.message import Readings
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import DAY, HOUR, MINUTE, NEVER, Zone, parse_instant


def _channel(id_: str, every: int, rate: float = np.inf) -> Channel:
    quantity = QUANTITIES[id_.rpartition(".")[2]]
    return Channel(
        id_, quantity, every, quantity.low, quantity.high, quantity.resolution, rate,
        quantity.spike_deviations, 8 * every, 16 * every,
    )  # fmt: skip


CHANNELS = (
    _channel("inlet.flow", MINUTE),
    _channel("inlet.ph", MINUTE, rate=2.0),
    _channel("inlet.nh4_n", 5 * MINUTE, rate=20.0),
    _channel("inlet.tn", 30 * MINUTE),
)
#: What each channel usually shows [canonical unit].
USUAL = (1200.0, 7.2, 30.0, 42.0)

ZONE = Zone("Asia/Seoul", np.array([NEVER]), np.array([9 * HOUR]))
#: Ten minutes before the local day ends.
START = parse_instant("2026-03-04T14:50:00+00:00")
#: That day, a Wednesday, is a holiday; the next is none.
CALENDAR = Calendar.of(other=[(START + 9 * HOUR) // DAY])

RULES = (
    AlarmRule("flow-high", RuleKind.ABOVE, 0, 2500.0, 100.0, 2 * MINUTE, 3 * MINUTE, 1),
    AlarmRule("ph-low", RuleKind.BELOW, 1, 5.0, 0.2),
    AlarmRule("ph-falls", RuleKind.RATE_BELOW, 1, -0.5, 0.1, 0, 5 * MINUTE),
    AlarmRule("nh4-rises", RuleKind.RATE_ABOVE, 2, 1.0, 0.0, 5 * MINUTE, 0),
    AlarmRule("ph-silent", RuleKind.NO_DATA, 1, float(10 * MINUTE)),
    AlarmRule("tn-silent", RuleKind.NO_DATA, 3, float(90 * MINUTE), 0.0, MINUTE, 10 * MINUTE),
    AlarmRule("foreign-water", RuleKind.EVENT, verdict=Verdict.WATER, priority=1),
    AlarmRule("instrument", RuleKind.EVENT, verdict=Verdict.INSTRUMENT, priority=4),
    AlarmRule("plc", RuleKind.SOURCE, source="plc", on_delay=MINUTE),
    AlarmRule("judging", RuleKind.JUDGING),
)
ALARMS = tuple(rule.id for rule in RULES)


def usual_days(days: int = 9) -> Readings:
    """Uneventful days up to START, from which an expectation can be learnt."""
    chance = np.random.default_rng(7)
    parts = []
    for number, channel in enumerate(CHANNELS):
        at = np.arange(START - days * DAY, START, channel.every, dtype=np.int64)
        swing = 1 + 0.1 * np.sin(at / DAY * 2 * np.pi) + 0.01 * chance.standard_normal(len(at))
        parts.append((np.full(len(at), number, np.int16), at, USUAL[number] * swing))
    channel_, at_, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((channel_, at_))
    return Readings(0, channel_[order], at_[order], value[order], np.zeros(len(order), np.uint8))
