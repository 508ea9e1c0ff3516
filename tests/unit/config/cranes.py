"""Site files with a source of a driver that has every kind of setting (`foreign_drivers.Crane`)."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

from mulmok import plugins
from mulmok.config.load import load_site
from mulmok.config.site import Site

HEAD = '[works]\nid = "w"\nname = "w"\nzone = "Asia/Seoul"\n'
PLC = '[[source]]\nid = "plc"\ndriver = "crane"\nhost = "10.0.0.9"\n'
PH = '[[channel]]\nid = "inlet.ph"\nquantity = "ph"\nevery = "1 min"\n'
EC = '[[channel]]\nid = "inlet.ec"\nquantity = "ec"\nevery = "1 min"\n'
REGISTER = 'id = "plc"\nregister = 1\n'


def own(words: str) -> str:
    return f"[channel.source]\n{words}\n"


def install(monkeypatch) -> None:
    """Have the driver found as if a package had brought it."""
    point = EntryPoint("crane", "unit.config.foreign_drivers:Crane", plugins.SOURCES)
    found = plugins.find
    monkeypatch.setattr(
        plugins,
        "find",
        lambda group: (
            {**found(group), "crane": point} if group == plugins.SOURCES else found(group)
        ),
    )


def site_of(folder: Path, *parts: str) -> Site:
    (folder / "s.toml").write_text(HEAD + "".join(parts), encoding="utf-8")
    return load_site(folder / "s.toml")
