"""What a source has brought whose records have times of their own: each once, in order, remembered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from mulmok.model.clock import Clock
from mulmok.model.instrument import Seen
from mulmok.model.text import Text, text
from mulmok.model.time import HOUR, MINUTE, NEVER, SECOND, format_duration
from mulmok.source.newest import Newest
from mulmok.source.port import Deliver, Setup
from mulmok.source.records import Read, Reader, Row, arrival_of

#: Beyond this a clock is told to be wrong [ns]; behind, a record may be as old as its interval.
_AHEAD, _BEHIND, _INTERVALS = 5 * MINUTE, HOUR, 3
#: So many intervals between two records of a channel, and one in between was missed.
_GAP = 1.5

Ask = Callable[[int, int], Awaitable[bool]]


@dataclass
class Takings:
    """The readings of one source on their way.

    place  where it is asked, for people
    """

    setup: Setup
    reader: Reader
    place: str
    newest: Newest
    #: Instant of what was delivered last, even if it is ahead of us.
    _last: dict[int, int] = field(default_factory=dict)
    _seen: dict[int, Seen] = field(default_factory=dict)
    _faults: dict[int, Text] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """The works' own."""
        return self.setup.clock

    def seen(self) -> Mapping[int, Seen]:
        """Give what was last seen of each channel, and what is wrong with it now."""
        return {
            index: replace(seen, fault=self._faults.get(index))
            for index, seen in self._seen.items()
        }

    @property
    def trouble(self) -> Text | None:
        """What is wrong with single channels."""
        if not self._faults:
            return None
        index = min(self._faults)
        name = self.setup.channels[index].id
        first = Text("{channel}: {why}", {"channel": name, "why": self._faults[index]})
        more = len(self._faults) - 1
        if not more:
            return first
        return text("{first} (and {more} more of its channels)", first=first, more=more)

    async def take_present(self, read: Read, deliver: Deliver, took: int) -> None:
        """Deliver what is shown now, but for what was shown before."""
        now = self.clock.now()
        self._faults = {
            **self.reader.absent(read),
            **read.faults,
            **{row.index: words for row in read.rows if (words := self._clock_fault(row, now))},
        }
        await self._take([row for row in read.rows if not self._shown_before(row)], deliver)
        self._note(read.rows, took)

    async def take_past(self, read: Read, deliver: Deliver, took: int = 0) -> None:
        """Deliver what is newer than what was taken already; of two at one instant the first."""
        for index, fault in read.faults.items():
            self._faults[index] = fault
        latest = {index: self.newest.at(index) for index, _ in self.setup.feeding()}
        fresh = []
        for row in read.rows:
            if row.at > latest[row.index]:
                latest[row.index] = row.at
                fresh.append(row)
        await self._take(fresh, deliver)
        self._note(fresh, took)

    def begin_past(self, faults: Mapping[int, Text] | None = None) -> None:
        """Forget what was wrong: it is told anew while it lasts."""
        self._faults = dict(faults or {})

    def gap(self, read: Read) -> tuple[int, int] | None:
        """First and last instant that may have been missed before what is shown now [ns UTC]."""
        now, begin, end = self.clock.now(), NEVER, NEVER
        for row in read.rows:
            newest = self.newest.at(row.index)
            every = self.setup.channels[row.index].every
            if NEVER < newest < row.at - _GAP * every and row.at <= now + _AHEAD:
                begin = newest if begin == NEVER else min(begin, newest)
                end = max(end, row.at)
        return None if begin == NEVER else (begin + SECOND, end - SECOND)

    def _clock_fault(self, row: Row, now: int) -> Text | None:
        ahead = row.at - now
        behind = max(_BEHIND, _INTERVALS * self.setup.channels[row.index].every)
        if -behind <= ahead <= _AHEAD:
            return None
        # A zone that is wrong is off by whole hours, and a record up to an interval old.
        step = MINUTE if abs(ahead) < HOUR else 10 * MINUTE
        span = format_duration((abs(ahead) + step // 2) // step * step)
        if ahead > 0:
            return text(
                "its time is {span} ahead of ours: is zone right, and the device's clock?",
                span=span,
            )
        return text(
            "its time is {span} behind ours: is zone right, and the device's clock?", span=span
        )

    def _shown_before(self, row: Row) -> bool:
        """Whether the reading of that time was taken: the first stands, whatever is shown of it later."""
        return row.at in (self.newest.at(row.index), self._last.get(row.index, NEVER))

    async def _take(self, rows: list[Row], deliver: Deliver) -> None:
        if not rows:
            return
        await deliver(arrival_of(rows))
        now = self.clock.now()
        for row in rows:
            # A clock that is ahead must not hide what is measured until then.
            if row.at <= now + _AHEAD:
                self.newest.note(row.index, row.at)
            self._last[row.index] = row.at
        self.newest.keep()

    def _note(self, rows: tuple[Row, ...] | list[Row], took: int) -> None:
        now = self.clock.now()
        for row in rows:
            self._seen[row.index] = Seen(
                f"{self.place} {row.record.item}",
                row.record.raw,
                row.record.number,
                row.value,
                row.status,
                row.at,
                now,
                took,
            )


async def in_pieces(begin: int, end: int, span: int, ask: Ask) -> None:
    """Ask for the past from one instant to another [ns UTC], piece by piece in order of time.

    span  of a piece [ns]; it is halved for as long as an answer has no room for it
    ask   asks for one piece, and says whether the answer was whole
    """
    begin, end = begin // SECOND * SECOND, end // SECOND * SECOND
    span = max(span // SECOND * SECOND, SECOND)
    while begin <= end:
        last = min(begin + span - SECOND, end)
        if await ask(begin, last) or last == begin:
            begin = last + SECOND
        else:
            span = max((last - begin) // (2 * SECOND) * SECOND, SECOND)
