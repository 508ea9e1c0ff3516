"""What each channel of a server last showed, and which readings follow from what comes.

OPC UA tells of changes only. So a channel has two kinds of readings:

- **told**: what the server notified or a read found new, at the time its source gave it;
- **still so**: at each turn of the channel (whole multiples of its interval, by our clock) at which
  nothing was told in the interval before, the node is read. When nothing about it has changed, what
  stood there last is the reading of that turn: the server is alive, answered now, and says so.

Nothing is made up: a server that does not answer gives no reading, and a code that says that the
value is no longer kept up (`UncertainLastUsableValue`) makes it missing.

A value that changes while its time stands still would be taken for the reading that is there
already: it gets the server's time or, where that stands still too, ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, NEVER, SECOND
from mulmok.source.opcua.decode import Decoded, Sample, decoded, instant, known, said
from mulmok.source.opcua.plan import Plan
from mulmok.source.opcua.stamp import Clock, Stamped, apart, stamped, whose
from mulmok.source.opcua.status_code import has_lost, is_missing
from mulmok.source.port import Arrival, Seen

#: How far the server's clock may be off ours [ns]: half an interval, and at least and at most so
#: much. So far our own ticks stay behind, and beyond so much ahead nothing is judged. Site choice.
LEAST_APART, MOST_APART = 5 * SECOND, 5 * MINUTE
#: A node that the server does not know is asked for again after so long [ns]. Site choice.
RESTS = MINUTE

_Row = tuple[int, int, float, Status]


@dataclass(slots=True)
class _Standing:
    """What one channel last showed; instants are NEVER where there was none.

    at        newest instant that was told or still so [ns UTC]
    given     instant that the sample had which was told last [ns UTC]
    told_at   our clock when something was told last [ns UTC]
    told      instant of the reading that followed from it [ns UTC]
    key       what makes the next sample a new one
    what      its value now; None: nothing has come
    words     what its status node says; None: it has none, or was not heard
    wrong     what is not understood of that
    """

    at: int = NEVER
    given: int = NEVER
    told_at: int = NEVER
    told: int = NEVER
    key: object = None
    what: Decoded | None = None
    words: Status | None = None
    wrong: Text | None = None

    @property
    def status(self) -> Status:
        """Status of the value; where that has nothing to say, of the instrument."""
        if self.what is None:
            return Status.COMM_FAIL
        if self.what.status is Status.NORMAL and self.words is not None:
            return self.words
        return self.what.status


class Board:
    """The channels of one connection; what it knows ends with that.

    clock  whose time a reading has
    """

    def __init__(self, plan: Plan, clock: Clock) -> None:
        self._plan = plan
        self._clock = clock
        self._standing = {index: _Standing() for index in plan.points}
        self.seen: dict[int, Seen] = {}
        #: Nodes that are not there, and when they may be asked for again [ns UTC].
        self._resting: dict[int, int] = {}
        self._back: set[int] = set()
        self._off = 0
        self._lost: set[int] = set()
        #: Channels to which a node is their value, and their status.
        self._values: dict[int, list[int]] = {}
        self._statuses: dict[int, list[int]] = {}
        for index, point in plan.points.items():
            self._values.setdefault(point.value, []).append(index)
            if point.status is not None:
                self._statuses.setdefault(point.status, []).append(index)

    def told(self, samples: Iterable[tuple[int, Sample]], now: int, took: int = 0) -> Arrival:
        """Give the readings of what came, each sample with its node.

        now   our clock [ns UTC]
        took  from asking to answer [ns]; 0: it was not asked for, but notified
        """
        rows: list[_Row] = []
        came = stamped(samples, self._clock, now)
        # The order in which things happened, and a status before the value that it judges.
        came.sort(key=lambda one: (one[0], one[1] not in self._statuses))
        self._hear_first(came)
        for at, node, sample in came:
            if is_missing(sample.code):
                self._resting[node] = now + RESTS
            elif self._resting.pop(node, None) is not None and took:
                self._back.add(node)
            for index in self._statuses.get(node, ()):
                self._take_status(index, sample, at, now, rows)
            for index in self._values.get(node, ()):
                self._take_value(index, sample, at, now, took, rows)
        return _arrival(rows)

    def unheard(self, turns: Mapping[int, int]) -> list[int]:
        """Channels that have had nothing in the interval before their turn [ns UTC]."""
        return [
            index
            for index, due in turns.items()
            if self._standing[index].told_at <= due - self._plan.points[index].channel.every
            or not self._covers(index, due)
        ]

    def worth_asking(self, nodes: Iterable[int], now: int) -> list[int]:
        """Those of the nodes that are there, or may be by now."""
        return [node for node in nodes if self._resting.get(node, NEVER) <= now]

    def still(self, turns: Mapping[int, int]) -> Arrival:
        """Give the readings of channels that show at their turn what they showed before."""
        rows: list[_Row] = []
        for index, due in turns.items():
            standing = self._standing[index]
            if self._covers(index, due):
                continue
            value = math.nan if standing.what is None else standing.what.value
            standing.at = due
            rows.append((index, due, value, standing.status))
        return _arrival(rows)

    def back(self) -> list[int]:
        """Nodes that were gone and have been found again, since this was last asked.

        Not those that were notified: their monitored item has come back with them.
        """
        back = sorted(self._back)
        self._back.clear()
        return back

    def hear_clock(self, server: int | None, asked: int, answered: int) -> None:
        """Compare the server's clock with ours when it was asked and when it answered [ns UTC]."""
        if server is not None:
            self._off = server - (asked + answered) // 2

    def lost(self) -> list[Text]:
        """Say of which channels the server has dropped readings since this was last asked."""
        words = [
            text(
                "{channel}: the server's queue ran over, and readings are lost: raise every",
                channel=self._plan.points[index].channel.id,
            )
            for index in sorted(self._lost)
        ]
        self._lost.clear()
        return words

    @property
    def trouble(self) -> Text | None:
        """What a person must see to: the first of it, and how much there is besides."""
        found = [words for words in map(self._wrong, self._plan.points) if words is not None]
        fastest = min(point.channel.every for point in self._plan.points.values())
        if abs(self._off) > _apart(fastest) and self._clock != "ours":
            found.append(apart(self._off))
        if len(found) <= 1:
            return found[0] if found else None
        return text("{first} (besides: {more} more)", first=found[0], more=len(found) - 1)

    def _wrong(self, index: int) -> Text | None:
        standing, point = self._standing[index], self._plan.points[index]
        where = point.value
        why = standing.what.trouble if standing.what is not None else None
        if why is None and point.status is not None:
            where, why = point.status, standing.wrong
        for node in point.nodes:
            if node in self._resting:
                where, why = node, text("the server knows no such node")
                break
        if why is None:
            return None
        return text(
            "{channel} at {node}: {why}",
            channel=point.channel.id,
            node=self._plan.nodes[where].name.written,
            why=why,
        )

    def _covers(self, index: int, due: int) -> bool:
        """Whether a channel has a reading of the interval up to `due`.

        One far ahead of our clock says nothing of now.
        """
        every, standing = self._plan.points[index].channel.every, self._standing[index]
        begin, end = due - every, due + every
        # Told of in this interval by a clock that is behind: to give what stands there for the turn
        # as well would put it after what is told next.
        if standing.told_at > begin and begin - _apart(every) < standing.told <= end:
            return True
        return begin < standing.at <= end

    def _hear_first(self, came: Iterable[Stamped]) -> None:
        """Before anything is known of a status, the first that comes is what it was all along."""
        for _, node, sample in came:
            for index in self._statuses.get(node, ()):
                standing = self._standing[index]
                if standing.words is None:
                    standing.words, standing.wrong = said(self._plan.points[index], sample)

    def _take_status(self, index: int, sample: Sample, at: int, now: int, rows: list[_Row]) -> None:
        standing = self._standing[index]
        before = standing.status
        standing.words, standing.wrong = said(self._plan.points[index], sample)
        if standing.what is not None and standing.status is not before and at > standing.at:
            standing.at, standing.told, standing.told_at = at, at, now
            rows.append((index, at, standing.what.value, standing.status))

    def _take_value(
        self, index: int, sample: Sample, at: int, now: int, took: int, rows: list[_Row]
    ) -> None:
        standing, point = self._standing[index], self._plan.points[index]
        if took and at < standing.given:
            return  # what was notified meanwhile is newer than the answer
        key, what = known(point, sample), standing.what
        new = what is None or key != standing.key
        if what is None or new:
            what = decoded(point, sample)
            standing.key, standing.what = key, what
        self.seen[index] = Seen(
            place=self._plan.nodes[point.value].name.written,
            raw=f"{what.raw}{whose(sample, self._clock)}",
            number=what.number,
            value=what.value,
            status=standing.status,
            at=at,
            received_at=now,
            took=took,
        )
        if not new or is_missing(sample.code):
            return
        if has_lost(sample.code):
            self._lost.add(index)
        if at == standing.given:
            at = _anew(standing.at, instant(sample.server), now)
        else:
            standing.given = at
        standing.at, standing.told, standing.told_at = max(at, standing.at), at, now
        rows.append((index, at, what.value, standing.status))


def _apart(every: int) -> int:
    """How far a clock may be off for a channel of such an interval [ns]."""
    return min(max(every // 2, LEAST_APART), MOST_APART)


def _anew(last: int, server: int | None, now: int) -> int:
    """Instant of what changed while its time stood still, after the reading before it."""
    if server is not None and server > last:
        return server
    # A last one far ahead is of a wrong clock: it is not followed there.
    return now if last > now + SECOND else max(now, last + 1)


def _arrival(rows: list[_Row]) -> Arrival:
    """Give rows of channel, instant, value and status as one message."""
    return Arrival(
        np.array([row[0] for row in rows], np.int16),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.uint8),
    )
