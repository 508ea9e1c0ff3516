"""Throttle: how often a sign-in may fail before one has to wait."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from mulmok.model.time import MINUTE

#: So many failures for one name from one address, or from one address whatever the name, within
#: `_SPAN` [ns] close the door until the oldest has aged. Site choice.
_FOR_NAME = 5
_FOR_ADDRESS = 30
_SPAN = 15 * MINUTE
#: Names and addresses remembered; the longest unheard of are forgotten first.
_ROOM = 10_000


@dataclass
class Throttle:
    """Remembers failures per (address, name) and per (address)."""

    _failures: OrderedDict[tuple[str, ...], list[int]] = field(default_factory=OrderedDict)

    def wait(self, name: str, address: str, now: int) -> int:
        """Give how long to wait before the next try [ns]; 0: try now."""
        return max(
            self._wait((address, name), _FOR_NAME, now),
            self._wait((address,), _FOR_ADDRESS, now),
        )

    def failed(self, name: str, address: str, now: int) -> None:
        """Remember a failure."""
        for key in ((address, name), (address,)):
            self._failures.setdefault(key, []).append(now)
            self._failures.move_to_end(key)
        while len(self._failures) > _ROOM:
            self._failures.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name that has come in, and its last try at its address."""
        self._failures.pop((address, name), None)
        if self._failures.get((address,)):
            self._failures[(address,)].pop()

    def _wait(self, key: tuple[str, ...], allowed: int, now: int) -> int:
        failures = [at for at in self._failures.get(key, ()) if at > now - _SPAN]
        if key in self._failures:
            self._failures[key] = failures[-allowed:]
        if len(failures) < allowed:
            return 0
        return failures[-allowed] + _SPAN - now
