"""Course: what is made of the evidence at a place from slot to slot.

Nothing is named on a glance: an instrument's step must last, and foreign water must outweigh "nothing",
more water and every single instrument by the threshold that keeps the budget of false warnings. What
is named is held: the filters of the channels concerned stand still, so that neither an event nor a
broken probe teaches that it is normal, and end when the channels are back where they were expected, or
when they have stayed so long that they are taken for the new normal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mulmok.judge.detect.ailing import look_who_leans, well_again
from mulmok.judge.detect.blame import alone, blamed, called
from mulmok.judge.detect.budget import MISS, ONE, WARM_UP, a_day_later, threshold
from mulmok.judge.detect.evidence import Evidence
from mulmok.judge.detect.explain import MOVED
from mulmok.judge.detect.flood import recedes, returns
from mulmok.judge.detect.hold import forget_onsets, hold, is_back, release
from mulmok.judge.detect.memory import CONFIRMED, Pattern, bar, judged, remembered
from mulmok.judge.detect.place import Episode, Place, PlaceState, StepFault
from mulmok.judge.detect.telling import event_of, finding_of, sighting_of, words_of
from mulmok.model.block import Instants
from mulmok.model.finding import Finding
from mulmok.model.sighting import Sighting
from mulmok.model.time import HOUR, MINUTE, NEVER

#: Log odds from which something is seen, more water is named.
SEEN, FLOODED = 1.5, 2.0
#: Log odds up to which a warning was a weak one: it may be taken back, and counts as a near miss.
WEAK = 3.0
#: A weak warning is taken back within so long, when one instrument explains all [ns].
_TAKEN_BACK = HOUR
#: Without evidence for so long what was seen is forgotten, an episode of more water is over.
_FORGET, _OVER = 20 * MINUTE, 60 * MINUTE
#: Foreign water that has lasted so long is taken for the new normal. Site choice.
ACCEPT_WATER = 12 * HOUR
#: Nothing is learnt for so long after something has ended.
_REST = 2 * HOUR


@dataclass
class Course:
    """One place while its slots are gone through; `state` is what becomes of it."""

    place: Place
    state: PlaceState
    #: False warnings in 30 days that are put up with.
    budget: float
    instants: Instants
    findings: list[Finding]
    sightings: list[Sighting]

    def threshold(self, slot: int) -> float:
        """Log odds foreign water must reach now."""
        days = (slot - self.state.begun) / self.place.a_day
        return threshold(self.state.misses, self.budget, days)

    def ready(self, slot: int) -> bool:
        """Whether enough has been seen for anything to be called unusual."""
        return slot - self.state.begun >= WARM_UP * self.place.a_day

    def saw(self, slot: int, evidence: Evidence) -> None:
        """Take in what one slot's most telling onset says."""
        episode = self.state.episode
        if episode is not None and episode.warned != NEVER:
            return
        if evidence.any > SEEN:
            self._notice(slot)
            flood = self.state.flood
            if episode is None and flood and recedes(self.place, flood, slot, evidence):
                # It was not over: its end is told anew.
                episode = replace(flood, last=slot)
                self.state = replace(self.state, episode=episode, flood=None)
        if evidence.odds > MISS:
            self._near(slot)
        wanted = self.threshold(slot) + (0.0 if episode is None else 1.0)
        if evidence.odds > wanted + min(CONFIRMED, 0.0):
            steps = self.place.in_steps(evidence.step)
            if episode is not None and returns(self.place, episode, evidence):
                self._flood(slot, evidence)  # the way back from it, and nothing new
                return
            moved, why = bar(self.state.patterns, steps, slot, self.place.a_day)
            if evidence.odds > wanted + moved:
                self._open(slot, evidence)
                return
            if why and evidence.odds > wanted and not (episode and episode.foreign):
                self._open(slot, evidence, why)
                return
        if episode is not None and episode.foreign:
            return
        if evidence.hydraulic_odds > FLOODED:
            self._flood(slot, evidence)
        elif episode is None:
            self._blame(slot, evidence)

    def _notice(self, slot: int) -> None:
        state = self.state
        self.state = replace(
            state,
            pending=state.pending if self._pending(slot) else slot,
            pending_last=slot,
            restless=max(state.restless, slot + self.place.slots(_FORGET)),
        )

    def _near(self, slot: int) -> None:
        """Count a near miss; what comes within an hour of the last is the same one."""
        state = self.state
        again = slot - state.missed <= self.place.slots(_OVER)
        self.state = replace(state, missed=slot, misses=state.misses + (0.0 if again else ONE))

    def _pending(self, slot: int) -> bool:
        return slot - self.state.pending_last <= self.place.slots(_FORGET)

    def _open(self, slot: int, evidence: Evidence, known: str = "") -> None:
        """Tell of foreign water; warn of it unless it is known."""
        episode = self.state.episode
        opened = Episode(
            True, evidence.entry, evidence.onset,
            self._seen(slot) if episode is None else episode.seen,
            slot, slot, NEVER if known else slot,
            evidence.odds, *words_of(self.place, evidence, self.state.patterns), known,
        )  # fmt: skip
        self.state = replace(self.state, episode=opened)
        self._hold_water(evidence)
        self._tell(opened, slot)

    def _flood(self, slot: int, evidence: Evidence) -> None:
        """Open or go on with more water: told of and not warned of."""
        episode = self.state.episode
        if episode is None:
            opened = Episode(
                False, -1, evidence.onset, self._seen(slot), slot, slot, NEVER,
                evidence.odds, *words_of(self.place, evidence, self.state.patterns),
            )  # fmt: skip
            self.state = replace(self.state, episode=opened)
            self._tell(opened, slot)
            return
        if evidence.hydraulic_odds > FLOODED:
            weights, moved, fraction = words_of(self.place, evidence, self.state.patterns)
            # Its end is told by its largest: the way back is compared with that as well.
            if sum(abs(z) for _, _, z in moved) > sum(abs(z) for _, _, z in episode.moved):
                episode = replace(episode, weights=weights, moved=moved, fraction=fraction)
        self.state = replace(self.state, episode=replace(episode, last=slot))

    def _blame(self, slot: int, evidence: Evidence) -> None:
        """Name an instrument that has left all others alone."""
        channel = blamed(self.place, self.state, evidence)
        if channel is None:
            return
        kind = called(self.state, channel, evidence)
        fault = StepFault(channel, evidence.onset, self._seen(slot), slot, kind)
        self.state = replace(self.state, faults=(*self.state.faults, fault), pending_last=NEVER)
        hold(self.state, channel, evidence.entry, NEVER)
        forget_onsets(self.state)
        self.findings.append(finding_of(self.place, fault, self.instants))

    def look_after(self, slot: int, evidence: Evidence | None) -> None:
        """Follow what is going on, every few slots; `evidence` is that of the held onset."""
        self.state, over = well_again(self.place, self.state, slot)
        self.findings += [finding_of(self.place, fault, self.instants, slot) for fault in over]
        episode = self.state.episode
        if episode is not None:
            if episode.foreign:
                self._follow(episode, slot, evidence)
            elif slot - episode.last > self.place.slots(_OVER):
                self._end(episode, slot, accepted=False)
        if self.state.pending_last != NEVER and not self._pending(slot):
            self.state = replace(self.state, pending_last=NEVER)

    def a_day_passed(self) -> None:
        """Let near misses fade."""
        self.state = replace(self.state, misses=a_day_later(self.state.misses))

    @property
    def busy(self) -> bool:
        """Whether something has to be followed slot by slot."""
        state = self.state
        stepped = any(not fault.slow for fault in state.faults)
        return stepped or state.episode is not None or state.pending_last != NEVER

    def _follow(self, episode: Episode, slot: int, evidence: Evidence | None) -> None:
        if evidence is not None:
            self._hold_water(evidence)
            if evidence.odds >= episode.odds - 1.0 or self._mistaken(episode, slot, evidence):
                weights, moved, fraction = words_of(self.place, evidence, self.state.patterns)
                # Told again when it looks like another water, or when more channels have moved.
                changed = weights[0][0] != episode.weights[0][0] or len(moved) > len(episode.moved)
                episode = replace(
                    episode, odds=max(evidence.odds, episode.odds),
                    weights=weights, moved=moved, fraction=fraction,
                )  # fmt: skip
                self.state = replace(self.state, episode=episode)
                if changed:
                    self._tell(episode, slot)
        held = self._held_by_water()
        if all(is_back(self.place, self.state, c) for c in held):
            self._end(episode, slot, accepted=False)
        elif slot - episode.since > self.place.slots(ACCEPT_WATER):
            self._end(episode, slot, accepted=True)

    def _mistaken(self, episode: Episode, slot: int, evidence: Evidence) -> bool:
        """Whether a weak warning was an instrument's step after all."""
        early = slot - episode.at <= self.place.slots(_TAKEN_BACK)
        return early and episode.odds < WEAK and alone(evidence)

    def _end(self, episode: Episode, slot: int, *, accepted: bool) -> None:
        if episode.foreign:
            for channel in self._held_by_water():
                release(self.state, channel, accepted=accepted)
            self._remember(episode)
        else:
            self.state = replace(self.state, flood=episode)
        # What has stepped meanwhile is explained by it.
        forget_onsets(self.state)
        rest = slot + self.place.slots(_REST)
        # What was surely foreign water is no near miss.
        sure = episode.foreign and episode.odds > WEAK
        misses = self.state.misses - (ONE if sure else 0.0)
        self.state = replace(
            self.state, episode=None, restless=rest, pending_last=NEVER, misses=max(misses, 0.0)
        )
        self._tell(episode, slot, ended=True, accepted=accepted)

    def an_hour_passed(self, slot: int) -> None:
        """Look who leans away from the others."""
        ready = self.ready(slot)
        self.state, found = look_who_leans(self.place, self.state, slot, ready=ready)
        self.findings += [finding_of(self.place, fault, self.instants) for fault in found]

    def _held_by_water(self) -> list[int]:
        stepped = {fault.channel for fault in self.state.faults if not fault.slow}
        return [c for c in np.flatnonzero(self.state.held).tolist() if c not in stepped]

    def _hold_water(self, evidence: Evidence) -> None:
        for channel in np.flatnonzero(np.abs(evidence.z) > MOVED).tolist():
            if not self.state.held[channel]:
                hold(self.state, channel, evidence.entry, evidence.onset)
        forget_onsets(self.state, evidence.entry)

    def _seen(self, slot: int) -> int:
        return self.state.pending if self._pending(slot) else slot

    def judge(self, event: str, said: str, *, real: bool) -> None:
        """Take in what people said of an event, be it still going on.

        said   the cause that was confirmed, or the id of the water; an instrument's fault or more water
               teaches nothing of foreign water
        """
        cause = self.place.cause_of(said)
        if real and cause is None:
            return
        episode = self.state.episode
        if episode is not None and episode.foreign and event_of(self.place, episode) == event:
            self._remember(episode)
        known = judged(self.state.patterns, event, cause or "", real=real)
        self.state = replace(self.state, patterns=known)

    def _remember(self, episode: Episode) -> None:
        name = event_of(self.place, episode)
        pattern = Pattern(name, episode.seen, self.place.moved(episode))
        known = remembered(self.state.patterns, pattern)
        self.state = replace(self.state, patterns=known)

    def _tell(
        self, episode: Episode, slot: int, *, ended: bool = False, accepted: bool = False
    ) -> None:
        self.sightings.append(
            sighting_of(self.place, episode, slot, self.instants, ended=ended, accepted=accepted)
        )
