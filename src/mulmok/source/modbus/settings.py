"""What the Modbus driver may be told, and what of it does not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mulmok.model.text import Text, text
from mulmok.source.modbus.address import BIT_TABLES, TABLES, AddressError, Table, locate
from mulmok.source.modbus.layout import ORDERS, TYPES, Layout
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, signal_faults

PORT = 502
BAUD = 9600
#: Registers that may be read for nothing to save a request. About what a request costs on a line of
#: 9600 Bd. Site choice.
GAP = 8
PARITIES = ("none", "even", "odd")
FRAMERS = ("tcp", "rtu")

#: Where the devices are; discovery asks for the same.
PLACE: tuple[SettingKey, ...] = (
    SettingKey("host", "text", text("address of the device or gateway; without it want device"), '"10.0.0.21"'),
    SettingKey("port", "whole", text("its TCP port"), "502", usual="502"),
    SettingKey("framer", "choice", text("frames sent to host: Modbus TCP, or RTU as a plain serial converter passes it on"), '"rtu"', usual='"tcp"', choices=FRAMERS),
    SettingKey("device", "text", text("serial port of the line; without it want host"), '"/dev/ttyUSB0"'),
    SettingKey("baud", "whole", text("speed of the serial line"), "19200", usual="9600"),
    SettingKey("parity", "choice", text("parity of the serial line"), '"even"', usual='"none"', choices=PARITIES),
    SettingKey("stop_bits", "whole", text("stop bits of the serial line: 1 or 2"), "2", usual="1"),
    SettingKey("timeout", "duration", text("how long to wait for an answer; behind a gateway longer than the gateway waits"), '"2 s"', usual='"3 s"; on a serial line "1 s"'),
)  # fmt: skip

SETTINGS: tuple[SettingKey, ...] = (
    *PLACE,
    SettingKey("gap", "whole", text("registers nobody asked for that may be read along to save a request; of bits 16 times as many"), "0", usual="8"),
    SettingKey("unit_id", "whole", text("number of the device on its line or behind its gateway"), "3", usual="1", each=True),
    SettingKey("table", "choice", text("table in which register is an address counted from 0; without it register is written as in manuals, 40001"), '"holding"', usual="told by register", each=True, choices=TABLES),
    SettingKey("register", "whole", text("first register of the number: 40001 holding, 30001 input, 10001 discrete, 1 coil; with table the address on the wire"), "40001", required=True, each=True),
    SettingKey("type", "choice", text("type of the number"), '"float32"', usual='"uint16"; "bool" of coils and discrete inputs', each=True, choices=TYPES),
    SettingKey("order", "choice", text("order of the bytes as they come, A the highest"), '"CDAB"', usual='"ABCD"', each=True, choices=ORDERS),
    SettingKey("bit", "whole", text("one bit of the register, 0 the lowest: the number is 0 or 1"), "3", usual="the whole register", each=True),
    SettingKey("status_register", "whole", text("register of the instrument's status word, written like register"), "40010", usual="the status is NORMAL", each=True),
    SettingKey("status_table", "choice", text("its table, as for register"), '"input"', usual="table", each=True, choices=TABLES),
    SettingKey("status_bits", "statuses", text("what the bits of the status word mean, 0 the lowest; of those that are set the worst holds"), '{ "0" = "CALIBRATING", "3" = "DEVICE_FAULT" }', usual="bits mean nothing", each=True),
    SettingKey("statuses", "statuses", text("what the status word means as a number, after status_mask and status_shift; one that is not named is DEVICE_FAULT"), '{ "0" = "NORMAL", "4" = "MAINTENANCE" }', usual="the number means nothing", each=True),
    SettingKey("status_mask", "whole", text("bits of the status word that make up the number in statuses"), "0x00F0", usual="all", each=True),
    SettingKey("status_shift", "whole", text("places by which that number is shifted down"), "4", usual="0", each=True),
    *SIGNAL,
)  # fmt: skip

#: A status word means nothing without one of these, and they nothing without it.
_MEANINGS = ("status_bits", "statuses")
_NUMBER_OF = {"port": (1, 65535), "baud": (50, 4_000_000), "stop_bits": (1, 2), "gap": (0, 120)}
_SERIAL_ONLY = ("baud", "parity", "stop_bits")
_HOST_ONLY = ("port", "framer")


def is_rtu(given: Mapping[str, Given]) -> bool:
    """Whether frames are those of a serial line, which know no transaction."""
    return "device" in given or given.get("framer") == "rtu"


def layout_of(given: Mapping[str, Given]) -> Layout:
    """Give how a channel's number lies in its registers."""
    bit = given.get("bit")
    return Layout(
        str(given.get("type", _usual_type(given))),
        str(given.get("order", "ABCD")),
        bit if isinstance(bit, int) else None,
    )


def located(given: Mapping[str, Given], key: str, count: int = 1) -> tuple[Table, int]:
    """Give table and address of `register` or `status_register`. Raises AddressError."""
    table = given.get("table")
    if key == "status_register":
        table = given.get("status_table", table)
    return locate(int(str(given[key])), None if table is None else str(table), count)


def _usual_type(given: Mapping[str, Given]) -> str:
    try:
        kind, _ = located(given, "register")
    except (AddressError, KeyError):
        return "uint16"
    # A small number alone is more often a forgotten table than a coil: a coil says its type.
    return "bool" if kind in BIT_TABLES and (kind == "discrete" or "table" in given) else "uint16"


def wrong(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what does not go together: key and fault."""
    yield from place_faults(given)
    unit = given.get("unit_id")
    if isinstance(unit, int):
        low, high = (1, 247) if is_rtu(given) else (0, 255)
        if not low <= unit <= high:
            yield "unit_id", text("want {low} to {high}", low=low, high=high)
    yield from _register_faults(given)
    yield from _status_faults(given)
    yield from signal_faults(given)


def place_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what is wrong with where the devices are."""
    if "host" not in given and "device" not in given:
        yield (
            "host",
            text("missing; want host of a device on the network, or device of a serial line"),
        )
    if "host" in given and "device" in given:
        yield "device", text("stands beside host; want one of them: another line is another source")
    for key in _SERIAL_ONLY:
        if key in given and "host" in given:
            yield key, text("is of a serial line; with host the gateway knows it")
    for key in _HOST_ONLY:
        if key in given and "device" in given:
            yield key, text("stands with host only")
    for key, (low, high) in _NUMBER_OF.items():
        have = given.get(key)
        if isinstance(have, int) and not low <= have <= high:
            yield key, text("want {low} to {high}", low=low, high=high)


def _register_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    if "register" not in given:
        return  # of a whole source, or told of as missing
    layout = layout_of(given)
    try:
        kind, _ = located(given, "register", layout.words)
    except AddressError as fault:
        yield "register", fault.text
        return
    if kind in BIT_TABLES and (layout.type != "bool" or layout.bit is not None):
        if "table" in given or kind == "discrete":
            yield "type", text('of a coil or discrete input want "bool", and no bit')
        else:
            yield (
                "register",
                text(
                    '{register} alone is a coil, whose type is "bool"; of a register want table beside '
                    "it, or the table in front, such as 40001",
                    register=given["register"],
                ),
            )
    elif layout.bit is not None and (layout.bit > 15 or layout.type not in ("uint16", "bool")):
        yield "bit", text("want 0 to 15, of one register")


def _status_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    if "status_register" in given:
        try:
            located(given, "status_register")
        except AddressError as fault:
            yield "status_register", fault.text
    for key, high in (("status_bits", 15), ("statuses", 65535)):
        codes = given.get(key)
        for code in codes if isinstance(codes, Mapping) else ():
            if not code.isascii() or not code.isdecimal() or int(code) > high:
                yield key, text('have "{code}", want numbers 0 to {high}', code=code, high=high)
    if "register" not in given:
        return  # the rest may stand with the channels
    if "status_register" in given:
        if not any(key in given for key in _MEANINGS):
            yield "status_register", text("means nothing without status_bits or statuses")
    else:
        for key in (*_MEANINGS, "status_table"):
            if key in given:
                yield key, text("stands with status_register only")
    for key in ("status_mask", "status_shift"):
        if key in given and "statuses" not in given:
            yield key, text("stands with statuses only")
