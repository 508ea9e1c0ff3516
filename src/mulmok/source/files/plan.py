"""What a folder's files are to be read as, from the settings of its source and of its channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.source.files.form import Form
from mulmok.source.files.header import STATUS
from mulmok.source.instants import time_faults
from mulmok.source.port import Setup
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, Signal, signal_faults

SETTINGS: tuple[SettingKey, ...] = (
    SettingKey("folder", "folder", text("folder to look into; a relative one begins at the site file"), '"incoming"', required=True),
    SettingKey("recursive", "switch", text("look into the folders in it too, four deep"), "true", usual="only the folder itself"),
    SettingKey("zone", "zone", text('zone of times without an offset: "works" for the works\' own, or an IANA name'), '"works"', usual="such times are an error"),
    SettingKey("time_format", "text", text("form of the times as strptime has it, or s, ms, us, ns (since 1970), filetime"), '"%d-%m-%Y %H:%M"', usual="ISO 8601"),
    SettingKey("time_column", "text", text("column of the times"), '"TIMESTAMP"', usual='"time"'),
    SettingKey("columns", "columns", text("what the columns of the files are, where they have names of their own: a channel, or time"), '{ "TIMESTAMP" = "time", "PH_IN" = "inlet.ph" }', usual="the names are the channels'"),
    SettingKey("ignore_unknown", "switch", text("leave out columns that are no channel of this source"), "true", usual="such a column is an error"),
    SettingKey("skip", "whole", text("lines above the header"), "2", usual="it is found by its column of times"),
    SettingKey("below", "whole", text("lines between the header and the first reading, such as units"), "1", usual="0"),
    SettingKey("decimal", "choice", text("what stands before the decimals; the other of the two then stands between thousands"), '","', usual="a point, and a comma is an error", choices=(".", ",")),
    SettingKey("sheet", "text", text("the one sheet of a workbook that is read"), '"Data"', usual="the first with readings, and those with its header"),
    SettingKey("statuses", "statuses", text("what the codes in columns of statuses mean"), '{ "192" = "NORMAL", "28" = "MAINTENANCE" }', usual="names and codes of ours"),
    SettingKey("poll", "duration", text("time between two looks"), '"5 s"', usual='"5 s"'),
    SettingKey("column", "text", text("the channel's column; others are then left out"), '"PH_IN"', usual="its name is the channel's", each=True),
    SettingKey("status_column", "text", text("column of its status"), '"PH_ST"', usual="the name of its column with :status", each=True),
    *SIGNAL,
)  # fmt: skip


def faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of the settings does not go together: key and fault."""
    if given.get("time_format") != "iso":
        yield from time_faults(given)
    yield from signal_faults(given)
    columns, named = given.get("columns"), given.get("time_column")
    if named is None or not isinstance(columns, Mapping):
        return
    other = next((name for name, meant in columns.items() if meant == "time"), named)
    if other != named:
        yield "time_column", text('in columns the times are in "{column}"', column=other)


def form_of(setup: Setup) -> Form:
    """Make the form of a source's files. Raises InputError where two channels claim one column."""
    given = setup.settings
    zone, skip = given.get("zone"), given.get("skip")
    columns, told = _columns(setup)
    plain = Signal()
    signals = {
        index: signal
        for index, channel in setup.feeding()
        if (signal := Signal.of(channel, setup.each.get(channel.id, {}))) != plain
    }
    return Form(
        zone=setup.zone.name if zone == "works" else _text(zone),
        time_format=_text(given.get("time_format")),
        ignore_unknown=given.get("ignore_unknown") is True,
        columns=columns,
        told=told,
        members=frozenset(setup.members),
        signals=signals,
        statuses=_statuses(given.get("statuses")),
        sheet=_text(given.get("sheet")),
        skip=skip if isinstance(skip, int) else None,
        below=int(str(given.get("below", 0))),
        decimal=_text(given.get("decimal")),
    )


def _columns(setup: Setup) -> tuple[dict[str, str], frozenset[str]]:
    """Give what each column is, and the channels whose column is named in their own tables."""
    columns: dict[str, str] = {}
    given = setup.settings.get("columns")
    if isinstance(given, Mapping):
        columns |= given
    if "time_column" in setup.settings:
        columns[str(setup.settings["time_column"])] = "time"
    told: dict[str, str] = {}
    for name, own in setup.each.items():
        for key, meant in (("column", name), ("status_column", name + STATUS)):
            if key not in own:
                continue
            column = str(own[key])
            if column in told:
                raise InputError(
                    text(
                        'source "{source}": the column "{column}" is that of {one} and of {other}',
                        source=setup.name,
                        column=column,
                        one=told[column].removesuffix(STATUS),
                        other=name,
                    )
                )
            told[column] = meant
    # What a channel says itself goes before what the source says for all.
    named = set(told.values())
    rest = {column: meant for column, meant in columns.items() if meant not in named}
    channels = frozenset(name for name, own in setup.each.items() if "column" in own)
    return {**rest, **told}, channels


def _statuses(given: Given | None) -> dict[str, Status] | None:
    if not isinstance(given, Mapping):
        return None
    return {code: Status[name] for code, name in given.items()}


def _text(given: Given | None) -> str | None:
    return None if given is None else str(given)
