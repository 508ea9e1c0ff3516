"""Where readings come from: `[[source]]` tables, and `[channel.source]` tables joined to sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from mulmok import plugins
from mulmok.config.explain import UnfitError, nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.site import Setting, SourceSpec
from mulmok.config.table import DRIVERS, TABLES
from mulmok.config.values import NO_TEXTS, identifier, one_of, scalars, texts
from mulmok.model.message import JUDGING
from mulmok.model.text import text

#: Settings that say which device or service it is: channels that agree in them share one source.
CONNECTION = ("host", "port", "url", "device", "folder", "path", "database", "seed")


def known_drivers() -> tuple[str, ...]:
    """Drivers of the design and those that are installed, sorted."""
    return tuple(sorted({*DRIVERS, *plugins.find(plugins.SOURCES)}))


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
    sources: Iterable[Table], channels: Iterable[Table], known: frozenset[str]
) -> tuple[SourceSpec, ...]:
    """Give the sources in the order of the files; `known` are the ids of the channels."""
    drivers, so_far = known_drivers(), _Sources()
    for table in sources:
        _standing(table, known, drivers, so_far)
    for table in channels:
        _inside(table, drivers, so_far)
    return tuple(so_far.found.values())


def _standing(
    table: Table, known: frozenset[str], drivers: tuple[str, ...], so_far: _Sources
) -> None:
    own = {key.name for key in TABLES["source"]}
    source_id = table.read("id", identifier, "")
    driver = table.read("driver", one_of(drivers), "")
    rest = {name: value for name, value in table.values.items() if name not in own}
    settings = _settings(table, rest)
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


def _inside(channel: Table, drivers: tuple[str, ...], so_far: _Sources) -> None:
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
    settings = _settings(table, {k: v for k, v in table.values.items() if k != "driver"})
    channel_id = channel.values.get("id")
    if not driver or not isinstance(channel_id, str):
        return
    shared = {name: settings[name] for name in CONNECTION if name in settings}
    each = {name: value for name, value in settings.items() if name not in shared}
    source_id = _join(so_far.found, driver, shared)
    if so_far.feed(channel, source_id, channel_id, "source"):
        spec = so_far.found[source_id]
        so_far.found[source_id] = replace(
            spec,
            channels=(*spec.channels, channel_id),
            each={**spec.each, channel_id: each} if each else spec.each,
        )


def _join(found: dict[str, SourceSpec], driver: str, shared: Mapping[str, Setting]) -> str:
    """Id of the source with this driver and device, made if there is none yet."""
    words = "-".join([driver, *(str(value) for value in shared.values())])
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", words).strip("-.") or driver
    source_id, number = plain, 1
    while source_id in found:
        if found[source_id].driver == driver and found[source_id].settings == shared:
            return source_id
        number += 1
        source_id = f"{plain}-{number}"
    found[source_id] = SourceSpec(source_id, driver, shared, ())
    return source_id


def _settings(table: Table, values: Mapping[str, object]) -> dict[str, Setting]:
    """Give the settings of a driver; each wrong one is a fault of its own."""
    settings: dict[str, Setting] = {}
    for name, value in values.items():
        try:
            settings.update(scalars({name: value}))
        except UnfitError as error:
            table.fault(error.text, name)
    return settings
