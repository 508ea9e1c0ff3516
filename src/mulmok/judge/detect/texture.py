"""Texture: an instrument too still or too rough for what it usually shows.

Stuck: the same value again and again, so often that by the channel's own habit of repeating itself
it is chance once in e^`_SURE`, and for longer than it has done of late. Noise: second differences
several times their usual size and larger than they have been of late, which a rise of the water,
however steep, does not make for long. Both are learnt from the channel itself, so an analyser that
reads every 30 min, or a controller that holds its value, is not taken for a broken one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from mulmok.model.block import Block, Instants, Values
from mulmok.model.channel import Channel
from mulmok.model.finding import Finding
from mulmok.model.flag import Flag, Reason
from mulmok.model.judgement import Expectation
from mulmok.model.time import DAY, MINUTE, NEVER

#: Stuck: natural logarithm of the odds against chance, readings and time at least. Site choice.
_SURE, _REPEATS, _STILL = 14.0, 4, 20 * MINUTE
#: Noise: how many times rougher than usual opens and closes it, over how many readings; and how many
#: times rougher than it has been of late, for how long and how many readings at least: every
#: morning may be rough, and the front of a foreign water is so for some minutes. Site choice.
_ROUGH, _SMOOTH, _SPAN = 3.5, 2.0, 12.0
_ROUGHER, _LASTS, _READINGS = 1.5, 10 * MINUTE, 3
#: Memory of the usual texture; what must have been seen before it counts [readings], and for how long
#: before noise does: days differ from nights.
_MEMORY, _ENOUGH, _DAYS = 3 * DAY, 200, 2 * DAY
#: How slowly the longest run and the roughest time are forgotten: by a factor e in this time.
_LATELY = 14 * DAY
_BAD = np.uint32(
    Reason.STATUS | Reason.PHYSICAL_RANGE | Reason.INSTRUMENT_RANGE | Reason.MISSING | Reason.LATE
)
_FAULTS = ("stuck", "noise")


@dataclass(frozen=True, eq=False)
class TextureState:
    """What is remembered of each channel.

    Last values, run of repeats, habit of repeating and longest run [readings], usual and present
    roughness; in units of the usual one the roughest of late (`peak`) and of this time (`surge`), and
    for how many readings and since when it has been too rough.
    Of the two faults, stuck and noise: since when, known when; NEVER when there is none [ns UTC].
    """

    last: NDArray[np.float64]
    last_at: Instants
    run: Instants
    run_since: Instants
    habit: Values
    longest: Values
    usual: Values
    rough: Values
    peak: Values
    surge: Values
    above: Instants
    above_since: Instants
    seen: Values
    since: Instants
    opened: Instants


@dataclass(frozen=True, eq=False)
class Texture:
    """Texture of every channel."""

    log: NDArray[np.bool_]
    step_size: Values
    every: Instants
    smooth: NDArray[np.bool_]
    name: ClassVar[str] = "texture"
    version: ClassVar[int] = 2
    state_type: ClassVar[type[TextureState]] = TextureState

    @classmethod
    def for_channels(cls, channels: tuple[Channel, ...]) -> Texture:
        """Take each channel's scale and resolution."""
        return cls(
            np.array([channel.quantity.log for channel in channels], np.bool_),
            np.array([max(channel.resolution, 1e-9) for channel in channels]),
            np.array([channel.every for channel in channels], np.int64),
            # What is not checked for spikes, since pumps switch, is rough by right as well.
            np.array([np.isfinite(channel.spike_deviations) for channel in channels], np.bool_),
        )

    def start(self) -> TextureState:
        """Nothing learnt."""
        n = len(self.every)
        return TextureState(
            np.full((n, 2), np.nan),
            np.full(n, NEVER, np.int64),
            np.zeros(n, np.int64),
            np.full(n, NEVER, np.int64),
            np.full(n, 0.2),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n),
            np.zeros(n, np.int64),
            np.full(n, NEVER, np.int64),
            np.zeros(n),
            np.full((n, 2), NEVER, np.int64),
            np.full((n, 2), NEVER, np.int64),
        )

    def step(
        self, state: TextureState, given: tuple[Block, Expectation]
    ) -> tuple[TextureState, tuple[Finding, ...]]:
        """Give the faults that opened and closed in a block."""
        block, _ = given
        if len(block) == 0:
            return state, ()
        after = TextureState(
            state.last.copy(),
            state.last_at.copy(),
            state.run.copy(),
            state.run_since.copy(),
            state.habit.copy(),
            state.longest.copy(),
            state.usual.copy(),
            state.rough.copy(),
            state.peak.copy(),
            state.surge.copy(),
            state.above.copy(),
            state.above_since.copy(),
            state.seen.copy(),
            state.since.copy(),
            state.opened.copy(),
        )
        here = np.isfinite(block.value) & ((block.reasons & _BAD) == 0)
        here &= block.flag != Flag.MISSING
        # Room for the worst case; memory that is never touched is never taken.
        words = np.empty((2 * len(block), 5), np.int64)
        count = _texture(
            block.at, block.value, here, block.bounds, self.log, self.step_size, self.every, self.smooth,
            after.last, after.last_at, after.run, after.run_since, after.habit, after.longest, after.usual,
            after.rough, after.peak, after.surge, after.above, after.above_since, after.seen,
            after.since, after.opened, words,
        )  # fmt: skip
        return after, tuple(self._finding(word) for word in words[:count].tolist())

    def _finding(self, word: list[int]) -> Finding:
        channel, kind, since, at, ended = word
        return Finding(
            detector=self.name,
            channel=channel,
            fault=_FAULTS[kind],
            since=since,
            at=at,
            ended_at=None if ended == NEVER else ended,
        )


@njit(cache=True, nogil=True)
def _texture(  # type: ignore[no-untyped-def]  # noqa: ANN202
    at, value, here, bounds, log, step_size, every, smooth,  # noqa: ANN001
    last, last_at, run, run_since, habit, longest, usual, rough,  # noqa: ANN001
    peak, surge, above, above_since, seen, since, opened, words,  # noqa: ANN001
):  # fmt: skip
    words_said = 0
    for c in range(len(bounds) - 1):
        for row in range(bounds[c], bounds[c + 1]):
            if not here[row]:
                continue
            v = value[row]
            gap = at[row] - last_at[c]
            joined = gap <= 3 * every[c]
            before, earlier = last[c, 0], last[c, 1]
            last_at[c] = at[row]
            last[c, 1] = before if joined else np.nan
            last[c, 0] = v
            if not joined:
                run[c] = 0
                run_since[c] = at[row]
                rough[c] = usual[c]
                continue
            same = abs(v - before) < 0.5 * step_size[c]
            if same:
                if run[c] == 0:
                    run_since[c] = at[row] - gap
                run[c] += 1
            memory = min(gap / _MEMORY, 0.02)
            # How often it repeats itself, and how rough it is, unless it is at fault.
            if seen[c] >= _ENOUGH and opened[c, 0] == NEVER:
                odds = -np.log(min(max(habit[c], 0.02), 0.98))
                if (
                    run[c] >= _REPEATS
                    and run[c] * odds > _SURE
                    and run[c] > 2.0 * longest[c] + 3.0
                    and at[row] - run_since[c] >= _STILL
                ):
                    opened[c, 0] = at[row]
                    since[c, 0] = run_since[c]
                    words[words_said] = c, 0, since[c, 0], at[row], NEVER
                    words_said += 1
            elif opened[c, 0] != NEVER and not same:
                words[words_said] = c, 0, since[c, 0], opened[c, 0], at[row]
                words_said += 1
                opened[c, 0] = NEVER
                run[c] = 0
            if not same:
                if opened[c, 0] == NEVER and run[c] > longest[c]:
                    longest[c] = run[c]
                run[c] = 0
            longest[c] *= 1.0 - min(gap / _LATELY, 0.02)
            if opened[c, 0] == NEVER:
                habit[c] += ((1.0 if same else 0.0) - habit[c]) * memory
            if np.isnan(earlier):
                continue
            least = step_size[c]
            if log[c]:
                bend = np.log(max(v, least)) - 2.0 * np.log(max(before, least))
                bend = abs(bend + np.log(max(earlier, least)))
                # By the largest of the three: a jump from or to nothing must not make room for itself.
                floor = max(0.002, 0.5 * least / max(before, v, earlier, least))
            else:
                bend = abs(v - 2.0 * before + earlier)
                floor = 0.5 * least
            seen[c] += 1.0
            if seen[c] < max(_ENOUGH, _DAYS / every[c]):
                usual[c] += (bend - usual[c]) / seen[c]
                rough[c] = usual[c]
                continue
            level = max(usual[c], floor)
            rough[c] += (min(bend, _SPAN * level) - rough[c]) / _SPAN
            times = rough[c] / level
            surge[c] = max(surge[c], times)
            peak[c] *= 1.0 - min(gap / _LATELY, 0.02)
            if opened[c, 1] == NEVER:
                usual[c] += (min(bend, 4.0 * level) - usual[c]) * memory
                if smooth[c] and times > max(_ROUGH, _ROUGHER * peak[c]):
                    if above[c] == 0:
                        above_since[c] = at[row]
                    above[c] += 1
                else:
                    above[c] = 0
                if above[c] >= _READINGS and at[row] - above_since[c] >= _LASTS:
                    opened[c, 1] = at[row]
                    since[c, 1] = above_since[c]
                    words[words_said] = c, 1, since[c, 1], at[row], NEVER
                    words_said += 1
                elif times < _SMOOTH:
                    peak[c] = max(peak[c], surge[c])
                    surge[c] = 0.0
            elif times < _SMOOTH:
                words[words_said] = c, 1, since[c, 1], opened[c, 1], at[row]
                words_said += 1
                opened[c, 1] = NEVER
                # What comes again is a habit; a fault that comes again is still to be told for a while.
                peak[c] = max(peak[c], 0.8 * surge[c])
                surge[c] = 0.0
                above[c] = 0
    return words_said
