"""What the instrument says of itself, and its two Korean code sets.

Sources: the effluent TMS logger's one-digit codes and the national river network's two-digit
codes, both as observed in field software (see docs/explanation/instrument-status.md).
"""

from __future__ import annotations

from enum import IntEnum

from mulmok.model.text import Names


class Status(IntEnum):
    """Instrument status sent with a reading."""

    NORMAL = 0
    STOPPED = 1
    NO_FLOW = 2
    CALIBRATING = 3
    MAINTENANCE = 4
    COMM_FAIL = 5
    DEVICE_FAULT = 6
    POWER_FAIL = 7
    TRIAL = 8
    RESENT = 9


STATUS_NAMES = {
    Status.NORMAL: Names("정상", "normal"),
    Status.STOPPED: Names("가동중지", "stopped"),
    Status.NO_FLOW: Names("유량없음", "no flow"),
    Status.CALIBRATING: Names("교정중", "calibrating"),
    Status.MAINTENANCE: Names("점검중", "maintenance"),
    Status.COMM_FAIL: Names("통신불량", "communication failure"),
    Status.DEVICE_FAULT: Names("장비이상", "device fault"),
    Status.POWER_FAIL: Names("전원이상", "power failure"),
    Status.TRIAL: Names("시운전", "trial run"),
    Status.RESENT: Names("재전송", "sent again"),
}

#: Effluent TMS logger, one digit: 6 is "동작불량".
TMS_LOGGER = {
    "0": Status.NORMAL,
    "1": Status.STOPPED,
    "2": Status.NO_FLOW,
    "3": Status.CALIBRATING,
    "4": Status.MAINTENANCE,
    "5": Status.COMM_FAIL,
    "6": Status.DEVICE_FAULT,
}

#: National river network, two digits.
RIVER_NETWORK = {f"{status:02d}": status for status in Status}


def parse_status(word: str) -> Status:
    """Status of a code or name as found in readings files; empty is NORMAL.

    Understands the enum's names in any case, one-digit and two-digit codes. Raises ValueError.
    """
    word = word.strip()
    if not word:
        return Status.NORMAL
    if word in RIVER_NETWORK:
        return RIVER_NETWORK[word]
    if word.isdigit() and int(word) in Status._value2member_map_:
        return Status(int(word))
    try:
        return Status[word.upper()]
    except KeyError:
        names = " ".join(status.name for status in Status)
        msg = f'instrument status "{word}": want one of {names}, or a code 0 to 9'
        raise ValueError(msg) from None
