"""A right site file to break, and the faults of a broken one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mulmok import plugins
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.errors import ConfigError
from mulmok.text.catalog import render

RIGHT = """\
[works]
id = "miryang"
name = { ko = "밀양", en = "Miryang" }
zone = "Asia/Seoul"
capacity = "30000 m3/d"
design = { bod = "180 mg/L", cod = "400 mg/L" }
equalisation = "7000 m3"

[[channel]]
id = "inlet_cod"
quantity = "cod"
every = "5 min"
range = ["0 mg/L", "1500 mg/L"]

[[channel]]
id = "inlet.ph"
quantity = "ph"
every = "1 min"
range = ["0", "14"]
[channel.source]
driver = "modbus"
host = "10.0.0.21"
register = 40001
type = "float32"

[[alarm]]
id = "ph-low"
channel = "inlet.ph"
below = "5.0"
deadband = "0.2"
on_delay = "2 min"
off_delay = "5 min"
priority = 1
"""

Complain = Callable[..., list[str]]


@pytest.fixture
def complain(tmp_path: Path) -> Complain:
    """Faults, as a person reads them, of the right file after `old` was replaced by `new`."""

    def faults(
        old: str = "", new: str = "", *, language: str = "en", **fragments: str
    ) -> list[str]:
        assert old in RIGHT
        words = RIGHT.replace(old, new, 1) if old else new + RIGHT
        (tmp_path / "site.toml").write_text(words, encoding="utf-8")
        for name, fragment in fragments.items():
            (tmp_path / f"{name}.toml").write_text(fragment, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_site(tmp_path / "site.toml")
        return render(caught.value.text, language).split("\n")

    return faults


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Site]:
    """What the right file, `old` replaced by `new`, becomes."""

    def loaded(old: str = "", new: str = "", words: str = RIGHT) -> Site:
        assert old in words
        path = tmp_path / "site.toml"
        path.write_text(words.replace(old, new) if old else words, encoding="utf-8")
        return load_site(path)

    return loaded


@pytest.fixture
def without_modbus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that knows of the driver `modbus`, and has it not: its settings are not checked."""
    own = plugins.find
    monkeypatch.setattr(
        plugins,
        "find",
        lambda group: {name: point for name, point in own(group).items() if name != "modbus"},
    )
