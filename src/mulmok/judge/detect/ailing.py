"""Ailing: instruments at fault at a place, found leaning, and followed until they are well again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mulmok.judge.detect.hold import BACK, is_back, release
from mulmok.judge.detect.lean import after_an_hour, leaning, settled, upright
from mulmok.judge.detect.place import Place, PlaceState, StepFault
from mulmok.model.time import DAY, HOUR

Found = tuple[PlaceState, tuple[StepFault, ...]]

#: An instrument's step that has lasted so long is taken for the new normal. Site choice.
ACCEPT_FAULT = 2 * DAY
#: A lean that is found has begun so long before: what `lean` averages over. Site choice.
_BEGUN = 4 * HOUR


def look_who_leans(place: Place, state: PlaceState, slot: int, *, ready: bool) -> Found:
    """Learn of one more hour; give the faults it shows. When the water is unusual, nobody can tell."""
    if state.episode is not None or slot < state.restless:
        return state, ()
    at_fault = np.zeros(len(state.held), np.bool_)
    at_fault[[fault.channel for fault in state.faults]] = True
    bonds = after_an_hour(state.bonds, state.hour_mean(slot, place.slots(HOUR)), at_fault)
    state = replace(state, bonds=bonds)
    if not ready:
        return state, ()
    found = tuple(
        StepFault(
            channel, slot - place.slots(_BEGUN), slot, slot,
            "drift" if bonds.lean[channel] > 0.0 else "fouling", slow=True,
        )
        for channel in np.flatnonzero(leaning(bonds) & ~at_fault & ~place.amount).tolist()
    )  # fmt: skip
    return replace(state, faults=(*state.faults, *found)), found


def well_again(place: Place, state: PlaceState, slot: int) -> Found:
    """End the faults that are over, or have lasted so long; give them."""
    over = []
    for fault in state.faults:
        accepted = slot - fault.at > place.slots(ACCEPT_FAULT)
        if fault.slow:
            ended = accepted or upright(state.bonds, fault.channel)
        else:
            ended = accepted or is_back(place, state, fault.channel)
            if ended:
                release(state, fault.channel, accepted=accepted)
                bonds = settled(state.bonds, fault.channel)
                state = replace(state, bonds=bonds, restless=slot + place.slots(BACK))
        if ended:
            over.append(fault)
    still = tuple(fault for fault in state.faults if fault not in over)
    return replace(state, faults=still), tuple(over)
