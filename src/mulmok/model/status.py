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
#: The logger's digit for every status. It has none for three of ours; they are told by the nearest
#: that gives the value the same worth: an instrument without power does not work, one on trial is
#: not to be counted, a value sent again is a value. Our choice.
TO_TMS_LOGGER = {status: code for code, status in TMS_LOGGER.items()} | {
    Status.POWER_FAIL: "6",
    Status.TRIAL: "4",
    Status.RESENT: "0",
}

#: National river network, two digits.
RIVER_NETWORK = {f"{status:02d}": status for status in Status}
TO_RIVER_NETWORK = {status: code for code, status in RIVER_NETWORK.items()}
#: The network's detail codes, a letter and a digit; each belongs to one of its statuses.
RIVER_DETAIL = {
    "A0": Status.POWER_FAIL,  # 메인전원 이상
    "B0": Status.MAINTENANCE,  # 측정기기 보수
    "B1": Status.MAINTENANCE,  # 부품교환
    "B2": Status.MAINTENANCE,  # 부품교환
    "B3": Status.MAINTENANCE,  # 오버홀·세정
    "B4": Status.MAINTENANCE,  # 정기·수시점검
    "B5": Status.MAINTENANCE,  # 전송장비 점검
    "C0": Status.DEVICE_FAULT,  # 측정기기 이상
    "E1": Status.CALIBRATING,  # 수동교정
    "E2": Status.CALIBRATING,  # 정도관리: a standard is measured, not the water
    "F0": Status.TRIAL,  # 시운전
    "G0": Status.STOPPED,  # 가동중지
    "Z9": Status.STOPPED,  # 영구중단
}

#: Every code and name by which a status may come. The two sets agree where both have a digit; one
#: that only the network has may come without its zero.
_KNOWN = {
    **{status.name: status for status in Status},
    **{str(status.value): status for status in Status},
    **TMS_LOGGER,
    **RIVER_NETWORK,
    **RIVER_DETAIL,
}


def parse_status(word: str) -> Status:
    """Status of a code or name as found in readings files; empty is NORMAL.

    Understands the enum's names in any case, and the codes of both Korean sets. Raises ValueError.
    """
    word = word.strip()
    if not word:
        return Status.NORMAL
    try:
        return _KNOWN[word.upper()]
    except KeyError:
        names = " ".join(status.name for status in Status)
        msg = f'instrument status "{word}": want one of {names}, or a code 0 to 9'
        raise ValueError(msg) from None
