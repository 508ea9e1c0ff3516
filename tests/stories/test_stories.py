"""Every story, four ways; all four must come to what the folder says."""

from pathlib import Path

import pytest

from mulmok_testing.story import Story, records
from mulmok_testing.ways import LIVE, WAYS

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/why.md"))
#: A story on simulated water has days of history before it: lived, it would take minutes.
TOLD = [
    pytest.param(folder, way, id=f"{folder.name}-{way}")
    for folder in FOLDERS
    for way in WAYS
    if way not in LIVE or (folder / "site.toml").exists()
]


@pytest.mark.parametrize(("folder", "way"), TOLD)
def test_the_story_comes_out_the_same(folder: Path, way: str):
    story = Story.read(folder)
    events, alarms = records(WAYS[way](story, 20260101))
    expected_events, expected_alarms = story.expected()
    assert events == expected_events
    if way in LIVE:
        # Ticks change how soon it is known, never what happened.
        sooner, later = _known(alarms), _known(expected_alarms)
        assert all(a <= b for a, b in zip(sooner, later, strict=True))
        alarms, expected_alarms = _happened(alarms), _happened(expected_alarms)
    assert alarms == expected_alarms


def _known(alarms):
    return [one["known_at"] for one in sorted(alarms, key=_story)]


def _happened(alarms):
    return [{**one, "known_at": ""} for one in sorted(alarms, key=_story)]


def _story(alarm):
    return alarm["alarm"], alarm["at"]


def test_every_story_says_why():
    told = {path.parent for path in Path(__file__).parent.glob("*/*.jsonl")}
    assert told == set(FOLDERS)
    for folder in FOLDERS:
        assert (folder / "why.md").read_text(encoding="utf-8").strip()
