"""How instants stand in a table: as points in time, as texts, or counted; read, and written to ask by.

What is written to ask by must sort as the column does: a text is written in the very shape of those
that are there, in their offset, and without what follows the seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from sqlalchemy import BindParameter, DateTime, literal

from mulmok.model.text import text
from mulmok.model.time import EARLIEST, LATEST, from_datetime, to_datetime
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.payload import shown

#: Date, what stands between, time, and an offset, as ISO 8601 has them, with signs between or none.
_ISO = re.compile(
    r"\d{4}(?P<dash>-?)\d\d(?P=dash)\d\d(?:(?P<between>[T ])\d\d(?P<colon>:?)\d\d(?P<seconds>(?P=colon)\d\d)?(?:[.,]\d+)?)?"
    r"\s*(?P<offset>Z|[+-]\d\d:?\d\d|[+-]\d\d)?\s*"
)


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one column.

    form    how they stand there as texts or counts
    moment  they are points in time of the database; aware: with their zone
    layout  of texts: `strftime` of their part up to the seconds; "" they are as `form` writes them
    zone    in which `layout` is written
    texts   counts that stand there as texts
    """

    form: TimeForm
    moment: bool = False
    aware: bool = False
    layout: str = ""
    zone: tzinfo = UTC
    texts: bool = False

    def read(self, have: object) -> int:
        """Instant [ns UTC] of what stood in the column. Raises InstantError."""
        if isinstance(have, datetime):
            return self._moment(have)
        if isinstance(have, Decimal):
            have = int(have) if have == have.to_integral_value() else float(have)
        return self.form.read(have)

    def bound(self, at: int) -> BindParameter[object]:
        """What to compare the column with for an instant [ns UTC]."""
        if self.moment:
            moment = to_datetime(at)
            if self.aware:
                return literal(moment, DateTime(timezone=True))
            return literal(moment.astimezone(self.form.zone).replace(tzinfo=None), DateTime())
        if self.layout:
            return literal(to_datetime(at).astimezone(self.zone).strftime(self.layout))
        written = self.form.write(at)
        return literal(str(written) if self.texts else written)

    def _moment(self, have: datetime) -> int:
        if have.tzinfo is None:
            have = have.replace(tzinfo=self.form.zone)
        at = from_datetime(have)
        if not EARLIEST <= at < LATEST:
            raise InstantError(
                text('"{have}" is not in the years 1990 to 2100: is the clock set?', have=str(have))
            )
        return at


def times_of(sample: object, form: TimeForm, *, given: bool) -> Times:
    """Tell from one that is there how times stand in a column. Raises InstantError.

    given  the site file says what form they have
    """
    if isinstance(sample, datetime):
        return moments(form, aware=sample.tzinfo is not None)
    if isinstance(sample, date):
        raise InstantError(
            text('"{have}" is a day and no time: want a column with both', have=str(sample))
        )
    if not given and isinstance(sample, int | float | Decimal):
        raise InstantError(
            text(
                'the time "{have}" is a number: set time_format, such as "s" or "ms"',
                have=str(sample),
            )
        )
    if form.form != "iso":
        return Times(form, texts=isinstance(sample, str))
    found = _ISO.fullmatch(sample) if isinstance(sample, str) else None
    if found is None:
        raise InstantError(
            text('"{have}" is no time of the form {form}', have=shown(str(sample)), form="iso")
        )
    form.read(sample)  # says what is missing, such as a zone
    return Times(form, layout=_layout(found), zone=_zone(found["offset"], form))


def moments(form: TimeForm, *, aware: bool) -> Times:
    """Give the times of a column of points in time. Raises InstantError where a zone is missing."""
    if not aware and form.zone is None:
        raise InstantError(text("its times have no offset: want the setting zone"))
    return Times(form, moment=True, aware=aware)


def _layout(found: re.Match[str]) -> str:
    dash, between, colon = found["dash"], found["between"], found["colon"]
    layout = f"%Y{dash}%m{dash}%d"
    if between:
        layout += f"{between}%H{colon}%M"
    return layout + f"{colon}%S" if found["seconds"] else layout


def _zone(offset: str | None, form: TimeForm) -> tzinfo:
    if offset is None:
        return form.zone or UTC
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if offset[0] == "-" else span)
