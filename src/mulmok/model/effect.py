"""Effect: what the system is asked to do to the world. Requested here, performed by the shell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell somebody about an alarm; `key` makes a second request the same request."""

    key: str
    at: int
    alarm: str
    priority: int
    #: ISA-18.2 state it is about.
    state: str
    cause: str


@dataclass(frozen=True, slots=True)
class TakeSample:
    """Have a sampler take a sample; `key` makes a second request the same request.

    at      when it was asked for [ns UTC]: a sample of much later is of another water
    event   the event it belongs to, or ""
    """

    key: str
    at: int
    sampler: str
    who: str
    why: str
    event: str = ""


Effect = Notify | TakeSample
