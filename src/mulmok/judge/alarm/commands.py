"""What an operator may ask of an alarm, and when the answer is no."""

from __future__ import annotations

from mulmok.judge.alarm.machine import Life, acknowledged, ordered
from mulmok.judge.alarm.states import Order
from mulmok.model.alarm import ISA_NAMES, Refusal
from mulmok.model.duration import spoken
from mulmok.model.message import Action, Command
from mulmok.model.text import Text, text
from mulmok.model.time import DAY

#: No alarm is shelved for longer: a forgotten shelf is a blind spot. Site choice, in line with the
#: usual practice of one or two shifts.
LONGEST_SHELF = DAY

_ORDERS = {
    Action.SHELVE: Order.SHELVE,
    Action.UNSHELVE: Order.UNSHELVE,
    Action.INHIBIT: Order.INHIBIT,
    Action.RELEASE: Order.RELEASE,
    Action.OUT_OF_SERVICE: Order.OUT_OF_SERVICE,
    Action.IN_SERVICE: Order.IN_SERVICE,
}
_NEED_WHY = (Action.SHELVE, Action.INHIBIT, Action.OUT_OF_SERVICE)


def carried_out(life: Life, command: Command, at: int) -> Life | Refusal:
    """Carry a command out at `at` [ns UTC], or say why not; then nothing has changed."""
    if command.action is Action.ACKNOWLEDGE:
        after = acknowledged(life, at, command.who)
        return after or Refusal(command, text("there is nothing to acknowledge"))
    if command.action not in _ORDERS:
        return Refusal(command, text("this is said of an event, not of an alarm"))
    if command.action in _NEED_WHY and not command.why.strip():
        return Refusal(command, text("a reason is needed"))
    if command.action is Action.SHELVE:
        fault = _shelf_fault(command, at)
        if fault is not None:
            return Refusal(command, fault)
    after = ordered(
        life,
        _ORDERS[command.action],
        at,
        who=command.who,
        why=command.why,
        until=command.until if command.action is Action.SHELVE else None,
    )
    return after or Refusal(
        command, text("the alarm is {state}; this changes nothing", state=ISA_NAMES[life.state])
    )


def _shelf_fault(command: Command, at: int) -> Text | None:
    if command.until is None or command.until <= at:
        return text("until when? a time after now is needed")
    if command.until - max(command.at, at) > LONGEST_SHELF:
        return text("at most {longest} at a time", longest=spoken(LONGEST_SHELF))
    return None
