"""What a sewer RTU can be told, and the frame that tells it.

A request is STX, six letters of the site, four of the command, its arguments, ETX, two hexadecimal
digits of the sum, CR.

Of samplers and cleaning pumps two dialects were seen: one word for each of by hand, automatic and
stop (SAMP SAMA SAMS), and a word with an argument for start and one for end (SMPS0 SMPE).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mulmok.source.control_bytes import CR, ETX, STX

SITE = 6


class Checksum(StrEnum):
    """What the sum is taken over: STX to ETX, what lies between, or it is not looked at."""

    WHOLE = "whole"
    INNER = "inner"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Order:
    """A command and its arguments, as they stand in the frame."""

    word: str
    argument: str = ""


class Sampler(StrEnum):
    """What an auto-sampler can be told."""

    BY_HAND = "SAMP"  # 채수 수동
    AUTOMATIC = "SAMA"  # 채수 자동
    STOP = "SAMS"  # 채수 멈춤
    RESET = "SAMR"  # 채수 Reset
    START = "SMPS"
    END = "SMPE"


class Cleaner(StrEnum):
    """What a cleaning pump can be told."""

    BY_HAND = "COMP"  # 세정 수동
    AUTOMATIC = "COMA"  # 세정 자동
    STOP = "COMS"  # 세정 멈춤
    START = "CMPS"
    END = "CMPE"


#: Give the present readings (순시값).
PRESENT = Order("RDAT")
#: Start the pump, the RTU, the flow meter anew (펌프 재가동, RTU 재기동, 유량계 재기동).
RESTART_PUMP, RESTART_RTU, RESTART_FLOW_METER = Order("PORR"), Order("RTUR"), Order("FLMR")

#: The words that have an argument, and the one that was seen.
_WITH_ARGUMENT = {Sampler.START: "0", Cleaner.START: "0"}
_NUMBER = 14


def past(begin: str, end: str) -> Order:
    """Send again what was measured from one time to another (재전송), each `yyyyMMddHHmmss`."""
    return Order("DUMP", begin + end)


def set_clock(now: str) -> Order:
    """Set the clock (시간동기) to a time `yyyyMMddHHmmss`."""
    return Order("TIME", now)


def sampling_times(interval: int, running: int) -> Order:
    """Set how often the sampling pump runs, and for how long [both min]."""
    return _configure("1", interval, running)


def cleaning_times(interval: int, running: int) -> Order:
    """Set how often the cleaning pump runs, and for how long [both min]."""
    return _configure("C", interval, running)


def valid_range(low: int, high: int) -> Order:
    """Set the range of numbers that are valid."""
    return _configure("V", low, high)


def tell(what: Sampler | Cleaner, argument: str | None = None) -> Order:
    """Tell a sampler or a cleaning pump; without `argument` the one that was seen."""
    return Order(what.value, _WITH_ARGUMENT.get(what, "") if argument is None else argument)


def request(site: str, order: Order, checksum: str = Checksum.WHOLE) -> bytes:
    """Give the frame of an order for a site."""
    words = f"{site:<{SITE}}{order.word}{order.argument}".encode("ascii")
    framed = bytes([STX, *words, ETX])
    return framed + sum_of(framed, checksum) + bytes([CR])


def sum_of(framed: bytes, checksum: str) -> bytes:
    """Two hexadecimal digits of the sum of what lies from STX to ETX."""
    summed = framed[1:-1] if checksum == Checksum.INNER else framed
    return f"{sum(summed) & 0xFF:02X}".encode("ascii")


def _configure(what: str, first: int, second: int) -> Order:
    return Order("CONF", f"{what}{first:>{_NUMBER}d}{second:>{_NUMBER}d}")


#: From an order to its frame, for one site.
Framed = Callable[[Order], bytes]
