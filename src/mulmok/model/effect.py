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
