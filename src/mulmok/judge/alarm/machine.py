"""Runs the tables for one alarm. Instants, not booleans; a timer is a deadline in the state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mulmok.judge.alarm.states import (
    ACKNOWLEDGEMENT,
    ACTIVE_CONDITIONS,
    CONDITION,
    CONDITION_RAISES,
    RELEASED_INPUT,
    SUPPRESSED_INPUT,
    SUPPRESSION,
    Input,
    Notice,
    Order,
    isa_state,
)
from mulmok.model.alarm import (
    Acknowledgement,
    AlarmRule,
    Condition,
    IsaState,
    Suppression,
)

_TIMED = (Condition.PENDING, Condition.CLEARING)


@dataclass(frozen=True, slots=True)
class Life:
    """One alarm's state: three machines, and the instants of what happened [ns UTC]."""

    condition: Condition = Condition.NORMAL
    acknowledgement: Acknowledgement = Acknowledgement.NONE
    suppression: Suppression = Suppression.NONE
    #: Deadline of PENDING or CLEARING; None while no timer runs.
    due: int | None = None
    #: What is left of a held timer [ns]; None while none is held.
    left: int | None = None
    active_since: int | None = None
    returned_at: int | None = None
    acked_at: int | None = None
    acked_by: str = ""
    suppressed_by: str = ""
    suppressed_why: str = ""
    shelved_until: int | None = None
    cause: str = ""

    @property
    def state(self) -> IsaState:
        """ISA-18.2 view."""
        return isa_state(self.condition, self.acknowledgement, self.suppression)

    @property
    def deadline(self) -> int | None:
        """Next instant at which something happens by itself."""
        times = [at for at in (self.due, self.shelved_until) if at is not None]
        return min(times) if times else None


def heard(life: Life, rule: AlarmRule, given: Input, at: int, cause: str) -> Life:
    """What becomes of an alarm when its condition's input is `given` at `at`."""
    if given is Input.UNKNOWN:
        if life.due is not None:
            return replace(life, due=None, left=max(life.due - at, 0))
        return life
    if life.left is not None:
        life = replace(life, due=at + life.left, left=None)
    after = CONDITION[life.condition][given]
    if after is life.condition:
        return life
    cause = cause if given is Input.TRUE else life.cause
    life = _entered(replace(life, due=None, left=None, cause=cause), life.condition, after, at)
    if after in _TIMED:
        delay = rule.on_delay if after is Condition.PENDING else rule.off_delay
        life = replace(life, due=at + delay)
        if delay == 0:
            return passed(life, at)
    return life


def passed(life: Life, at: int) -> Life:
    """What becomes of an alarm at its own deadline `at`: a delay is over, or a shelf time."""
    if life.due is not None and life.due <= at:
        after = CONDITION[life.condition][Input.DUE]
        life = _entered(replace(life, due=None), life.condition, after, at)
    if life.shelved_until is not None and life.shelved_until <= at:
        life = _suppressed(life, SUPPRESSION[life.suppression][Order.EXPIRE])
    return life


def acknowledged(life: Life, at: int, who: str) -> Life | None:
    """Acknowledge; None when there is nothing to acknowledge."""
    if life.suppression is not Suppression.NONE:
        return None
    if life.acknowledgement is not Acknowledgement.UNACKED:
        return None
    after = ACKNOWLEDGEMENT[life.acknowledgement][Notice.ACKNOWLEDGE]
    if life.condition not in ACTIVE_CONDITIONS:
        # Returned already: with this it is over (ISA-18.2 transition from RTNUN to NORM).
        after = ACKNOWLEDGEMENT[after][Notice.RETURN]
    return replace(life, acknowledgement=after, acked_at=at, acked_by=who)


def ordered(
    life: Life, order: Order, *, who: str, why: str, until: int | None
) -> Life | None:
    """Shelve, inhibit, take out of service, or undo it; None when that changes nothing."""
    after = SUPPRESSION[life.suppression][order]
    extends = order is Order.SHELVE and life.suppression is Suppression.SHELVED
    if after is life.suppression and not extends:
        return None
    life = _suppressed(life, after)
    if after is Suppression.NONE:
        return life
    return replace(life, suppressed_by=who, suppressed_why=why, shelved_until=until)


def _entered(life: Life, before: Condition, after: Condition, at: int) -> Life:
    life = replace(life, condition=after)
    notice = CONDITION_RAISES.get((before, after))
    if notice is Notice.RAISE:
        life = replace(life, active_since=at, returned_at=None, acked_at=None, acked_by="")
    elif notice is Notice.RETURN:
        life = replace(life, returned_at=at)
    return _noticed(life, notice)


def _suppressed(life: Life, after: Suppression) -> Life:
    life = replace(
        life, suppression=after, suppressed_by="", suppressed_why="", shelved_until=None
    )
    if after is Suppression.NONE:
        active = life.condition in ACTIVE_CONDITIONS
        return _noticed(life, RELEASED_INPUT[active, life.acknowledgement])
    return life


def _noticed(life: Life, notice: Notice | None) -> Life:
    if notice is not None and life.suppression is not Suppression.NONE:
        notice = SUPPRESSED_INPUT[notice]
    if notice is None:
        return life
    return replace(life, acknowledgement=ACKNOWLEDGEMENT[life.acknowledgement][notice])
