"""What a person must see to: said once, kept for as long as it is so."""

from __future__ import annotations

from dataclasses import dataclass, field

from mulmok.model.text import Text, text
from mulmok.source.modbus.address import Span
from mulmok.source.modbus.plan import Point
from mulmok.source.modbus.refusal import name_of

#: Faults that are told in full at a time.
_TOLD = 5
#: Addresses that look as if somebody had taken the manual's notation for them.
_CLASSICAL = ((10_001, 19_999), (30_001, 39_999), (40_001, 49_999))


@dataclass(slots=True)
class Faults:
    """Faults of units and of single channels, by number of the unit and index of the channel."""

    units: dict[int, Text] = field(default_factory=dict)
    channels: dict[int, Text] = field(default_factory=dict)

    @property
    def told(self) -> Text | None:
        """All of it, units first; None when there is none."""
        found = [self.units[unit] for unit in sorted(self.units)]
        found += [self.channels[index] for index in sorted(self.channels)]
        if not found:
            return None
        if len(found) > _TOLD:
            found = [*found[:_TOLD], text("and {more} more", more=len(found) - _TOLD)]
        values = {f"fault_{number}": fault for number, fault in enumerate(found)}
        return Text("; ".join(f"{{{name}}}" for name in values), values)


def refused(point: Point, span: Span, code: int) -> Text:
    """Say that a device refuses what a channel needs."""
    if span != point.span:
        return text(
            "{channel}: its status word, {place}, is refused: {why}",
            channel=point.channel.id,
            place=span.place,
            why=name_of(code),
        )
    if any(low <= span.address <= high for low, high in _CLASSICAL) and code == 2:
        return text(
            "{channel}: {place} is refused: {why}; with table, register counts from 0 on the wire: "
            "is {register} meant as in the manual, without table?",
            channel=point.channel.id,
            place=span.place,
            why=name_of(code),
            register=span.address,
        )
    return text(
        "{channel}: {place} is refused: {why}",
        channel=point.channel.id,
        place=span.place,
        why=name_of(code),
    )


def unknown_status(point: Point, code: int) -> Text:
    """Say that a status word has a number nobody has named."""
    return text(
        "{channel}: the status {code} is not known: name it in statuses",
        channel=point.channel.id,
        code=code,
    )


def unlikely(point: Point, number: float, value: float, others: dict[str, float]) -> Text:
    """Say that a value can hardly be one, and what it would be in other orders of its bytes."""
    have = f"{value:.6g}" if number == number else "NaN"  # noqa: PLR0124 - what NaN is not
    if not others:
        return text(
            "{channel}: {place} shows {value}, which {quantity} cannot be: are register and type "
            "right?",
            channel=point.channel.id,
            place=point.span.place,
            value=have,
            quantity=point.channel.quantity.name,
        )
    return text(
        "{channel}: {place} shows {value}: is the byte order right? {others}",
        channel=point.channel.id,
        place=point.span.place,
        value=have,
        others=Text(
            "; ".join(f"{{order_{name}}}" for name in others),
            {
                f"order_{name}": text(
                    "as {order} it would be {value}", order=name, value=f"{other:.6g}"
                )
                for name, other in others.items()
            },
        ),
    )


def silent(unit: int, heard: str, span: str) -> Text:
    """Say that a unit does not answer, and what came instead of an answer."""
    if not heard:
        return text("unit {unit} does not answer within {span}", unit=unit, span=span)
    return text(
        "unit {unit} does not answer within {span}; what came is no answer: {heard}. On a serial line: "
        "are baud, parity and stop_bits right, and is there one master only?",
        unit=unit,
        span=span,
        heard=heard,
    )


def away(unit: int, code: int) -> Text:
    """Say that a unit cannot be asked at this moment."""
    return text("unit {unit} could not be asked: {why}", unit=unit, why=name_of(code))
