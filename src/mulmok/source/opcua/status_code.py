"""OPC UA status codes to instrument statuses.

The upper 16 bits of a code say what it is, the lower ones carry bits beside it [1]_. Which codes a
server gives for values of instruments is said in [2]_; what they mean to us is our choice, each with
its reason. A code that is not listed is judged by its severity: Good is NORMAL; Uncertain does not
say that all is well, so DEVICE_FAULT, with its value; Bad has no value, so COMM_FAIL.

References
----------
.. [1] OPC 10000-4, "OPC Unified Architecture, Part 4: Services," 7.39 StatusCode.
.. [2] OPC 10000-8, "OPC Unified Architecture, Part 8: Data Access," 6.3 StatusCodes.
"""

from __future__ import annotations

from collections.abc import Mapping

from mulmok.model.status import Status

_COMM, _FAULT = Status.COMM_FAIL, Status.DEVICE_FAULT

GOOD = 0
NODE_UNKNOWN = 0x8034_0000
NO_COMMUNICATION = 0x8031_0000
LOCAL_OVERRIDE = 0x0096_0000

#: Code -> status of those that are not what their severity says.
_KNOWN = {
    LOCAL_OVERRIDE: Status.MAINTENANCE,  # GoodLocalOverride: a person typed it in; it is no water
    0x808B_0000: _FAULT,  # BadDeviceFailure
    0x808C_0000: _FAULT,  # BadSensorFailure
    0x808D_0000: Status.STOPPED,  # BadOutOfService: "the source of the data is not operational"
    0x408F_0000: _COMM,  # UncertainNoCommunicationLastUsableValue
    0x4090_0000: _COMM,  # UncertainLastUsableValue: whatever updated it has stopped doing so
    0x4091_0000: Status.MAINTENANCE,  # UncertainSubstituteValue: overwritten by hand
    0x4092_0000: _COMM,  # UncertainInitialValue: nothing was measured yet
    0x4094_0000: Status.NORMAL,  # UncertainEngineeringUnitsExceeded: our range check judges it
    0x4208_0000: Status.MAINTENANCE,  # UncertainTransducerInManual
    0x4209_0000: Status.TRIAL,  # UncertainSimulatedValue
    0x420A_0000: Status.CALIBRATING,  # UncertainSensorCalibration
    0x40F2_0000: Status.NORMAL,  # UncertainOverRange
    0x40F3_0000: Status.NORMAL,  # UncertainUnderRange
}
#: Codes with a value that is none of now: it would pass for a reading of an instant at which nothing
#: was measured.
_STALE = {0x408F_0000, 0x4090_0000, 0x4092_0000}
#: Codes that somebody must see to: the site file or the server's rights are wrong. The value's own
#: trouble (a broken sensor) is a reading.
_SETUP = {
    NODE_UNKNOWN,  # BadNodeIdUnknown
    0x8033_0000,  # BadNodeIdInvalid
    0x8035_0000,  # BadAttributeIdInvalid: it is no variable
    0x803A_0000,  # BadNotReadable
    0x801F_0000,  # BadUserAccessDenied
}
#: InfoType DataValue with its bit Overflow: values before this one did not fit into the queue.
_OVERFLOW = 0x0480

#: What `peer` shows for a status: the code that comes back as it, or as the nearest there is.
SHOWN = {
    Status.NORMAL: GOOD,
    Status.STOPPED: 0x808D_0000,
    Status.NO_FLOW: 0x808D_0000,
    Status.CALIBRATING: 0x420A_0000,
    Status.MAINTENANCE: 0x4208_0000,
    Status.COMM_FAIL: NO_COMMUNICATION,
    Status.DEVICE_FAULT: 0x808C_0000,
    Status.POWER_FAIL: 0x808B_0000,
    Status.TRIAL: 0x4209_0000,
    Status.RESENT: GOOD,
}


def judged(code: int, name: str, own: Mapping[str, Status]) -> tuple[Status, bool]:
    """Status of a code, and whether the value that came with it is one of its instant.

    name  what OPC UA calls the code
    own   statuses by name, or by `0x808D0000`, of a server that has its own use for them
    """
    what = code & 0xFFFF_0000
    usable = not is_bad(code) and what not in _STALE
    for known in (name, f"0x{what:08X}", f"0x{what:08x}"):
        if known in own:
            return own[known], usable
    if what in _KNOWN:
        return _KNOWN[what], usable
    severity = code >> 30
    return (Status.NORMAL, _FAULT, _COMM, _COMM)[severity], usable


def is_bad(code: int) -> bool:
    """Whether there is no value; severity 3 is reserved, and to be taken for bad."""
    return code >> 30 >= 2


def is_missing(code: int) -> bool:
    """Whether the server knows no such node."""
    return code & 0xFFFF_0000 in (NODE_UNKNOWN, 0x8033_0000)


def needs_person(code: int) -> bool:
    """Whether the site file or the server's rights must be mended."""
    return code & 0xFFFF_0000 in _SETUP


def has_lost(code: int) -> bool:
    """Whether the server says that values before this one are lost."""
    return code & _OVERFLOW == _OVERFLOW
