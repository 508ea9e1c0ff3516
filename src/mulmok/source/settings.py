"""What a driver may be told in the site file: one table per driver, read by everyone who asks.

The strict loader checks a source by it, the JSON Schema and docs/reference/drivers.md are made from
it. A driver names its table in the class attribute `settings`; one that has none is told whatever
the site file says, unchecked, and `mulmok check` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mulmok.model.text import Text

#: What a setting looks like in the site file, and what the driver is given of it.
#:   text      a text that is not empty
#:   folder    a path, as written; a relative one begins at the site file (`Setup.beside`)
#:   zone      an IANA name, or `works` for the works' own (`Setup.zone`)
#:   duration  an amount of time: whole nanoseconds
#:   whole     a whole number, 0 or more
#:   number    a number above 0
#:   plain     a number
#:   numbers   a list of numbers: a tuple of them
#:   texts     a list of texts: a tuple of them
#:   choice    one of the key's `choices`
#:   switch    true or false
#:   columns   a table of column = channel: column name -> what it is in a readings file
#:   statuses  a table of code = instrument status: code -> name of a `model.status.Status`
#:   unit      a unit of the channel's quantity: its symbol (`model.unit.parse_unit` knows it)
#:   span      two amounts of the channel's quantity: a tuple of two [canonical unit]
#:   secret    a reference, env:NAME or file:PATH: the secret itself
Kind = Literal[
    "text",
    "folder",
    "zone",
    "duration",
    "whole",
    "number",
    "plain",
    "numbers",
    "texts",
    "choice",
    "switch",
    "columns",
    "statuses",
    "unit",
    "span",
    "secret",
]

#: A setting as a driver is given it.
Given = str | int | float | bool | tuple[float, ...] | tuple[str, ...] | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SettingKey:
    """One setting of a driver.

    about    what it means
    example  a right value as the site file has it
    usual    what holds without it, as it would be written or in words
    each     a channel's own (a register), where the others are the whole source's (a host):
             channels that agree in all of those share one source. In a `[[source]]` table it holds
             for all channels that do not say otherwise
    choices  of a `choice`: the words there are
    """

    name: str
    kind: Kind
    about: Text
    example: str
    required: bool = False
    usual: str = ""
    each: bool = False
    choices: tuple[str, ...] = ()
