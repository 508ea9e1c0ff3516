"""How the files of one writer are to be read: what its columns, times, numbers and codes mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mulmok.model.status import Status
from mulmok.source.signal import Signal


@dataclass(frozen=True, slots=True)
class Form:
    """How the files of one writer are to be read.

    zone         IANA name for times without an offset
    time_format  strptime pattern or a form of `source.instants`, for files that do not speak ISO 8601
    columns      column of the files -> channel (or `time` and so on), where the names differ
    told         channels whose column somebody named: one that is not there is missed
    members      indices of the channels that may stand in the files; None: all of the works
    signals      how numbers of a channel become values, by its index; others are values already
    statuses     what the codes in a column of statuses mean; None: our own words and codes
    sheet        the one sheet of a workbook that is read; None: the first with readings
    skip         lines above the header; None: it is found by the name of its column of times
    below        lines between the header and the first reading: units, and the like
    decimal      what stands before the decimals; None: a point, and a comma is an error
    """

    zone: str | None = None
    time_format: str | None = None
    ignore_unknown: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    members: frozenset[int] | None = None
    signals: Mapping[int, Signal] = field(default_factory=dict)
    statuses: Mapping[str, Status] | None = None
    sheet: str | None = None
    skip: int | None = None
    below: int = 0
    decimal: str | None = None

    @property
    def times(self) -> frozenset[str]:
        """Names by which a line is known for the header: those of its columns of times."""
        meant = (name for name, what in self.columns.items() if what in ("time", "date"))
        return frozenset({"time", *meant})


#: Files as we write them ourselves.
PLAIN = Form()
