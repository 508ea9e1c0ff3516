"""What a site file holds, in one sentence."""

from __future__ import annotations

from pathlib import Path

from mulmok.config.drivers import installed_drivers
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.alarm import RuleKind
from mulmok.model.text import Text, text
from mulmok.text.catalog import render

#: Alarms every works has of itself: they stand in no site file.
_OWN = (RuleKind.JUDGING, RuleKind.SOURCE)


def summary(site: Site) -> Text:
    """Say that the file is right, and what it describes.

    A check knows the drivers of the whole design; those a run would refuse are named.
    """
    right = text(
        "{path} is right: {name}; channels: {channels}, sources: {sources}, alarms: {alarms}",
        path=site.path.name,
        name=site.works.name,
        channels=len(site.channels),
        sources=len(site.sources),
        alarms=sum(rule.kind not in _OWN for rule in site.alarms),
    )
    absent = sorted({source.driver for source in site.sources} - set(installed_drivers()))
    if not absent:
        return right
    return text(
        "{right}; not in this version: driver {drivers}", right=right, drivers=" ".join(absent)
    )


def check_site(path: Path | str, language: str) -> str:
    """Give the summary of a site file in a language. Raises ConfigError with all that is wrong."""
    return render(summary(load_site(path)), language)
