"""Bodies of pushed readings to rows; a body is taken whole or not at all.

`application/json`, as a list of readings or as columns of equal length:
    {"readings": [{"channel": "inlet.ph", "at": "2026-01-01T00:00:00+09:00", "value": 7.1,
                   "status": "NORMAL"}]}
    {"channel": ["inlet.ph"], "at": ["2026-01-01T00:00:00+09:00"], "value": [7.1]}
`at_ns` (integer, ns UTC) may stand for `at`. `value` null or absent is a missing reading, `status`
absent is NORMAL. `text/csv` is a readings file, wide or long. Values are in canonical units.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from mulmok.model.channel import Channel
from mulmok.model.errors import InputError
from mulmok.model.nearest import nearest_channels
from mulmok.model.status import Status, parse_status
from mulmok.model.text import Text, text
from mulmok.model.time import EARLIEST, HOUR, format_instant, parse_instant
from mulmok.source.files.csv_table import csv_table
from mulmok.source.files.form import Form
from mulmok.source.files.read import read_body
from mulmok.source.http.complaint import complain, complain_json, no_number
from mulmok.source.http.quick import quick
from mulmok.source.port import Arrival

#: Largest body taken by default [bytes]: some 100 000 readings. Site choice.
LIMIT = 16 * 1024 * 1024
#: How far ahead of us an instrument's clock may be [ns]. Site choice.
AHEAD = HOUR


class _Reading(msgspec.Struct, forbid_unknown_fields=True):
    channel: str
    at: str | None = None
    value: float | None = None
    status: str | int | None = None
    at_ns: int | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    readings: list[_Reading] | None = None
    channel: list[str] | None = None
    at: list[str] | None = None
    value: list[float | None] | None = None
    status: list[str | int | None] | None = None
    at_ns: list[int] | None = None


_DECODER = msgspec.json.Decoder(_Body)


class Pushed:
    """Decodes what is pushed to one works; `channels` are its own. Times need an offset."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = tuple(channels)
        self._index = {channel.id: place for place, channel in enumerate(channels)}

    def decode(self, body: bytes, content_type: str, now: int, *, limit: int = LIMIT) -> Arrival:
        """Rows of a body, in its order.

        now    present instant [ns UTC]; readings more than an hour after it are refused
        limit  largest body taken [bytes]
        Raises InputError that names the reading and field.
        """
        if len(body) > limit:
            raise InputError(
                text(
                    "the body has {size} bytes, at most {limit} are taken: push in smaller batches",
                    size=len(body),
                    limit=limit,
                )
            )
        kind = content_type.partition(";")[0].strip().lower()
        if kind in {"text/csv", "application/csv"}:
            return self._csv(body, now)
        if kind not in {"application/json", ""}:
            raise InputError(
                text('content type "{have}": want application/json or text/csv', have=kind)
            )
        return self._json(body, now)

    def _csv(self, body: bytes, now: int) -> Arrival:
        table = csv_table(body, "body", whole=True)
        rows = read_body(table, self._channels, Form(), repeats=True).rows
        if int(rows.at[-1]) > now + AHEAD:
            raise complain("body", format_instant(int(rows.at[-1])), _not_future(now))
        return Arrival(rows.channel, rows.at, rows.value, rows.status)

    def _json(self, body: bytes, now: int) -> Arrival:
        parsed = _parse(body)
        columns = (parsed.channel, parsed.at, parsed.at_ns, parsed.value, parsed.status)
        if parsed.readings is not None:
            if any(column is not None for column in columns):
                raise InputError(
                    text('the body has "readings" and columns: want one of the two forms')
                )
            return self._listed(parsed.readings, now)
        return self._columns(parsed, now)

    def _listed(self, readings: list[_Reading], now: int) -> Arrival:
        index = self._index
        latest = now + AHEAD
        found_quickly = quick(
            index,
            [reading.channel for reading in readings],
            [reading.at_ns if reading.at is None else reading.at for reading in readings],
            [reading.value for reading in readings],
            [reading.status for reading in readings],
            latest,
        )
        if found_quickly is not None:
            return found_quickly
        channel, at, value, status = [], [], [], []
        known_words, known_at = None, 0
        for place, reading in enumerate(readings):
            found = index.get(reading.channel)
            if found is None:
                raise self._unknown(f"readings[{place}].channel", reading.channel)
            words = reading.at
            if words is not None and words == known_words:
                instant = known_at
            else:
                instant = _instant(f"readings[{place}]", words, reading.at_ns, now, latest)
                known_words, known_at = words, instant
            channel.append(found)
            at.append(instant)
            value.append(np.nan if reading.value is None else reading.value)
            word = reading.status
            status.append(0 if word is None else _status(f"readings[{place}].status", word))
        return _arrival(channel, at, value, status)

    def _columns(self, body: _Body, now: int) -> Arrival:
        names = body.channel
        instants: Sequence[str | int] | None = body.at if body.at is not None else body.at_ns
        if names is None or instants is None or body.value is None:
            raise InputError(
                text('the body has no readings: want "readings", or "channel", "at" and "value"')
            )
        statuses = body.status if body.status is not None else [None] * len(names)
        for field, column in (("at", instants), ("value", body.value), ("status", statuses)):
            if len(column) != len(names):
                raise complain(field, str(len(column)), text("{count} items", count=len(names)))
        latest = now + AHEAD
        found_quickly = quick(self._index, names, instants, body.value, body.status, latest)
        if found_quickly is not None:
            return found_quickly
        channel, at, status = [], [], []
        known: dict[str | int, int] = {}
        for place, (name, moment, word) in enumerate(zip(names, instants, statuses, strict=True)):
            found = self._index.get(name)
            if found is None:
                raise self._unknown(f"channel[{place}]", name)
            if moment not in known:
                words = moment if isinstance(moment, str) else None
                count = moment if isinstance(moment, int) else None
                known[moment] = _instant("", words, count, now, latest, place)
            channel.append(found)
            at.append(known[moment])
            status.append(0 if word is None else _status(f"status[{place}]", word))
        value = [np.nan if number is None else number for number in body.value]
        return _arrival(channel, at, value, status)

    def _unknown(self, path: str, name: str) -> InputError:
        want = text(
            "a channel of the site (nearest: {near})", near=nearest_channels(name, self._index)
        )
        return complain(path, name, want)


def _parse(body: bytes) -> _Body:
    try:
        try:
            return _DECODER.decode(body)
        except msgspec.ValidationError as fault:
            raise complain_json(body, str(fault)) from None
    except msgspec.DecodeError as fault:
        if number := no_number(body, str(fault)):
            raise number from None
        raise InputError(
            text("the body is no JSON ({reason}): want an object", reason=str(fault))
        ) from None
    except RecursionError:
        raise InputError(
            text("the body is nested too deep: want an object with readings")
        ) from None


def _instant(
    path: str, words: str | None, count: int | None, now: int, latest: int, place: int = -1
) -> int:
    """Instant of one reading, checked; `place` is its row where the body has columns."""
    field = "at" if words is not None or count is None else "at_ns"
    where = f"{path}.{field}" if place < 0 else f"{field}[{place}]"
    if words is not None:
        try:
            at = parse_instant(words)
        except (ValueError, OverflowError):
            raise complain(where, words, text("ISO 8601 with an offset")) from None
    elif count is not None:
        at = count
    else:
        raise complain(where, "", text("ISO 8601 with an offset"))
    if at > latest:
        raise complain(where, words or str(count), _not_future(now))
    if at < EARLIEST:
        raise complain(where, words or str(count), text("a time after 1990"))
    return at


def _not_future(now: int) -> Text:
    return text(
        "at most an hour after now, {now}: is the clock of the logger right?",
        now=format_instant(now),
    )


def _status(path: str, word: str | int) -> Status:
    try:
        return parse_status(str(word))
    except ValueError:
        names = ", ".join(status.name for status in Status)
        raise complain(path, str(word), text("one of {names}", names=names)) from None


def _arrival(channel: list[int], at: list[int], value: list[float], status: list[int]) -> Arrival:
    if not at:
        raise InputError(
            text('the body has no readings: want "readings", or "channel", "at" and "value"')
        )
    return Arrival(
        np.array(channel, np.int16),
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(status, np.uint8),
    )
