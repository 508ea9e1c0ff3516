"""`load_site`: a site file and its fragments become a `Site`, or one ConfigError with all faults."""

from __future__ import annotations

from pathlib import Path

from mulmok.config.build_alarms import alarms_of, system_alarms
from mulmok.config.build_channels import channels_of, measuring
from mulmok.config.build_samplers import samplers_of
from mulmok.config.build_sources import sources_of
from mulmok.config.build_waters import waters_of
from mulmok.config.build_works import http_of, store_of, works_of
from mulmok.config.documents import read_tables
from mulmok.config.fingerprint import content_of, fingerprint_of
from mulmok.config.reader import Faults, Table
from mulmok.config.site import Site
from mulmok.model.errors import ConfigError, Fault
from mulmok.model.text import text


def load_site(path: Path | str) -> Site:
    """Read, check and freeze a site file. Raises ConfigError with everything that is wrong."""
    path = Path(path)
    faults = Faults()
    tables = read_tables(path, faults)
    if faults.incomplete:
        raise ConfigError(faults.in_order())

    def many(kind: str) -> list[Table]:
        return [table for table in tables if table.kind == kind]

    works = _only(many("works"))
    http = http_of(_only(many("http")))
    store = store_of(_only(many("store")))
    _need(path, faults, "works", works is not None, "[works]")
    _need(path, faults, "channel", bool(many("channel")), "[[channel]]")
    channels, known = channels_of(many("channel"))
    sources = sources_of(many("source"), many("channel"), known, channels, path.parent)
    channels = measuring(many("channel"), channels, sources)
    alarms = alarms_of(many("alarm"), channels, known, system_alarms(sources))
    samplers = samplers_of(many("sampler"), sources, known, path.parent)
    dischargers = waters_of(many("discharger"))
    described = None if works is None else works_of(works)
    if faults.found or described is None:
        raise ConfigError(faults.in_order())
    content = content_of(described, channels, alarms, dischargers)
    return Site(
        path=path,
        works=described,
        channels=channels,
        sources=sources,
        alarms=alarms,
        http=http,
        store=store,
        fingerprint=fingerprint_of(content),
        content=content,
        remarks=faults.remarks_in_order(),
        dischargers=dischargers,
        samplers=samplers,
    )


def _only(tables: list[Table]) -> Table | None:
    """Give the one table of its kind; a second one, in another file, is a fault."""
    for table in tables[1:]:
        table.fault(
            text(
                "stands in {file}:{line} already; a works has one",
                file=tables[0].file,
                line=tables[0].line(),
            )
        )
    return tables[0] if tables else None


def _need(path: Path, faults: Faults, kind: str, there: bool, example: str) -> None:  # noqa: FBT001
    """Note that a whole table is missing, unless the file has one that could not be read."""
    if there or any(fault.path.split(".")[0] == kind for fault in faults.found):
        return
    missing = text("missing; want {what}", what=text("a table: {example}", example=example))
    faults.found.append(Fault(path.name, 1, kind, missing))
