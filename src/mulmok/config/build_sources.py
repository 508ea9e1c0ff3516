"""Where readings come from: `[[source]]` tables, and `[channel.source]` tables joined to sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mulmok.config.drivers import faults_of, known_drivers
from mulmok.config.explain import nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.setting_kinds import Around
from mulmok.config.settings import keys_of, need, settings_in
from mulmok.config.site import Setting, SourceSpec
from mulmok.config.table import TABLES
from mulmok.config.values import NO_TEXTS, identifier, one_of, texts
from mulmok.model.channel import Channel
from mulmok.model.message import JUDGING
from mulmok.model.text import text
from mulmok.model.unit import parse_unit
from mulmok.source.settings import SettingKey

#: Settings that say which device or service it is: the id of a source is made of them. Of a driver
#: that has no table of settings, channels that agree in them share one source.
CONNECTION = ("host", "port", "url", "device", "folder", "path", "database", "seed")

Settings = Mapping[str, Setting]
Keys = tuple[SettingKey, ...] | None


@dataclass(frozen=True)
class _Standing:
    """A `[[source]]` table as its channels need it.

    usual  settings it has for each of them
    keys   its driver's
    said   what does not go together in it, and need not be said again of each channel
    """

    usual: Settings
    keys: Keys
    said: frozenset[tuple[str, str]] = frozenset()


@dataclass
class _Sources:
    """Sources so far, and which of them feeds a channel."""

    channels: Mapping[str, Channel]
    known: frozenset[str]
    beside: Path
    drivers: tuple[str, ...] = field(default_factory=known_drivers)
    found: dict[str, SourceSpec] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)
    standing: dict[str, _Standing] = field(default_factory=dict)
    #: Channels whose own table names a source: it was read, and its faults are told.
    referring: set[str] = field(default_factory=set)

    def feed(self, table: Table, source: str, channel: str, *where: str | int) -> bool:
        other = self.feeds.setdefault(channel, source)
        if other != source:
            said = text(
                '"{channel}" is fed by source "{other}" already', channel=channel, other=other
            )
            table.fault(said, *where)
        return other == source

    def around(self, channel: object = None) -> Around:
        known = self.channels.get(channel) if isinstance(channel, str) else None
        return Around(self.known, self.beside, None if known is None else known.quantity)

    def member(self, source: str, channel: str, own: Settings) -> None:
        """Add a channel to a source, with the settings that are its own."""
        spec = self.found[source]
        each = {**spec.each, channel: own} if own else spec.each
        members = spec.channels if channel in spec.channels else (*spec.channels, channel)
        self.found[source] = replace(spec, channels=members, each=each)


def sources_of(
    sources: Iterable[Table],
    channels: Iterable[Table],
    known: frozenset[str],
    right: Iterable[Channel],
    beside: Path,
) -> tuple[SourceSpec, ...]:
    """Give the sources in the order of the files.

    known   ids of the channels, even of wrong ones
    right   the channels that are right
    beside  folder of the site file
    """
    so_far = _Sources({channel.id: channel for channel in right}, known, beside)
    sources, channels = list(sources), list(channels)
    for table in sources:
        _standing(table, so_far)
    for table in channels:
        _inside(table, so_far)
    for table in sources:
        _complete(table, so_far)
    return tuple(so_far.found.values())


def _standing(table: Table, so_far: _Sources) -> None:
    own = [key.name for key in TABLES["source"]]
    source_id = table.read("id", identifier, "")
    driver = table.read("driver", one_of(so_far.drivers), "")
    keys = keys_of(table, driver)
    settings = settings_in(table, own, so_far.around(), keys)
    need(table, _whole_source(keys), settings)
    members = table.read("channels", texts, NO_TEXTS)
    for number, member in enumerate(members):
        if member not in so_far.known:
            want = nearest(member, so_far.known, text("the id of a channel"))
            table.fault(unfit(member, want).text, "channels", number)
        elif source_id:
            so_far.feed(table, source_id, member, "channels", number)
    if source_id == JUDGING:
        table.fault(text('"{id}" is mulmok\'s own; want another id', id=source_id), "id")
    elif source_id in so_far.found:
        table.fault(
            text('there is a source "{id}" already; want an id of its own', id=source_id), "id"
        )
    elif source_id:
        shared, usual = (settings, {}) if keys is None else _parted(settings, keys)
        faults = tuple(faults_of(driver, settings))
        said = frozenset((key, str(words)) for key, words in faults)
        so_far.found[source_id] = SourceSpec(source_id, driver, shared, members)
        so_far.standing[source_id] = _Standing(usual, keys, said)
        for key, words in faults:
            table.fault(words, key)


def _inside(channel: Table, so_far: _Sources) -> None:
    """Join one channel's own source table to the source of its device."""
    if "source" not in channel.values:
        return
    table = channel.inner("source", "channel.source")
    if table is None:
        have = channel.values["source"]
        channel.fault(unfit(have, text("a table: [{name}]", name="channel.source")).text, "source")
        return
    table.check_keys(open_end=True)
    channel_id = channel.values.get("id")
    around = so_far.around(channel_id)
    if "id" in table.values:
        so_far.referring.add(str(channel_id))
        source_id, own = _referred(table, so_far, around)
    else:
        source_id, own = _described(table, so_far, around)
    if not source_id or not isinstance(channel_id, str):
        return
    if so_far.feed(channel, source_id, channel_id, "source"):
        so_far.member(source_id, channel_id, own)


def _referred(table: Table, so_far: _Sources, around: Around) -> tuple[str, Settings]:
    """Read the own settings of a channel that names a `[[source]]`; its id, "" if there is none."""
    source_id = table.read("id", one_of(sorted(so_far.standing) or ["-"]), "")
    standing = so_far.standing.get(source_id)
    if standing is None:
        return "", {}
    driver = so_far.found[source_id].driver
    for name in table.values:
        if name == "driver" or name in {key.name for key in _whole_source(standing.keys)}:
            said = text('stands in the table of the source "{source}" already', source=source_id)
            table.fault(said, name)
    each = None if standing.keys is None else tuple(key for key in standing.keys if key.each)
    hidden = ["id", "driver", *(key.name for key in _whole_source(standing.keys))]
    own = {**standing.usual, **settings_in(table, hidden, around, each)}
    need(table, each or (), own)
    for key, words in faults_of(driver, {**so_far.found[source_id].settings, **own}):
        if (key, str(words)) not in standing.said:
            table.fault(words, key)
    return source_id, own


def _described(table: Table, so_far: _Sources, around: Around) -> tuple[str, Settings]:
    """Read the whole source as a channel's own table has it, and share one that is the same."""
    if "driver" not in table.values:
        words = text('missing; want the name of the driver, or id = "..." of a [[source]]')
        table.fault(words, "driver")
    driver = table.read("driver", one_of(so_far.drivers), "")
    if not driver:
        return "", {}
    keys = keys_of(table, driver)
    settings = settings_in(table, ["driver"], around, keys)
    need(table, keys or (), settings)
    for key, words in faults_of(driver, settings):
        table.fault(words, key)
    shared, own = _parted(settings, keys)
    return _join(so_far.found, driver, shared), own


def _complete(table: Table, so_far: _Sources) -> None:
    """See that a source feeds something, and that its listed channels have all that is their own."""
    source_id = table.values.get("id")
    if not isinstance(source_id, str) or source_id not in so_far.standing:
        return
    spec, standing = so_far.found[source_id], so_far.standing[source_id]
    if not spec.channels and "channels" not in table.values:
        want = text(
            'missing; want ids of the channels it feeds, or id = "{id}" in their [channel.source]',
            id=source_id,
        )
        table.fault(want, "channels")
    needed = [key for key in standing.keys or () if key.each and key.required]
    for channel in spec.channels:
        own = spec.each.get(channel, standing.usual)
        _of_its_quantity(table, standing, own, so_far.channels.get(channel))
        if channel in so_far.referring:
            continue
        so_far.member(source_id, channel, standing.usual)
        for key in needed:
            if key.name not in standing.usual:
                said = text(
                    '"{channel}" needs {key}: give it a [channel.source] with id = "{id}"',
                    channel=channel,
                    key=key.name,
                    id=source_id,
                )
                table.fault(said, "channels")


def _of_its_quantity(
    table: Table, standing: _Standing, own: Settings, channel: Channel | None
) -> None:
    """See that a unit that holds for all, and for this channel, is one of its quantity."""
    for key in standing.keys or ():
        symbol = standing.usual.get(key.name)
        if channel is None or key.kind != "unit" or not isinstance(symbol, str):
            continue
        if own.get(key.name) != symbol:
            continue
        if parse_unit(symbol).dimension != channel.quantity.dimension:
            want = text(
                'a unit of "{channel}", or none here and one in each [channel.source]',
                channel=channel.id,
            )
            table.fault(unfit(symbol, want).text, key.name)


def _whole_source(keys: Keys) -> tuple[SettingKey, ...]:
    return tuple(key for key in keys or () if not key.each)


def _parted(settings: Settings, keys: Keys) -> tuple[dict[str, Setting], dict[str, Setting]]:
    """Part settings into those of the source as a whole and those of each channel."""
    names = CONNECTION if keys is None else [key.name for key in _whole_source(keys)]
    shared = {name: value for name, value in settings.items() if name in names}
    return shared, {name: value for name, value in settings.items() if name not in names}


def _join(found: dict[str, SourceSpec], driver: str, shared: Settings) -> str:
    """Id of the source with this driver and device, made if there is none yet."""
    device = [str(shared[name]) for name in CONNECTION if name in shared]
    words = "-".join([driver, *device])
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", words).strip("-.") or driver
    source_id, number = plain, 1
    while source_id in found:
        if found[source_id].driver == driver and found[source_id].settings == shared:
            return source_id
        number += 1
        source_id = f"{plain}-{number}"
    found[source_id] = SourceSpec(source_id, driver, dict(shared), ())
    return source_id
