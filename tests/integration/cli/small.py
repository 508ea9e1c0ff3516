"""The smallest works, and a file of readings with nothing wrong in it."""

from pathlib import Path

SMALLEST = str(Path(__file__).parents[3] / "examples/smallest.toml")
GOOD = """time,inlet.flow,inlet.ph
2026-01-05T00:00:00+09:00,900,7.1
2026-01-05T00:01:00+09:00,901,7.2
2026-01-05T00:02:00+09:00,902,7.1
"""
