"""`make bench`: runs every benchmark and writes docs/benchmarks.md.

`python -m benchmarks detection scan` runs these parts only; the others keep what they were, with its date.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path
from types import ModuleType

from benchmarks import buckets, instruments, live, pages, replay, scan
from benchmarks.detection import report
from benchmarks.page import DOCS, sections, told, written
from benchmarks.quality import logan, peers

PAGE = DOCS / "benchmarks.md"
PARTS: dict[str, ModuleType] = {
    "Detection": report,
    "Quality: speed": peers,
    "Quality: a technician's judgement": logan,
    "Replay": replay,
    "Live": live,
    "Instruments": instruments,
    "Scan": scan,
    "History": buckets,
    "Pages": pages,
}
_HEAD = """# Benchmarks

Written by `make bench`; `.venv/bin/python -m benchmarks detection` measures one part anew and leaves the others. The peers are extras: `.venv/bin/pip install -e ".[bench]"`. Absolute figures belong to the machine and its disk; compare within one part."""


def machine() -> str:
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def chosen(words: list[str]) -> list[str]:
    """Names of the parts meant by their beginnings; all of them when nothing is said."""
    names = [n for n in PARTS if not words or any(n.lower().startswith(w.lower()) for w in words)]
    if not names:
        raise SystemExit(f"no such part: {' '.join(words)}; there are {', '.join(PARTS)}")
    return names


def run(part: ModuleType) -> list[str]:
    """Measure one part: what it is, when and where, and its figures."""
    pieces = []
    for piece in part.measure():
        print(told(piece), flush=True)
        pieces.append(piece)
    stamp = f"{time.strftime('%Y-%m-%d')}, {machine()}."
    return [(part.__doc__ or "").strip(), "", stamp, *written(pieces)]


def main(words: list[str]) -> int:
    known = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    for name in chosen(words):
        print(name, flush=True)
        known[name] = run(PARTS[name])
        # Each part as soon as it is known: a long run that is stopped has not been for nothing.
        lines = [_HEAD]
        for heading in (heading for heading in PARTS if heading in known):
            lines += ["", f"## {heading}", "", *known[heading]]
        PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
