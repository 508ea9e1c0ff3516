"""`make bench`: runs every benchmark and writes docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

from benchmarks import buckets, detection_first_look, live, pages, replay

PAGE = Path(__file__).parents[1] / "docs/benchmarks.md"
PARTS = {
    "Replay": replay,
    "Live": live,
    "History": buckets,
    "Pages": pages,
    "Detection, a first look": detection_first_look,
}


def machine() -> str:
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def main() -> int:
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Absolute figures belong to the machine and its disk; compare within one run.",
        "",
        f"{time.strftime('%Y-%m-%d')}, {machine()}.",
    ]
    for name, part in PARTS.items():
        print(name, flush=True)
        lines += [
            "",
            f"## {name}",
            "",
            (part.__doc__ or "").strip(),
            "",
            "| figure | measured |",
            "|---|---|",
        ]
        for figure, value in part.measure():
            print(f"  {figure}: {value}", flush=True)
            lines.append(f"| {figure} | {value} |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
