"""Every story, four ways; all four must come to what the folder says."""

from pathlib import Path

import pytest

from mulmok_testing.story import WAYS, Story, records

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/site.toml"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_story_comes_out_the_same(folder: Path, way: str):
    story = Story.read(folder)
    events, alarms = records(WAYS[way](story, 20260101))
    expected_events, expected_alarms = story.expected()
    assert events == expected_events
    assert alarms == expected_alarms


def test_every_story_says_why():
    assert FOLDERS
    for folder in FOLDERS:
        assert (folder / "why.md").read_text(encoding="utf-8").strip()
