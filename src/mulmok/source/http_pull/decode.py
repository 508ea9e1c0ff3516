"""An answer to readings: where each channel stands, and what to say of one that is not there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.source.batch import Batch, Gathering
from mulmok.source.http_pull.plan import Plan
from mulmok.source.json_path import finder
from mulmok.source.payload import Field, PayloadError, Read, found_at, shown

#: Where one row stands that was taken out of lists: a wrong row then costs no other.
_VALUE, _TIME, _STATUS = (finder(name) for name in ("value", "time", "status"))
#: Keys that are named when a path finds nothing.
_KEYS = 12


@dataclass(frozen=True)
class Page:
    """What one answer said.

    last      newest reading of each channel, by its index
    troubles  what could not be found or understood; None: a channel that is well
    """

    batch: Batch
    last: Mapping[int, Read]
    troubles: Mapping[int, Text | None]


@dataclass
class _Reading:
    """Readings of a page so far."""

    rows: Gathering = field(default_factory=Gathering)
    last: dict[int, Read] = field(default_factory=dict)
    troubles: dict[int, Text | None] = field(default_factory=dict)

    def take(self, index: int, reads: list[Read]) -> None:
        for read in reads:
            blank = math.isnan(read.value) and read.status is Status.NORMAL
            self.rows.add(index, read.at, read.value, read.status, blank=blank)
            if index not in self.last or read.at >= self.last[index].at:
                self.last[index] = read
        said = [read.trouble for read in reads if read.trouble is not None]
        self.troubles[index] = said[-1] if said else None

    def miss(self, index: int, at: int | None, words: Text) -> None:
        """Note that a channel was not there; `at`: the instant it was asked for, if it has no own."""
        if at is not None:
            self.take(index, [Read(at, "", math.nan, math.nan, Status.COMM_FAIL)])
        self.troubles[index] = words


def page_of(plan: Plan, document: object, words: str, due: Mapping[int, int]) -> Page:
    """Read one answer.

    document  the JSON; of no account where no channel has a path
    words     the answer as plain text
    due       channels whose turn it is, each with its instant [ns UTC]
    """
    reading = _Reading()
    for index, at in due.items():
        one = plan.fields[index]
        asked = at if one.time is None else None
        try:
            reads = one.read(words if one.value is None else document, at)
        except PayloadError as fault:
            reads = _row_by_row(one, document, at)
            if not reads:
                reading.miss(index, asked, _explained(plan.paths[index], fault.text, document))
                continue
            reading.take(index, reads)
            reading.troubles[index] = fault.text
            continue
        if not reads and not _is_there(one, document):
            reading.miss(index, asked, _not_there(plan.paths[index], document))
            continue
        reading.take(index, reads)
    return Page(reading.rows.batch(), reading.last, reading.troubles)


def _is_there(one: Field, document: object) -> bool:
    """Whether the path finds a list, though nothing is in it: then nothing was measured."""
    return one.value is not None and found_at(one.value, document) == []


def _row_by_row(one: Field, document: object, now: int) -> list[Read]:
    """Read what can be read of lists in which a row is wrong."""
    try:
        value, time, status = (
            None if path is None else found_at(path, document)
            for path in (one.value, one.time, one.status)
        )
    except PayloadError:
        return []
    if not isinstance(value, list) or not isinstance(time, list) or len(value) != len(time):
        return []
    statuses = status if isinstance(status, list) else [status] * len(value)
    if len(statuses) != len(value):
        return []
    row = Field(one.signal, one.form, _VALUE, _TIME, _STATUS, one.statuses)
    reads: list[Read] = []
    for had, at, said in zip(value, time, statuses, strict=True):
        try:
            # In a list, so that null is a missing value and not a place where nothing stands.
            reads += row.read({"value": [had], "time": at, "status": said}, now)
        except PayloadError:
            continue
    return reads


def _not_there(path: str, document: object) -> Text:
    return text('path "{path}" finds nothing, or null; {there}', path=path, there=_there(document))


def _there(document: object) -> Text:
    """Say what a document has at its top."""
    if isinstance(document, dict):
        keys = [str(key) for key in document]
        more = ", ..." if len(keys) > _KEYS else ""
        return text("there are {keys}", keys=(", ".join(keys[:_KEYS]) + more) or "-")
    if isinstance(document, list):
        first = shown(document[0])[:80] if document else "-"
        return text(
            "there is a list of {count}, the first {first}", count=len(document), first=first
        )
    return text("there is {have}", have=shown(document)[:80])


def _explained(path: str, why: Text, document: object) -> Text:
    if "times" in why.values and ("[*]" in path or "[]" in path or "[?" in path):
        return text(
            '{why}: path "{path}" leaves out what is null, map(&NAME, LIST) would keep it',
            why=why,
            path=path,
        )
    if "why" in why.values:
        # A function that was given nothing to work on: most often its list is called otherwise.
        return text('path "{path}": {why}; {there}', path=path, why=why, there=_there(document))
    return why
