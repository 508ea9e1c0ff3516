"""Foreign files served with the pages are what their README says they are."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "src" / "mulmok" / "web" / "static" / "vendor"
ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_every_vendored_file_is_the_one_its_readme_names() -> None:
    named = dict(ROW.findall((VENDOR / "README.md").read_text(encoding="utf-8")))
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "README.md"
    }
    assert there == named


def test_no_vendored_file_fetches_from_elsewhere() -> None:
    for path in [*VENDOR.glob("*.js"), *VENDOR.glob("*.css")]:
        content = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in content, path.name
        assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", content), path.name
