"""Records of item, own time, number, unit and status: what they say of the channels of a source.

One bad record costs that record: its channel is missing at that time where the time is right, and
why is told. A record of an item nobody asked for is passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from mulmok.model.errors import InputError
from mulmok.model.status import RIVER_DETAIL, RIVER_NETWORK, TMS_LOGGER, Status, parse_status
from mulmok.model.text import Text, text
from mulmok.model.unit import Unit, parse_unit
from mulmok.source.civil_time import Place
from mulmok.source.port import Arrival, Setup
from mulmok.source.settings import SettingKey
from mulmok.source.signal import Signal

#: Settings of drivers whose devices send such records, beside those of the signal.
RECORDS: tuple[SettingKey, ...] = (
    SettingKey("zone", "zone", text('zone of the device\'s clock: "works" for the works\' own, or an IANA name'), '"Asia/Seoul"', usual='"works"'),
    SettingKey("statuses", "statuses", text("what status codes say, where they are others than those of the national network"), '{ "10" = "MAINTENANCE" }', usual="the codes of docs/explanation/instrument-status.md"),
    SettingKey("resend", "duration", text("how far back is asked at most for what was missed"), '"7 d"', usual='"1 d"'),
)  # fmt: skip

#: Units in few letters, beside those that are understood anyway. Our reading: no list is public.
_SHORT = {
    "m3h": "m3/h", "m3d": "m3/d", "m3s": "m3/s", "m3m": "m3/min", "l/m": "L/min", "lps": "L/s",
    "mgl": "mg/L", "mg/": "mg/L", "ugl": "ug/L", "us": "uS/cm", "ms": "mS/cm", "us/": "uS/cm",
    "ms/": "mS/cm", "ntu": "NTU", "oc": "degC", "'c": "degC", "mv": "mV", "mmh": "mm/h", "ph": "pH",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it came.

    local   civil time of the device; None: it has none that can be read
    number  as it came; NaN: there is none
    code    of the status
    fault   what of it cannot be read; None: all can be
    """

    item: str
    local: datetime | None
    number: float
    unit: str
    code: str
    raw: str
    fault: Text | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What a record says of one channel; `at` [ns UTC], `value` [canonical unit]."""

    index: int
    at: int
    value: float
    status: Status
    record: Record


@dataclass(frozen=True, slots=True)
class Read:
    """What records say, in order of time.

    faults  what is wrong, by index of the channel
    items   all that came, wanted or not
    """

    rows: tuple[Row, ...] = ()
    faults: Mapping[int, Text] = field(default_factory=dict)
    items: frozenset[str] = frozenset()


@dataclass
class Reader:
    """How the records of one source become readings.

    items     indices of the channels of each item
    signals   of the channels
    fixed     channels whose unit the site file tells: what a record says of its unit counts not
    statuses  of the codes
    """

    items: Mapping[str, tuple[int, ...]]
    signals: Mapping[int, Signal]
    setup: Setup
    fixed: frozenset[int] = frozenset()
    statuses: Mapping[str, Status] = field(default_factory=dict)

    @classmethod
    def of(cls, setup: Setup, usual: Mapping[int, str], scales: Mapping[str, float]) -> Reader:
        """Make it from the settings.

        usual   item of each channel that the site file gives none; "" where there is none
        scales  of items, where the site file gives none

        Raises InputError.
        """
        items: dict[str, tuple[int, ...]] = {}
        signals, fixed = {}, set[int]()
        for index, channel in setup.feeding():
            own = setup.each.get(channel.id, {})
            item = str(own.get("item", usual[index])).upper()
            if not item:
                raise InputError(
                    text(
                        "{channel}: {quantity} has no code of its own; want item",
                        channel=channel.id,
                        quantity=channel.quantity.id,
                    )
                )
            items[item] = (*items.get(item, ()), index)
            signals[index] = Signal.of(channel, {"scale": scales.get(item, 1.0), **own})
            if "unit" in own or "current" in own:
                fixed.add(index)
        return cls(items, signals, setup, frozenset(fixed), _statuses(setup))

    def read(self, records: Iterable[Record], place: Place) -> Read:
        """Give what records say; `place` gives their instants."""
        rows, faults, items = list[Row](), dict[int, Text](), set[str]()
        for record in records:
            items.update([record.item] if record.item else [])
            at = None if record.local is None else place(record.item, record.local)
            for index in self.items.get(record.item, ()):
                if record.local is None and record.fault is not None:
                    faults[index] = record.fault
                if at is None:
                    continue
                row, fault = self._row(index, at, record)
                rows.append(row)
                if fault is not None:
                    faults[index] = fault
        rows.sort(key=lambda row: row.at)
        return Read(tuple(rows), faults, frozenset(items))

    def absent(self, read: Read) -> dict[int, Text]:
        """Say of the channels whose item did not come what came instead."""
        came = " ".join(sorted(read.items)) or "-"
        return {
            index: text("there is no item {item}; there are: {items}", item=item, items=came)
            for item, members in self.items.items()
            if item not in read.items
            for index in members
        }

    def _row(self, index: int, at: int, record: Record) -> tuple[Row, Text | None]:
        fault, status = record.fault, self.statuses.get(record.code)
        if status is None and fault is None:
            fault = text(
                'the status "{code}" is not known: say in statuses what it means', code=record.code
            )
        signal = self._signal(index, record.unit)
        if signal is None and fault is None:
            fault = text(
                'the unit "{unit}" does not measure {quantity}: is it the right item? The setting unit overrules it',
                unit=record.unit,
                quantity=self.setup.channels[index].quantity.name,
            )
        if fault is not None or status is None or signal is None:
            return Row(index, at, math.nan, Status.COMM_FAIL, record), fault
        value, own = signal.value(record.number)
        if status in (Status.NORMAL, Status.RESENT) and own is not Status.NORMAL:
            status = own
        if status is Status.COMM_FAIL:
            value = math.nan  # a logger that reaches no instrument sends 0
        return Row(index, at, value, status, record), None

    def _signal(self, index: int, unit: str) -> Signal | None:
        """Signal for a number in a unit; None: it is a unit of something else."""
        signal, known = self.signals[index], unit_of(unit)
        if known is None or index in self.fixed:
            return signal
        if known.dimension != self.setup.channels[index].quantity.dimension:
            return None
        return replace(signal, factor=known.factor, shift=known.offset)


def written(records: Iterable[Record]) -> Iterator[tuple[str, datetime | None]]:
    """Give item and civil time of each record."""
    return ((record.item, record.local) for record in records)


def arrival_of(rows: Iterable[Row]) -> Arrival:
    """Give the readings of rows."""
    rows = tuple(rows)
    return Arrival(
        np.array([row.index for row in rows], np.int16),
        np.array([row.at for row in rows], np.int64),
        np.array([row.value for row in rows], np.float64),
        np.array([row.status for row in rows], np.uint8),
    )


def unit_of(words: str) -> Unit | None:
    """Unit a device writes in few letters; None: it cannot be told."""
    try:
        return parse_unit(_SHORT.get(words.lower(), words)) if words else None
    except ValueError:
        return None


def status_codes() -> dict[str, Status]:
    """Codes of both Korean sets; a blank one is no word on the instrument."""
    return {**TMS_LOGGER, **RIVER_NETWORK, **RIVER_DETAIL, "": Status.NORMAL}


def _statuses(setup: Setup) -> dict[str, Status]:
    own = setup.settings.get("statuses")
    given = own if isinstance(own, Mapping) else {}
    return status_codes() | {code: parse_status(name) for code, name in given.items()}
