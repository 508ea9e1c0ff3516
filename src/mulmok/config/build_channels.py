"""The `[[channel]]` tables as frozen channels, their defaults from the quantity table."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from mulmok.config.amounts import amount, difference, interval, per_minute, positive
from mulmok.config.explain import nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.site import SourceSpec
from mulmok.config.values import identifier, names, number
from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES, Quantity
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE
from mulmok.source.settings import Given
from mulmok.source.signal import saturation

#: The index of a channel is a 16-bit number in the journal.
_MOST = 32_767


def channels_of(tables: Iterable[Table]) -> tuple[tuple[Channel, ...], frozenset[str]]:
    """Channels in the order of the files, and every id that was written, even of a wrong one."""
    channels: list[Channel] = []
    seen: dict[str, Table] = {}
    for table in tables:
        channel_id = table.read("id", identifier, "")
        channel = _channel(table, channel_id)
        before = seen.get(channel_id)
        if channel_id and before is not None:
            table.fault_again(channel_id, before)
            continue
        seen[channel_id] = table
        if channel is not None:
            channels.append(channel)
    if len(channels) > _MOST:
        seen[channels[_MOST].id].fault(text("more than {most} channels", most=_MOST))
    return tuple(channels), frozenset(seen) - {""}


def measuring(
    tables: Iterable[Table], channels: Iterable[Channel], sources: Iterable[SourceSpec]
) -> tuple[Channel, ...]:
    """Give the channels, the range of a 4-20 mA instrument from its current where none is given.

    What lies beyond 3.8 or 20.5 mA is a saturated signal and no measurement (NAMUR NE 43).
    """
    told = {str(table.values.get("id")) for table in tables if "range" in table.values}
    spans = {
        name: own["current"]
        for source in sources
        for name, own in source.each.items()
        if "current" in own and name not in told
    }
    return tuple(_saturating(channel, spans.get(channel.id)) for channel in channels)


def _saturating(channel: Channel, span: Given | None) -> Channel:
    if not isinstance(span, tuple):
        return channel
    low, high = saturation((float(span[0]), float(span[1])))
    quantity = channel.quantity
    return replace(channel, low=max(low, quantity.low), high=min(high, quantity.high))


def _channel(table: Table, channel_id: str) -> Channel | None:
    """Read a channel; None when too little of it is right to go on with."""
    quantity = table.read("quantity", _quantity, None)
    every = table.read("every", interval, MINUTE)
    name = table.read("name", names, None)
    spike = table.read("spike", number, None)
    suspect = table.read("flat_suspect", interval, None)
    fail = table.read("flat_fail", interval, None)
    if quantity is None or not channel_id:
        return None
    usual = (quantity.low, quantity.high)
    low, high = table.read("range", partial(_range, quantity=quantity), usual)
    step = positive(partial(difference, dimension=quantity.dimension))
    # A limit given alone takes the other one along: suspect never comes after fail.
    if suspect is None:
        suspect = min(quantity.flat_suspect, quantity.flat_fail if fail is None else fail)
    if fail is None:
        fail = max(quantity.flat_fail, suspect)
    if fail < suspect:
        have = table.values["flat_fail"]
        want = text("at least flat_suspect, {span}", span=str(table.values["flat_suspect"]))
        table.fault(unfit(have, want).text, "flat_fail")
    return Channel(
        id=channel_id,
        quantity=quantity,
        every=every,
        low=low,
        high=high,
        resolution=table.read("resolution", step, quantity.resolution),
        rate_limit=table.read("rate_limit", partial(_rate, quantity=quantity), quantity.rate),
        spike_deviations=quantity.spike_deviations if spike is None else spike,
        flat_suspect=suspect,
        flat_fail=fail,
        name=name,
    )


def _quantity(value: object) -> Quantity:
    if isinstance(value, str) and value in QUANTITIES:
        return QUANTITIES[value]
    raise unfit(value, nearest(value, QUANTITIES))


def _rate(value: object, *, quantity: Quantity) -> float:
    if value == "off":
        return math.inf
    return positive(partial(per_minute, dimension=quantity.dimension))(value)


def _range(value: object, *, quantity: Quantity) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise unfit(value, text("two amounts, the lower and the upper end"))
    low, high = (amount(end, quantity.dimension) for end in value)
    have = f"{value[0]} .. {value[1]}"
    if not low < high:
        raise unfit(have, text("the lower end first"))
    if low < quantity.low or high > quantity.high:
        raise unfit(have, within(quantity))
    return low, high


def within(quantity: Quantity, low: float | None = None, high: float | None = None) -> Text:
    """Say between which values something must be: the physical bounds, or those given."""
    return text(
        "a value within {low:g} .. {high:g} {unit}",
        low=quantity.low if low is None else low,
        high=quantity.high if high is None else high,
        unit=quantity.unit,
    )
