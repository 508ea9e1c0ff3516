"""Runs the tables for one alarm. Instants, not booleans; a timer is a deadline in the state."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mulmok.judge.alarm.states import (
    ACKNOWLEDGED_INPUT,
    ACKNOWLEDGEMENT,
    ACTIVE_CONDITIONS,
    CONDITION,
    CONDITION_RAISES,
    RELEASED_INPUT,
    RENEWS,
    SUPPRESSED_INPUT,
    SUPPRESSION,
    TIMED,
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
from mulmok.model.time import NEVER


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
    #: Last change of the condition: what is heard later never acts before it.
    since: int = NEVER
    active_since: int | None = None
    returned_at: int | None = None
    acked_at: int | None = None
    acked_by: str = ""
    suppressed_at: int | None = None
    suppressed_by: str = ""
    suppressed_why: str = ""
    shelved_until: int | None = None
    #: What took the condition out of NORMAL the last time.
    cause: str = ""
    #: Last word heard of the condition: its instant, and how far time had come when it was known.
    heard_at: int = NEVER
    heard_known_at: int = NEVER
    #: Last transition told, and when that was known: an alarm's story never goes back.
    told_at: int = NEVER
    told_known_at: int = NEVER

    @property
    def state(self) -> IsaState:
        """ISA-18.2 view."""
        return isa_state(self.condition, self.acknowledgement, self.suppression)

    @property
    def deadline(self) -> int | None:
        """Next instant at which something happens by itself."""
        if self.due is None or self.shelved_until is None:
            return self.shelved_until if self.due is None else self.due
        return min(self.due, self.shelved_until)


def heard(life: Life, rule: AlarmRule, given: Input, at: int, cause: str) -> Life:
    """What becomes of an alarm when its condition's input is `given` at `at`."""
    at = max(at, life.since)
    if given is Input.UNKNOWN:
        life = _held(life, at)
    elif life.left is not None:
        # A reading from before the hold, heard only after it, gives no time back.
        life = replace(life, due=max(at, life.heard_at) + life.left, left=None)
    after = CONDITION[life.condition][given]
    if after is life.condition:
        return life
    if life.condition is Condition.NORMAL:
        life = replace(life, cause=cause)
    life = _entered(life, after, at)
    if after not in TIMED:
        return life
    delay = rule.on_delay if after is Condition.PENDING else rule.off_delay
    life = replace(life, due=at + delay)
    return life if delay else _run_out(life, at)


def passed(life: Life, at: int) -> Life:
    """What becomes of an alarm at its own deadline `at`: a delay is over, or a shelf time."""
    if life.due is not None and life.due <= at:
        life = _run_out(life, at)
    if life.shelved_until is not None and life.shelved_until <= at:
        life = _suppressed(life, SUPPRESSION[life.suppression][Order.EXPIRE])
    return life


def acknowledged(life: Life, at: int, who: str) -> Life | None:
    """Acknowledge; None when there is nothing to acknowledge."""
    if life.suppression is not Suppression.NONE:
        return None
    if life.acknowledgement is not Acknowledgement.UNACKED:
        return None
    life = _noticed(life, Notice.ACKNOWLEDGE)
    life = _noticed(life, ACKNOWLEDGED_INPUT[life.condition in ACTIVE_CONDITIONS])
    return replace(life, acked_at=at, acked_by=who)


def ordered(
    life: Life, order: Order, at: int, *, who: str, why: str, until: int | None
) -> Life | None:
    """Shelve, inhibit, take out of service, or undo it; None when that changes nothing."""
    after = SUPPRESSION[life.suppression][order]
    if after is life.suppression and (life.suppression, order) not in RENEWS:
        return None
    since = life.suppressed_at if after is life.suppression else at
    life = _suppressed(life, after)
    if after is Suppression.NONE:
        return life
    return replace(
        life, suppressed_at=since, suppressed_by=who, suppressed_why=why, shelved_until=until
    )


def _held(life: Life, at: int) -> Life:
    if life.due is None:
        return life
    return replace(life, due=None, left=max(life.due - at, 0))


def _run_out(life: Life, at: int) -> Life:
    return _entered(life, CONDITION[life.condition][Input.DUE], at)


def _entered(life: Life, after: Condition, at: int) -> Life:
    notice = CONDITION_RAISES.get((life.condition, after))
    life = replace(life, condition=after, since=at, due=None, left=None)
    if notice is Notice.RAISE:
        life = replace(life, active_since=at, returned_at=None, acked_at=None, acked_by="")
    elif notice is Notice.RETURN:
        life = replace(life, returned_at=at)
    return _noticed(life, notice)


def _suppressed(life: Life, after: Suppression) -> Life:
    life = replace(
        life,
        suppression=after,
        suppressed_at=None,
        suppressed_by="",
        suppressed_why="",
        shelved_until=None,
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
    if notice is Notice.RAISE:
        life = replace(life, acked_at=None, acked_by="")
    return replace(life, acknowledgement=ACKNOWLEDGEMENT[life.acknowledgement][notice])
