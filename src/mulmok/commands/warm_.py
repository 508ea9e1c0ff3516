"""`mulmok warm`: every kernel compiled and cached, so that the first start is quick."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.model.text import Text, text
from mulmok.run.warm import warm


def run(_: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Compile, and say how long it took."""
    seconds = warm()
    print(say(text("kernels are ready ({seconds:.1f} s)", seconds=seconds)))
    return 0
