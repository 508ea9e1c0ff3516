"""Where the example works' site file is: beside the source, or packed into the installed package."""

from __future__ import annotations

from pathlib import Path

import mulmok
from mulmok.model.errors import InputError
from mulmok.model.text import text


def example_site() -> Path:
    """Path of `examples/miryang.toml`. Raises InputError when the installation lacks it."""
    package = Path(mulmok.__file__).parent
    for folder in (package / "examples", package.parents[1] / "examples"):
        if (folder / "miryang.toml").is_file():
            return folder / "miryang.toml"
    raise InputError(text("the example works is not installed: examples/miryang.toml is missing"))
