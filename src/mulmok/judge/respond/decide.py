"""Decide what is to be done: pure functions of what the alarms did and what people asked for."""

from __future__ import annotations

from mulmok.model.alarm import IsaState, Transition
from mulmok.model.effect import Notify, TakeSample
from mulmok.model.message import Command

#: Up to this priority somebody is told; notes (4) are for the list, not for the phone. Site choice.
_TOLD = 3


def notice(change: Transition) -> Notify | None:
    """Ask for a notice of an alarm that has just become unacknowledged; None for any other change.

    The key makes a second request for the same rise the same request.
    """
    if change.after is not IsaState.UNACK or change.priority > _TOLD:
        return None
    return Notify(
        key=f"{change.alarm}/{change.at}/{change.after.value}",
        at=change.at,
        alarm=change.alarm,
        priority=change.priority,
        state=change.after.value,
        cause=change.cause,
    )


def sampling(command: Command | None) -> tuple[TakeSample, ...]:
    """Ask for the sample that a command asks for, if it does."""
    if command is None or not command.sampler:
        return ()
    key = f"sample/{command.sampler}/{command.at}"
    return (TakeSample(key, command.at, command.sampler, command.who, command.why, command.event),)


def decide(transitions: tuple[Transition, ...]) -> tuple[Notify, ...]:
    """Ask for a notice of every alarm that has just become unacknowledged."""
    return tuple(asked for change in transitions if (asked := notice(change)) is not None)
