"""Where readings come from: `[[source]]` tables, and `[channel.source]` tables joined to sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mulmok.config.drivers import known_drivers
from mulmok.config.explain import nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.settings import settings_in
from mulmok.config.site import Setting, SourceSpec
from mulmok.config.table import TABLES
from mulmok.config.values import NO_TEXTS, identifier, one_of, texts
from mulmok.model.message import JUDGING
from mulmok.model.text import text
from mulmok.source.settings import SettingKey

#: Settings that say which device or service it is: the id of a source is made of them. Of a driver
#: that has no table of settings, channels that agree in them share one source.
CONNECTION = ("host", "port", "url", "device", "folder", "path", "database", "seed")


@dataclass
class _Sources:
    """Sources so far, and which of them feeds a channel."""

    found: dict[str, SourceSpec] = field(default_factory=dict)
    feeds: dict[str, str] = field(default_factory=dict)

    def feed(self, table: Table, source: str, channel: str, *where: str | int) -> bool:
        other = self.feeds.setdefault(channel, source)
        if other != source:
            said = text(
                '"{channel}" is fed by source "{other}" already', channel=channel, other=other
            )
            table.fault(said, *where)
        return other == source


def sources_of(
    sources: Iterable[Table], channels: Iterable[Table], known: frozenset[str], beside: Path
) -> tuple[SourceSpec, ...]:
    """Give the sources in the order of the files.

    known   ids of the channels
    beside  folder of the site file
    """
    drivers, so_far = known_drivers(), _Sources()
    for table in sources:
        _standing(table, known, drivers, so_far, beside)
    for table in channels:
        _inside(table, known, drivers, so_far, beside)
    return tuple(so_far.found.values())


def _standing(
    table: Table,
    known: frozenset[str],
    drivers: tuple[str, ...],
    so_far: _Sources,
    beside: Path,
) -> None:
    own = [key.name for key in TABLES["source"]]
    source_id = table.read("id", identifier, "")
    driver = table.read("driver", one_of(drivers), "")
    settings, _ = settings_in(table, driver, own, known, beside)
    members = table.read("channels", texts, NO_TEXTS)
    for number, member in enumerate(members):
        if member not in known:
            want = nearest(member, known, text("the id of a channel"))
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
        so_far.found[source_id] = SourceSpec(source_id, driver, settings, members)


def _inside(
    channel: Table,
    known: frozenset[str],
    drivers: tuple[str, ...],
    so_far: _Sources,
    beside: Path,
) -> None:
    """Join one channel's own source table to the source of its device."""
    if "source" not in channel.values:
        return
    table = channel.inner("source", "channel.source")
    if table is None:
        have = channel.values["source"]
        channel.fault(unfit(have, text("a table: [{name}]", name="channel.source")).text, "source")
        return
    table.check_keys(open_end=True)
    driver = table.read("driver", one_of(drivers), "")
    settings, keys = settings_in(table, driver, ["driver"], known, beside)
    channel_id = channel.values.get("id")
    if not driver or not isinstance(channel_id, str):
        return
    if keys is None:
        shared = {name: settings[name] for name in CONNECTION if name in settings}
    else:
        shared = {key.name: settings[key.name] for key in keys if _of_the_source(key, settings)}
    each = {name: value for name, value in settings.items() if name not in shared}
    source_id = _join(so_far.found, driver, shared)
    if so_far.feed(channel, source_id, channel_id, "source"):
        spec = so_far.found[source_id]
        so_far.found[source_id] = replace(
            spec,
            channels=(*spec.channels, channel_id),
            each={**spec.each, channel_id: each} if each else spec.each,
        )


def _of_the_source(key: SettingKey, settings: Mapping[str, Setting]) -> bool:
    return key.name in settings and not key.each


def _join(found: dict[str, SourceSpec], driver: str, shared: Mapping[str, Setting]) -> str:
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
    found[source_id] = SourceSpec(source_id, driver, shared, ())
    return source_id
