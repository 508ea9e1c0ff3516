"""How rows stand in a file: the columns of wide and long tables."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from mulmok.model.block import Bits, Bytes, Instants
from mulmok.model.flag import spoken
from mulmok.model.status import Status
from mulmok.model.time import MINUTE, SECOND
from mulmok.source.files.header import FLAG, STATUS
from mulmok.source.files.rows import Rows
from mulmok.source.files.zones import offsets_at

_STATUS_WORDS = np.array([status.name for status in Status], dtype=object)


@dataclass(frozen=True)
class Layout:
    """Columns of a file of readings.

    flags  with what was judged of each reading: its flag and, in long files, the reasons
    typed  instants as timestamps and numbers as numbers (Parquet), else times as ISO 8601 text
    """

    ids: tuple[str, ...]
    wide: bool
    flags: bool
    zone: ZoneInfo | None
    typed: bool

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the columns."""
        time = pa.timestamp("ns", "UTC") if self.typed else pa.string()
        fields = [("time", time)]
        if self.wide:
            for id_ in self.ids:
                fields += [(id_, pa.float64()), (id_ + STATUS, pa.string())]
                fields += [(id_ + FLAG, pa.uint8())] if self.flags else []
        else:
            fields += [("channel", pa.string()), ("value", pa.float64()), ("status", pa.string())]
            fields += [("flag", pa.uint8()), ("reasons", pa.string())] if self.flags else []
        return pa.schema(fields)

    def table(self, rows: Rows, flag: Bytes | None, reasons: Bits | None = None) -> pa.Table:
        """Rows as a table of these columns."""
        columns = self._wide(rows, flag) if self.wide else self._long(rows, flag, reasons)
        return pa.Table.from_arrays(columns, schema=self.schema)

    def _long(self, rows: Rows, flag: Bytes | None, reasons: Bits | None) -> list[pa.Array]:
        ids = np.array(self.ids, dtype=object)
        columns = [
            self._time(rows.at),
            pa.array(ids[rows.channel], pa.string()),
            pa.array(rows.value, pa.float64(), mask=np.isnan(rows.value)),
            pa.array(_STATUS_WORDS[rows.status], pa.string()),
        ]
        if not self.flags:
            return columns
        return [*columns, self._flag(flag, len(rows)), _reasons(reasons, len(rows))]

    def _wide(self, rows: Rows, flag: Bytes | None) -> list[pa.Array]:
        at, row = np.unique(rows.at, return_inverse=True)
        columns = [self._time(at)]
        for index in range(len(self.ids)):
            of_channel = rows.channel == index
            place = row[of_channel]
            absent = np.ones(len(at), np.bool_)
            absent[place] = False
            value = np.full(len(at), np.nan)
            value[place] = rows.value[of_channel]
            status = np.zeros(len(at), np.uint8)
            status[place] = rows.status[of_channel]
            normal = absent | (status == Status.NORMAL)
            columns.append(pa.array(value, pa.float64(), mask=absent))
            columns.append(pa.array(_STATUS_WORDS[status], pa.string(), mask=normal))
            if self.flags:
                flags = np.zeros(len(at), np.uint8)
                flags[place] = 0 if flag is None else flag[of_channel]
                columns.append(pa.array(flags, pa.uint8(), mask=absent | (flags == 0)))
        return columns

    def _flag(self, flag: Bytes | None, n: int) -> pa.Array:
        return pa.nulls(n, pa.uint8()) if flag is None else pa.array(flag, pa.uint8())

    def _time(self, at: Instants) -> pa.Array:
        if self.typed:
            return pa.array(at, pa.timestamp("ns", "UTC"))
        return pa.array(iso_texts(at, self.zone), pa.string())


def _reasons(reasons: Bits | None, n: int) -> pa.Array:
    if reasons is None:
        return pa.nulls(n, pa.string())
    bits, place = np.unique(reasons, return_inverse=True)
    words = np.array([spoken(int(some)) for some in bits], dtype=object)
    return pa.array(words[place], pa.string(), mask=reasons == 0)


def iso_texts(at: Instants, zone: ZoneInfo | None) -> list[str]:
    """ISO 8601 texts of instants, with the offset of the zone, or `Z` without one."""
    if zone is None:
        return [f"{word}Z" for word in _civil_texts(at)]
    offsets = offsets_at(at, zone)
    words = _civil_texts(at + offsets)
    tails = {int(offset): _offset_words(int(offset)) for offset in np.unique(offsets)}
    return [word + tails[offset] for word, offset in zip(words, offsets.tolist(), strict=True)]


def _civil_texts(wall: Instants) -> list[str]:
    whole = not (wall % SECOND).any()
    words = np.datetime_as_string(wall.astype("datetime64[ns]"), unit="s" if whole else "ns")
    return list(words.tolist())


def _offset_words(offset: int) -> str:
    minutes = abs(offset) // MINUTE
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
