"""Decide whom to tell: a pure function of what the alarms did."""

from __future__ import annotations

from mulmok.model.alarm import IsaState, Transition
from mulmok.model.effect import Notify

#: Up to this priority somebody is told; notes (4) are for the list, not for the phone. Site choice.
_TOLD = 3


def decide(transitions: tuple[Transition, ...]) -> tuple[Notify, ...]:
    """Ask for a notice of every alarm that has just become unacknowledged.

    The key makes a second request for the same rise the same request.
    """
    return tuple(
        Notify(
            key=f"{change.alarm}/{change.at}/{change.after.value}",
            at=change.at,
            alarm=change.alarm,
            priority=change.priority,
            state=change.after.value,
            cause=change.cause,
        )
        for change in transitions
        if change.after is IsaState.UNACK and change.priority <= _TOLD
    )
