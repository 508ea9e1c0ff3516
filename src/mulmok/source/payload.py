"""What instruments and services send as JSON or as plain text, to readings: one reader for all drivers.

Where a value, its time and its status stand in a document is a JMESPath expression [1]_. A path that
finds a list gives as many readings; the time's path then finds a list of the same length, or one
time for all. Without a path the whole payload is the value.

What is there and is no number cannot be understood: the reading is missing with COMM_FAIL.

References
----------
.. [1] JMESPath Specification, jmespath.org.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from mulmok.model.status import Status, parse_status
from mulmok.model.text import Text, text
from mulmok.source.instants import InstantError, TimeForm
from mulmok.source.json_path import Finder, finder
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import Signal

#: Settings of drivers whose instruments send documents. Beside them stand `TIME_FORM` and `SIGNAL`.
PAYLOAD: tuple[SettingKey, ...] = (
    SettingKey("path", "text", text("where the value stands in the JSON document, as JMESPath has it"), '"data.ph"', usual="the payload is the value", each=True),
    SettingKey("time_path", "text", text("where its time stands"), '"data.ts"', usual="the time is ours, when it came", each=True),
    SettingKey("status_path", "text", text("where the instrument's status stands"), '"data.state"', usual="the status is NORMAL", each=True),
    SettingKey("statuses", "statuses", text("what the instrument's codes mean"), '{ "0" = "NORMAL", "4" = "MAINTENANCE" }', usual="names and codes of ours", each=True),
)  # fmt: skip

#: Longest piece of a payload that is shown.
_SHOWN = 200


class PayloadError(ValueError):
    """A payload cannot be understood; `text` says why."""

    def __init__(self, words: Text) -> None:
        self.text = words
        super().__init__(str(words))


# Not frozen: thousands a second are made, and a frozen one costs three times as much.
@dataclass(slots=True)
class Read:
    """One reading out of a payload; nobody changes it.

    have     what stood there: a scalar, or the beginning of what is none as text
    number   before scale and unit; NaN: none
    trouble  what could not be understood of it
    """

    at: int
    have: str | float | None
    number: float
    value: float
    status: Status
    trouble: Text | None = None

    @property
    def raw(self) -> str:
        """What stood there, as it was written."""
        return shown(self.have)


@dataclass(frozen=True, slots=True)
class Field:
    """Where one channel stands in a document."""

    signal: Signal
    form: TimeForm
    value: Finder | None = None
    time: Finder | None = None
    status: Finder | None = None
    statuses: Mapping[str, Status] | None = None

    @classmethod
    def of(cls, given: Mapping[str, Given], signal: Signal, form: TimeForm) -> Field:
        """Make it from a channel's own settings, which have been checked."""
        codes = given.get("statuses")
        known = codes if isinstance(codes, Mapping) else None
        return cls(
            signal,
            form,
            _compiled(given.get("path")),
            _compiled(given.get("time_path")),
            _compiled(given.get("status_path")),
            None if known is None else {code: Status[name] for code, name in known.items()},
        )

    def read(self, document: object, now: int, times: dict[str, int] | None = None) -> list[Read]:
        """Give the readings of a document; none when the value's path finds nothing.

        document  as `decoded` gives it, or the text itself where there is no path
        now       our clock [ns UTC]: the time of what is sent without one
        times     instants of times that were read before, for fields of one form: many fields of a
                  document have the same time, and reading it is dear

        Raises PayloadError when values and times cannot be brought together.
        """
        try:
            value = document if self.value is None else self.value(document)
            if value is None:
                return []
            time = None if self.time is None else self.time(document)
            status = None if self.status is None else self.status(document)
        except JMESPathError as fault:
            why = str(fault).partition("\n")[0]
            raise PayloadError(text("the path cannot be followed: {why}", why=why)) from None
        if type(value) is not list:
            return [self._one(value, _only(time), _only(status), now, times)]
        each = zip(value, _spread(time, len(value)), _spread(status, len(value)), strict=True)
        return [self._one(one, when, said, now, times) for one, when, said in each]

    def _one(
        self, value: object, time: object, status: object, now: int, times: dict[str, int] | None
    ) -> Read:
        at = now if self.time is None else self._at(time, times)
        said, trouble = (Status.NORMAL, None) if status is None else self._status(status)
        if type(value) is float:
            number, unlike = value, None
        else:
            number, unlike = _number(value)
        final, signalled = self.signal.value(number)
        if unlike is not None:
            said, trouble = Status.COMM_FAIL, unlike
        elif said is Status.NORMAL:
            said = signalled
        have = value if value is None or isinstance(value, float | int) else shown(value)
        return Read(at, have, number, final, said, trouble)

    def _at(self, time: object, times: dict[str, int] | None) -> int:
        if times is not None and type(time) is str and time in times:
            return times[time]
        try:
            at = self.form.read(time)
        except InstantError as fault:
            raise PayloadError(fault.text) from None
        if times is not None and type(time) is str:
            times[time] = at
        return at

    def _status(self, have: object) -> tuple[Status, Text | None]:
        word = str(int(have)) if isinstance(have, float) and have.is_integer() else str(have)
        if self.statuses is not None:
            if word in self.statuses:
                return self.statuses[word], None
        else:
            try:
                return parse_status(word), None
            except ValueError:
                pass
        # Whatever it says, it does not say that all is well.
        return Status.DEVICE_FAULT, text(
            'the status "{have}" is not known: name it in statuses', have=shown(have)
        )


def decoded(payload: bytes) -> object:
    """Give the document of a JSON payload. Raises PayloadError."""
    try:
        return msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        words = text('"{have}" is no JSON: {why}', have=plain(payload)[:60], why=str(fault))
        raise PayloadError(words) from None
    except RecursionError:
        raise PayloadError(text("the JSON is nested too deep")) from None


def plain(payload: bytes) -> str:
    """Give the text of a payload, whatever it is, on one line."""
    words = payload[: 4 * _SHOWN].decode("utf-8", "backslashreplace").strip("\ufeff \t\r\n\0")
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def shown(value: object) -> str:
    """Give what stood in a document as it was written, cut to what can be shown."""
    if isinstance(value, str):
        return value[:_SHOWN]
    return msgspec.json.encode(value)[:_SHOWN].decode("utf-8", "replace")


def payload_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what is wrong with the paths of a channel: key and fault."""
    for key in ("path", "time_path", "status_path"):
        path = given.get(key)
        if path is None:
            continue
        try:
            jmespath.compile(str(path))
        except JMESPathError as fault:
            why = str(fault).partition("\n")[0]
            yield key, text('"{path}" is no JMESPath: {why}', path=str(path), why=why)
        if key != "path" and "path" not in given:
            yield key, text("stands with path only: without it the payload is the value")


def _compiled(path: Given | None) -> Finder | None:
    return None if path is None else finder(str(path))


def found_at(path: Finder, document: object) -> object:
    """Give what a path finds. Raises PayloadError where it asks what cannot be answered."""
    try:
        return path(document)
    except JMESPathError as fault:
        why = str(fault).partition("\n")[0]
        raise PayloadError(text("the path cannot be followed: {why}", why=why)) from None


def _only(found: object) -> object:
    """Give one thing of a path that may find a list of one."""
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def _spread(found: object, count: int) -> list[object]:
    if not isinstance(found, list):
        return [found] * count
    if len(found) != count:
        raise PayloadError(
            text("{values} values with {times} times or statuses", values=count, times=len(found))
        )
    return found


def _number(value: object) -> tuple[float, Text | None]:
    """Give a number, and why it is none; null is a missing value, and nothing wrong with it."""
    if value is None:
        return math.nan, None
    if isinstance(value, str):
        words = value.strip()
        try:
            number = float(words) if "_" not in words else math.nan
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return number, None
        if not words or words.lower() in ("nan", "null", "none"):
            return math.nan, None
    elif isinstance(value, int | float):
        try:
            return float(value), None
        except OverflowError:
            pass
    return math.nan, text('"{have}" is no number', have=shown(value)[:60])
