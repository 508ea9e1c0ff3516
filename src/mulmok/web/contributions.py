"""Contributions: how far each channel was from what was expected of it, over the time of an event.

Reckoned from what is stored, reading and normal band, in the channel's own usual deviations: so all
channels share one scale. The band follows the water slowly (derive/expected.py), hence what lasts for
many hours fades here though it goes on in the water.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from mulmok.config.site import Site
from mulmok.judge.derive.expected import BAND
from mulmok.model.block import Values
from mulmok.model.channel import Channel
from mulmok.model.event import Contribution, Event
from mulmok.model.flag import Flag
from mulmok.model.time import DAY, MINUTE
from mulmok.store.packing import Rows
from mulmok.store.query import Query

#: Pieces a picture's time is cut into, and columns of the table that says the same.
BINS, COLUMNS = 90, 6
#: View box of one channel's picture; its middle is what was expected.
WIDTH, HEIGHT = 720.0, 28.0
#: Time shown before and after an event [ns], at least, and as a share of it.
_MARGIN, _SHARE = 30 * MINUTE, 0.25
#: No more of an event is shown [ns]: the rest is its end.
_LONGEST = 2 * DAY
#: Deviations at the edge of a picture: at least, at most. What is beyond is told as a number.
_REACH = (6.0, 10.0)


@dataclass(frozen=True, slots=True)
class Voice:
    """One channel.

    word      the judge's last word on it; None: it did not move by that
    over      mean deviation in each column of the table [usual deviations]; NaN where nothing was read
    largest   outermost mean deviation of a piece while the event lasted; NaN: nothing was read
    bars      its picture
    """

    channel: Channel
    word: Contribution | None
    over: tuple[float, ...]
    largest: float
    bars: str


@dataclass(frozen=True, slots=True)
class Spoke:
    """What the channels of a place said while an event lasted.

    start, end     what is shown [ns UTC]; first, last: the event's part of it
    columns        begin of each column of the table [ns UTC]
    reach          deviations at the edge of a picture
    """

    start: int
    end: int
    first: int
    last: int
    columns: tuple[int, ...]
    reach: float
    voices: tuple[Voice, ...]

    def place(self, at: int) -> float:
        """Where an instant stands in a picture."""
        return round((at - self.start) / (self.end - self.start) * WIDTH, 1)

    @property
    def normal(self) -> tuple[float, float]:
        """Top and height of the normal band in a picture."""
        half = BAND / self.reach * HEIGHT / 2
        return round(HEIGHT / 2 - half, 1), round(2 * half, 1)


def spoke_of(query: Query, site: Site, event: Event, now: int) -> Spoke:
    """Look up what the channels of an event's place said while it lasted."""
    first = min(event.started_at, event.detected_at)
    last = min(event.ended_at if event.ended_at is not None else now, first + _LONGEST)
    last = max(last, first + MINUTE)
    margin = max(_MARGIN, int((last - first) * _SHARE))
    start, end = first - margin, min(last + margin, max(now, last))
    found = [
        (channel, _binned(query.rows(channel.id, start, end), channel, start, end))
        for channel in channels_of(site, event)
    ]
    during = slice(*(_bin(at, start, end) for at in (first, last - 1)))
    during = slice(during.start, during.stop + 1)
    largest = [_outermost(score[during]) for _, score in found]
    known = [abs(one) for one in largest if math.isfinite(one)]
    reach = min(max([_REACH[0], *known]), _REACH[1])
    edges = np.unique(np.linspace(during.start, during.stop, COLUMNS + 1).astype(int)).tolist()
    words = {one.channel: one for one in event.contributions}
    voices = tuple(
        Voice(
            channel,
            words.get(channel.id),
            tuple(_mean(score[a:b]) for a, b in pairwise(edges)),
            most,
            _bars(score, reach),
        )
        for (channel, score), most in zip(found, largest, strict=True)
    )
    columns = tuple(start + edge * (end - start) // BINS for edge in edges[:-1])
    return Spoke(start, end, first, last, columns, reach, voices)


def channels_of(site: Site, event: Event) -> tuple[Channel, ...]:
    """Give the channels of an event's place: those that moved, the most telling first, then the rest."""
    order = [one.channel for one in event.contributions]
    order += [name for name in event.channels if name not in order]
    moved = [channel for name in order if (channel := site.channel(name)) is not None]
    # An event of many channels that moved by little names none; its id does name the place.
    places = {channel.place for channel in moved} or {event.id.partition("-")[2]}
    still = (one for one in site.channels if one.place in places and one not in moved)
    return (*moved, *still)


def scores(rows: Rows, channel: Channel) -> Values:
    """How far each reading was from what was expected of it then [usual deviations].

    Suspect readings count: at the front of an event they are suspect for being what no one has seen.
    """
    value, low, high = rows.value, rows.low, rows.high
    with np.errstate(divide="ignore", invalid="ignore"):
        if channel.quantity.log:
            value = np.log(np.maximum(value, max(channel.resolution, 1e-9)))
            low, high = np.log(low), np.log(high)
        score: Values = (value - (low + high) / 2) / ((high - low) / (2 * BAND))
    score[~np.isfinite(score) | np.isin(rows.flag, (Flag.FAIL, Flag.MISSING))] = np.nan
    return score


def _bin(at: int, start: int, end: int) -> int:
    return min(max((at - start) * BINS // (end - start), 0), BINS - 1)


def _binned(rows: Rows, channel: Channel, start: int, end: int) -> Values:
    """Mean score of each piece of time; a reading stands until the next one is due."""
    score = scores(rows, channel)
    known = np.isfinite(score)
    place = np.minimum((rows.at[known] - start) * BINS // (end - start), BINS - 1)
    count = np.bincount(place, minlength=BINS)
    total = np.bincount(place, score[known], minlength=BINS)
    out: Values = np.divide(total, count, out=np.full(BINS, np.nan), where=count > 0)
    stands = -(-channel.every * BINS // (end - start)) - 1
    for piece in range(1, BINS):
        if count[piece] == 0 and stands > 0:
            recent = np.flatnonzero(count[max(piece - stands, 0) : piece])
            if len(recent):
                out[piece] = out[max(piece - stands, 0) + int(recent[-1])]
    return out


def _outermost(score: Values) -> float:
    known = score[np.isfinite(score)]
    return float(known[np.argmax(np.abs(known))]) if len(known) else math.nan


def _mean(score: Values) -> float:
    known = score[np.isfinite(score)]
    return float(known.mean()) if len(known) else math.nan


def _bars(score: Values, reach: float) -> str:
    """Bars from the middle, up for more than expected and down for less; nothing where nothing was read."""
    wide, middle = WIDTH / BINS, HEIGHT / 2
    high = np.clip(score / reach, -1.0, 1.0) * (middle - 1.0)
    return "".join(
        f"M{n * wide:.0f} {middle:.0f}v{-one:.1f}h{wide:.0f}V{middle:.0f}"
        for n, one in enumerate(high.tolist())
        if math.isfinite(one)
    )
