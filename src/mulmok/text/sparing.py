"""The log without the same line a thousand times: what lasts is said again ever more rarely."""

from __future__ import annotations

import logging
from dataclasses import dataclass

#: Time until a line that keeps coming is said again [s]; it doubles each time, up to the longest.
#: Site choice.
FIRST_S, LONGEST_S = 60.0, 3600.0
#: Lines remembered; beyond that the oldest are forgotten.
_MOST = 1000


@dataclass(slots=True)
class _Said:
    """One line: when it was written, how long it is kept back, and how often it was."""

    at: float
    wait: float = FIRST_S
    held: int = 0


class Sparing(logging.Filter):
    """Keeps repeated lines back; to be added to a handler, after what may change their words."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int, str], _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Let a line through when it is new, or was not written for long enough."""
        line = record.getMessage()
        key = (record.name, record.levelno, line)
        said = self._said.get(key)
        if said is None or record.created - said.at > 2 * LONGEST_S:
            self._remember(key, record.created)
            return True
        if record.created - said.at < said.wait:
            said.held += 1
            return False
        if said.held:
            record.msg, record.args = f"{line} (+{said.held})", ()
        said.at, said.held, said.wait = record.created, 0, min(2 * said.wait, LONGEST_S)
        return True

    def _remember(self, key: tuple[str, int, str], at: float) -> None:
        self._said.pop(key, None)
        self._said[key] = _Said(at)
        if len(self._said) > _MOST:
            del self._said[next(iter(self._said))]
