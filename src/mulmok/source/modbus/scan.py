"""One turn: all that is due is asked for, unit by unit, and what fails costs what it must and no more.

- What a device refuses as a whole is asked for in halves until it is known which register it is.
- A unit that does not answer is asked for one thing in a turn, after all others. One of several on a
  line then rests, so that waiting for it takes no more than a tenth of the line's time, and is waited
  for no longer than till the next turn of the line; now and then as long as it may take.
- When no unit of the line answers any more, the line has failed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE, format_duration
from mulmok.source.modbus import faults as said
from mulmok.source.modbus.address import Span
from mulmok.source.modbus.decode import Decoder
from mulmok.source.modbus.faults import Faults
from mulmok.source.modbus.line import Answer, Line, Refusal, Silence
from mulmok.source.modbus.plan import Block, Plan, hull
from mulmok.source.modbus.plans import Plans
from mulmok.source.modbus.refusal import OF_A_PART, OF_THE_UNIT, SILENT

#: A silent unit rests so many times as long as it was waited for. Site choice.
_REST = 9
#: Of a silent unit's knocks every so manieth is waited for as long as it may take, and the others for
#: at least such a share of that. Site choice.
_PATIENT, _LEAST_SHARE = 10, 4
#: Time after which a register that was refused by itself is asked for again [ns]. Site choice: it is
#: wrong in the site file as a rule, and each costs a request.
_REFUSED_REST = MINUTE


class _Missed(Exception):  # noqa: N818 - ends a unit's turn, and is no error of ours
    """`waited`: for nothing [ns]; `silent`: nobody at all answered, not even a gateway."""

    def __init__(self, words: Text, waited: int = 0, *, silent: bool = False) -> None:
        self.words, self.waited, self.silent = words, waited, silent


@dataclass(eq=False)
class Turn:
    """What is read at one turn.

    due       index of a channel -> its instant [ns UTC]
    words     what was read, in the order of the plan
    got       which of it was
    received  our clock when it came [ns UTC], for each request of the plan
    took      from asking to answer [ns], likewise
    """

    decoder: Decoder
    due: Mapping[int, int]
    refused: dict[Span, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is read yet."""
        plan = self.plan
        self.words = np.zeros(plan.size, np.uint16)
        self.got = np.zeros(plan.size, np.bool_)
        self.received = dict.fromkeys(plan.blocks, 0)
        self.took = dict.fromkeys(plan.blocks, 0)

    @property
    def plan(self) -> Plan:
        """What was to be read."""
        return self.decoder.plan

    def put(self, block: Block, span: Span, answer: Answer, now: int) -> None:
        """Take an answer to a request or to a part of it."""
        begin = block.offset + span.address - block.span.address
        self.words[begin : begin + span.count] = answer.words
        self.got[begin : begin + span.count] = True
        self.received[block] = now
        self.took[block] += answer.took


@dataclass
class Scanner:
    """Asks on one line, and remembers what it has learnt of its units since it was opened."""

    line: Line
    clock: Clock
    plans: Plans
    faults: Faults
    #: Units that were waited for in vain, and until when they rest [ns UTC].
    _resting: dict[int, int] = field(default_factory=dict)
    #: How often they were.
    _vain: Counter[int] = field(default_factory=Counter)
    #: Those for which nobody at all answered.
    _silent: set[int] = field(default_factory=set)
    #: What was refused by itself: with which code, and when it is asked for again [ns UTC].
    _refused: dict[Span, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know whose line it is."""
        self._units = {need.unit for point in self.plans.points for need in point.needs()}
        self._intervals = {point.channel.every for point in self.plans.points}

    async def fill(self, turn: Turn) -> None:
        """Ask for what is due. Raises SourceError when the line fails; what was read is in `turn`."""
        now, units = self.clock.now(), turn.plan.units
        for unit in sorted(units, key=lambda unit: (unit in self._resting, unit)):
            if self._resting.get(unit, 0) > now and len(self._units) > 1:
                continue
            try:
                for block in units[unit]:
                    await self._read(turn, block, block.needs, block.span)
            except _Missed as missed:
                # One that keeps silent of some registers, instead of refusing them, is there.
                self._miss(unit, missed, there=any(turn.received[block] for block in units[unit]))
            else:
                self._answers(unit)
                self.faults.units.pop(unit, None)
        if self._silent >= self._units:
            raise SourceError(self._nobody())

    def _miss(self, unit: int, missed: _Missed, *, there: bool) -> None:
        self.faults.units[unit] = missed.words
        if missed.waited:
            self._resting[unit] = self.clock.now() + _REST * missed.waited
            self._vain[unit] += 1
        else:
            self._answers(unit)
        if missed.silent and not there:
            self._silent.add(unit)
        else:
            self._silent.discard(unit)

    def _answers(self, unit: int) -> None:
        self._resting.pop(unit, None)
        self._silent.discard(unit)
        del self._vain[unit]

    def _patience(self, unit: int) -> int:
        """Give how long to wait for a unit [ns]."""
        whole = self.line.timeout
        if not self._vain[unit] % _PATIENT or len(self._units) == 1:
            return whole
        now = self.clock.now()
        left = min(now // every * every + every for every in self._intervals) - now
        return max(min(whole, left), whole // _LEAST_SHARE)

    async def _read(self, turn: Turn, block: Block, needs: Sequence[Span], span: Span) -> bool:
        """Read a request or part of it; give whether something in it is refused by itself."""
        resting = self._refused.get(span) if len(needs) == 1 else None
        if resting is not None and resting[1] > self.clock.now():
            turn.refused[span] = resting[0]
            return True
        answer = await self.line.read(
            span, again=span.unit not in self._resting, within=self._patience(span.unit)
        )
        match answer:
            case Answer():
                turn.put(block, span, answer, self.clock.now())
                if resting is not None:
                    del self._refused[span]
                return False
            case Silence():
                words = said.silent(span.unit, answer.heard, format_duration(self.line.timeout))
                raise _Missed(words, answer.took, silent=True)
            case Refusal() if answer.code in OF_THE_UNIT:
                waited = answer.took if answer.code in SILENT else 0
                raise _Missed(said.away(span.unit, answer.code), waited)
            case Refusal() if answer.code in OF_A_PART:
                return await self._halve(turn, block, needs, answer.code)
        turn.refused |= dict.fromkeys(needs, answer.code)
        return True

    async def _halve(self, turn: Turn, block: Block, needs: Sequence[Span], code: int) -> bool:
        if len(needs) == 1:
            self.plans.barriers.alone.add(needs[0])
            self.plans.learnt()
            self._refused[needs[0]] = code, self.clock.now() + _REFUSED_REST
            turn.refused[needs[0]] = code
            return True
        middle = len(needs) // 2
        before = await self._read(turn, block, needs[:middle], hull(needs[:middle]))
        after = await self._read(turn, block, needs[middle:], hull(needs[middle:]))
        if not before and not after:
            # Each half is there: it is what lies between them that is not.
            self.plans.barriers.cuts.add(needs[middle])
            self.plans.learnt()
        return before or after

    def _nobody(self) -> Text:
        unit = min(self._units)
        if len(self._units) == 1:
            return Text(
                "{place}: {why}", {"place": self.line.place, "why": self.faults.units[unit]}
            )
        return text(
            "{place}: none of {count} units answers; {why}",
            place=self.line.place,
            count=len(self._units),
            why=self.faults.units[unit],
        )
