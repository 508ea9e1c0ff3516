"""The `[[sampler]]` tables: auto-samplers, and how each is told on its source's line to take a sample."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mulmok.config.drivers import faults_of, sampler_settings_of
from mulmok.config.explain import nearest, unfit
from mulmok.config.reader import Table
from mulmok.config.setting_kinds import Around
from mulmok.config.settings import need, settings_in
from mulmok.config.site import SamplerSpec, SourceSpec
from mulmok.config.table import TABLES
from mulmok.config.values import identifier, names, whole
from mulmok.model.errors import PluginError
from mulmok.model.text import Names, text


def samplers_of(
    tables: Iterable[Table], sources: Iterable[SourceSpec], channels: frozenset[str], beside: Path
) -> tuple[SamplerSpec, ...]:
    """Give the samplers in the order of the files.

    channels  ids of the channels of the works
    beside    folder of the site file
    """
    drivers = {spec.id: spec.driver for spec in sources}
    found: dict[str, SamplerSpec] = {}
    seen: dict[str, Table] = {}
    for table in tables:
        sampler = _sampler(table, drivers, channels, beside)
        if sampler.id in seen:
            table.fault_again(sampler.id, seen[sampler.id])
        elif sampler.id:
            seen[sampler.id], found[sampler.id] = table, sampler
    return tuple(found.values())


def _sampler(
    table: Table, drivers: dict[str, str], channels: frozenset[str], beside: Path
) -> SamplerSpec:
    own = [key.name for key in TABLES["sampler"]]
    sampler_id = table.read("id", identifier, "")
    source = table.read("source", identifier, "")
    temperature = table.read("temperature", identifier, "")
    if temperature and temperature not in channels:
        want = nearest(temperature, channels, text("the id of a channel"))
        table.fault(unfit(temperature, want).text, "temperature")
    settings = {}
    if source and source not in drivers:
        want = nearest(source, drivers, text("the id of a [[source]]"))
        table.fault(unfit(source, want).text, "source")
    elif source:
        try:
            keys = sampler_settings_of(drivers[source])
        except PluginError:
            keys = ()  # the source's own table has said so
        if keys is None:
            said = text('the driver "{driver}" tells no sampler anything', driver=drivers[source])
            table.fault(said, "source")
        else:
            settings = settings_in(table, own, Around(channels, beside), keys)
            need(table, keys, settings)
            for key, words in faults_of(drivers[source], settings, "sampler_wrong"):
                table.fault(words, key)
    return SamplerSpec(
        sampler_id,
        table.read("name", names, Names(sampler_id, sampler_id)),
        source,
        settings,
        table.read("bottles", whole(1, 1000), 0),
        temperature,
    )
