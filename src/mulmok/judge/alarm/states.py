"""The alarm's transition tables, and nothing else. Every transition there is stands in this file.

Theory of operation. One machine with all of ISA-18.2's states is a product of three questions that
have nothing to do with each other, so there are three small machines:

- *condition*: where does the process stand? Driven by what is measured (TRUE, FALSE, UNKNOWN) and by
  its own timer (DUE). UNKNOWN means there is no data, whether a row says so or none comes: neither
  true nor false. It changes no state; it only holds the timer of TIMED states, which goes on, with
  what was left of it, at the next TRUE or FALSE.
- *acknowledgement*: has somebody seen it? Driven by the condition's changes and by the operator.
- *suppression*: is it kept from the operator, and why? Driven by operator and logic. It hides; the
  other two machines go on underneath.

The machines meet in the joint rules below. A change of the condition is a notice to the
acknowledgement (CONDITION_RAISES). While the alarm is suppressed the notice is another one
(SUPPRESSED_INPUT): nothing is annunciated then, so nothing new waits to be acknowledged. When the
suppression ends, a condition that still holds is annunciated afresh, acknowledged before or not
(RELEASED_INPUT). What is acknowledged after it has returned is over (ACKNOWLEDGED_INPUT). ISA names
are a view of the triple (`isa_state`).

A delay of zero passes straight through: PENDING and CLEARING are left in the instant they are entered.
The diagram in docs/reference/alarm-states.md is drawn from these tables.
"""

from __future__ import annotations

from enum import StrEnum

from mulmok.model.alarm import Acknowledgement, Condition, IsaState, Suppression


class Input(StrEnum):
    """What drives the condition."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    DUE = "due"


class Notice(StrEnum):
    """What drives the acknowledgement."""

    RAISE = "raise"
    RETURN = "return"
    FORGET = "forget"
    ACKNOWLEDGE = "acknowledge"


class Order(StrEnum):
    """What drives the suppression."""

    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    EXPIRE = "expire"
    INHIBIT = "inhibit"
    RELEASE = "release"
    OUT_OF_SERVICE = "out_of_service"
    IN_SERVICE = "in_service"


_C, _A, _S = Condition, Acknowledgement, Suppression

CONDITION: dict[Condition, dict[Input, Condition]] = {
    _C.NORMAL: {
        Input.TRUE: _C.PENDING,
        Input.FALSE: _C.NORMAL,
        Input.UNKNOWN: _C.NORMAL,
        Input.DUE: _C.NORMAL,
    },
    _C.PENDING: {
        Input.TRUE: _C.PENDING,
        Input.FALSE: _C.NORMAL,
        Input.UNKNOWN: _C.PENDING,
        Input.DUE: _C.ACTIVE,
    },
    _C.ACTIVE: {
        Input.TRUE: _C.ACTIVE,
        Input.FALSE: _C.CLEARING,
        Input.UNKNOWN: _C.ACTIVE,
        Input.DUE: _C.ACTIVE,
    },
    _C.CLEARING: {
        Input.TRUE: _C.ACTIVE,
        Input.FALSE: _C.CLEARING,
        Input.UNKNOWN: _C.CLEARING,
        Input.DUE: _C.NORMAL,
    },
}

ACKNOWLEDGEMENT: dict[Acknowledgement, dict[Notice, Acknowledgement]] = {
    _A.NONE: {
        Notice.RAISE: _A.UNACKED,
        Notice.RETURN: _A.NONE,
        Notice.FORGET: _A.NONE,
        Notice.ACKNOWLEDGE: _A.NONE,
    },
    _A.UNACKED: {
        Notice.RAISE: _A.UNACKED,
        Notice.RETURN: _A.UNACKED,
        Notice.FORGET: _A.NONE,
        Notice.ACKNOWLEDGE: _A.ACKED,
    },
    _A.ACKED: {
        Notice.RAISE: _A.UNACKED,
        Notice.RETURN: _A.NONE,
        Notice.FORGET: _A.NONE,
        Notice.ACKNOWLEDGE: _A.ACKED,
    },
}

#: An order that leaves a state unchanged is refused, except those in RENEWS: the operator is told,
#: nothing happens. The stronger reason wins: what is out of service cannot be shelved.
SUPPRESSION: dict[Suppression, dict[Order, Suppression]] = {
    _S.NONE: {
        Order.SHELVE: _S.SHELVED,
        Order.UNSHELVE: _S.NONE,
        Order.EXPIRE: _S.NONE,
        Order.INHIBIT: _S.INHIBITED,
        Order.RELEASE: _S.NONE,
        Order.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
        Order.IN_SERVICE: _S.NONE,
    },
    _S.SHELVED: {
        Order.SHELVE: _S.SHELVED,
        Order.UNSHELVE: _S.NONE,
        Order.EXPIRE: _S.NONE,
        Order.INHIBIT: _S.INHIBITED,
        Order.RELEASE: _S.SHELVED,
        Order.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
        Order.IN_SERVICE: _S.SHELVED,
    },
    _S.INHIBITED: {
        Order.SHELVE: _S.INHIBITED,
        Order.UNSHELVE: _S.INHIBITED,
        Order.EXPIRE: _S.INHIBITED,
        Order.INHIBIT: _S.INHIBITED,
        Order.RELEASE: _S.NONE,
        Order.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
        Order.IN_SERVICE: _S.INHIBITED,
    },
    _S.OUT_OF_SERVICE: {
        Order.SHELVE: _S.OUT_OF_SERVICE,
        Order.UNSHELVE: _S.OUT_OF_SERVICE,
        Order.EXPIRE: _S.OUT_OF_SERVICE,
        Order.INHIBIT: _S.OUT_OF_SERVICE,
        Order.RELEASE: _S.OUT_OF_SERVICE,
        Order.OUT_OF_SERVICE: _S.OUT_OF_SERVICE,
        Order.IN_SERVICE: _S.NONE,
    },
}

#: Orders that change no state but what stands with it: a shelf gets another end.
RENEWS = frozenset({(_S.SHELVED, Order.SHELVE)})

#: States that are left by their own timer, and that UNKNOWN holds.
TIMED = frozenset({_C.PENDING, _C.CLEARING})

#: Joint rule: a change of the condition (from, to) is a notice to the acknowledgement.
CONDITION_RAISES: dict[tuple[Condition, Condition], Notice] = {
    (_C.PENDING, _C.ACTIVE): Notice.RAISE,
    (_C.CLEARING, _C.NORMAL): Notice.RETURN,
}

#: Joint rule: what the acknowledgement hears instead while the alarm is suppressed.
SUPPRESSED_INPUT: dict[Notice, Notice | None] = {
    Notice.RAISE: None,
    Notice.RETURN: Notice.FORGET,
    Notice.FORGET: Notice.FORGET,
    Notice.ACKNOWLEDGE: None,
}

#: Joint rule: what the acknowledgement hears when the suppression ends, by whether the condition
#: holds then. An active alarm rings again even if it was acknowledged before it was hidden: whoever
#: is on duty now may never have seen it.
RELEASED_INPUT: dict[tuple[bool, Acknowledgement], Notice | None] = {
    (True, _A.NONE): Notice.RAISE,
    (True, _A.UNACKED): Notice.RAISE,
    (True, _A.ACKED): Notice.RAISE,
    (False, _A.NONE): None,
    (False, _A.UNACKED): None,
    (False, _A.ACKED): Notice.RETURN,
}

#: Joint rule: what the acknowledgement hears after ACKNOWLEDGE, by whether the condition still holds.
ACKNOWLEDGED_INPUT: dict[bool, Notice | None] = {True: None, False: Notice.RETURN}

#: The condition holds in these states.
ACTIVE_CONDITIONS = frozenset({_C.ACTIVE, _C.CLEARING})

_SUPPRESSED_VIEW = {
    _S.SHELVED: IsaState.SHLVD,
    _S.INHIBITED: IsaState.DSUPR,
    _S.OUT_OF_SERVICE: IsaState.OOSRV,
}
_VIEW = {
    (False, _A.NONE): IsaState.NORM,
    (False, _A.UNACKED): IsaState.RTNUN,
    (False, _A.ACKED): IsaState.NORM,
    (True, _A.NONE): IsaState.ACKED,
    (True, _A.UNACKED): IsaState.UNACK,
    (True, _A.ACKED): IsaState.ACKED,
}


def isa_state(
    condition: Condition, acknowledgement: Acknowledgement, suppression: Suppression
) -> IsaState:
    """ISA-18.2 state of the triple."""
    if suppression is not _S.NONE:
        return _SUPPRESSED_VIEW[suppression]
    return _VIEW[condition in ACTIVE_CONDITIONS, acknowledgement]
