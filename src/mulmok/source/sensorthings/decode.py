"""Answers of a SensorThings service to units and readings; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mulmok.model.channel import Channel
from mulmok.model.status import Status, parse_status
from mulmok.model.text import Text, text
from mulmok.model.unit import parse_unit
from mulmok.source.batch import Gathering
from mulmok.source.instants import TimeForm
from mulmok.source.json_path import finder
from mulmok.source.payload import Field, PayloadError, Read, shown
from mulmok.source.settings import Given
from mulmok.source.signal import Signal

#: How services write that a number has no unit; pH has none.
_NONE = {"", "-", "1", "none", "null", "unitless", "ph", "ph units", "ph unit"}
_RESULT, _TIME, _QUALITY = (finder(name) for name in ("result", "time", "quality"))


@dataclass(frozen=True, slots=True)
class Observations:
    """A page of Observations.

    next      where the next page is; "" there is none
    last      newest of them; None: there was none
    trouble   what of them could not be understood
    """

    next: str
    last: Read | None
    trouble: Text | None


def entities(document: object) -> tuple[list[Mapping[str, Any]], str]:
    """Give the entities of an answer, and where the next page is. Raises PayloadError."""
    if not isinstance(document, dict) or not isinstance(document.get("value"), list):
        raise PayloadError(
            text('"{have}" is no list of SensorThings: is url the root of the service, such as {example}?', have=shown(document)[:60], example="https://host/FROST-Server/v1.1")
        )  # fmt: skip
    following = document.get("@iot.nextLink")
    found: list[Mapping[str, Any]] = [one for one in document["value"] if isinstance(one, dict)]
    return found, following if isinstance(following, str) else ""


def signal_in_unit(
    channel: Channel, own: Mapping[str, Given], signal: Signal, stream: object
) -> tuple[Signal | None, Text | None]:
    """Give the signal in the unit of the Datastream; None, and why, where that is not known.

    What the site file says of the unit holds; the Datastream is then not asked.
    """
    if "unit" in own or "current" in own:
        return signal, None
    symbol = symbol_of(stream)
    if symbol.strip().lower() in _NONE and channel.quantity.dimension == "ph":
        return signal, None
    try:
        unit = parse_unit(symbol)
    except ValueError:
        words = text(
            'the unit of its Datastream, "{unit}", is not known: set unit', unit=symbol[:40]
        )
        return None, words
    if unit.dimension != channel.quantity.dimension:
        return None, text(
            'its Datastream is in "{unit}", and {quantity} is not: is it the right datastream? If so set unit',
            unit=symbol[:40],
            quantity=channel.quantity.name,
        )
    return replace(signal, factor=unit.factor, shift=unit.offset), None


def symbol_of(stream: object) -> str:
    """Give the symbol of a Datastream's unit; "" where it has none."""
    unit = stream.get("unitOfMeasurement") if isinstance(stream, dict) else None
    symbol = unit.get("symbol") if isinstance(unit, dict) else None
    return symbol if isinstance(symbol, str) else ""


def observations_of(
    document: object,
    index: int,
    signal: Signal,
    statuses: Mapping[str, Status] | None,
    rows: Gathering,
) -> Observations:
    """Add the readings of a page to `rows`. Raises PayloadError when it is no page."""
    found, following = entities(document)
    one = Field(signal, TimeForm(), _RESULT, _TIME, _QUALITY, statuses)
    last, trouble = None, None
    for entity in found:
        quality = _quality(entity.get("resultQuality"), statuses)
        # In a list, so that null is a missing value and not a place where nothing stands.
        row = {"result": [entity.get("result")], "time": _end(entity), "quality": quality}
        try:
            (read,) = one.read(row, 0)
        except PayloadError as fault:
            trouble = fault.text
            continue
        trouble = read.trouble or trouble
        rows.add(index, read.at, read.value, read.status)
        if last is None or read.at >= last.at:
            last = read
    return Observations(following, last, trouble)


def _quality(said: object, statuses: Mapping[str, Status] | None) -> object:
    """Give a code that is to be understood; without `statuses` only what is a code of ours."""
    if statuses is not None or said is None:
        return said
    word = str(int(said)) if isinstance(said, float) and said.is_integer() else str(said)
    try:
        return parse_status(word).name
    except ValueError:
        # The standard leaves open what stands here: elsewhere it is a report on the data.
        return None


def _end(entity: Mapping[str, Any]) -> object:
    """Give the instant of an Observation; of one over a time its end, when it could be known."""
    time = entity.get("phenomenonTime")
    return time.rpartition("/")[2] if isinstance(time, str) else time
