"""What an instrument says of itself in a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.status import Status
from mulmok.source.modbus.address import Span
from mulmok.source.modbus.settings import located
from mulmok.source.settings import Given

#: The worst first: what is so keeps what comes after it from meaning anything. Without power nothing
#: works; a broken instrument shows nothing of the water, whoever is at it; then what is not running,
#: then what somebody does to it.
WORST_FIRST = (
    Status.POWER_FAIL,
    Status.DEVICE_FAULT,
    Status.COMM_FAIL,
    Status.STOPPED,
    Status.NO_FLOW,
    Status.MAINTENANCE,
    Status.CALIBRATING,
    Status.TRIAL,
    Status.RESENT,
    Status.NORMAL,
)


@dataclass(frozen=True, slots=True)
class StatusWord:
    """Where an instrument's status stands and what it means.

    bits   bit of the whole word -> status; what is not named means nothing
    codes  number in the word, after mask and shift -> status; empty: the number means nothing
    """

    span: Span
    bits: Mapping[int, Status]
    codes: Mapping[int, Status]
    mask: int = 0xFFFF
    shift: int = 0

    @classmethod
    def of(cls, given: Mapping[str, Given], unit: int) -> StatusWord | None:
        """Make it from a channel's own settings, which have been checked; None: it has none."""
        if "status_register" not in given:
            return None
        return cls(
            Span(unit, *located(given, "status_register")),
            _meanings(given.get("status_bits")),
            _meanings(given.get("statuses")),
            int(str(given.get("status_mask", 0xFFFF))),
            int(str(given.get("status_shift", 0))),
        )

    def code(self, word: int) -> int:
        """Give the number in a word."""
        return (word & self.mask) >> self.shift

    def status(self, word: int) -> Status | None:
        """Give the worst of what a word says; None where its number has no meaning."""
        said = [status for bit, status in self.bits.items() if word >> bit & 1]
        if self.codes:
            meant = self.codes.get(self.code(word))
            if meant is None:
                return None
            said.append(meant)
        return worst(*said)

    def word(self, status: Status) -> int:
        """Give a word by which an instrument says a status; one that says nothing where it has none."""
        for bit, meant in self.bits.items():
            if meant is status:
                return 1 << bit | self._code_of(Status.NORMAL)
        return self._code_of(status)

    def _code_of(self, status: Status) -> int:
        for wanted in (status, Status.NORMAL):
            for code, meant in self.codes.items():
                if meant is wanted:
                    return code << self.shift
        return 0


def worst(*said: Status) -> Status:
    """Give the worst of statuses; NORMAL where nothing was said."""
    return min(said, key=WORST_FIRST.index, default=Status.NORMAL)


def _meanings(given: Given | None) -> dict[int, Status]:
    if not isinstance(given, Mapping):
        return {}
    return {int(code): Status[name] for code, name in given.items()}
