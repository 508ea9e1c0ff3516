"""The raw dump of a full-scale works' SCADA. It is not ours to ship: it may be here or not.

Where MULMOK_REQUIRE_DATA is set, as in CI beside the data, its absence is a failure, not a skip.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).parents[3] / "shared/data"
DUMP = Path(os.environ.get("MULMOK_SHARED_DATA", BESIDE)) / "wwdata_201301.txt"

needs_dump = pytest.mark.skipif(
    not DUMP.exists() and not os.environ.get("MULMOK_REQUIRE_DATA"),
    reason=f"{DUMP} is not here: put it there, or set MULMOK_SHARED_DATA to its folder",
)
