"""What judging sees of a site file, as words that can be read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mulmok.config.fingerprint import content_of, recalled
from mulmok.config.load import load_site

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("name", ["miryang", "smallest"])
def test_what_judging_sees_of_a_site_file_is_read_back_exactly(name: str):
    site = load_site(EXAMPLES / f"{name}.toml")
    same = recalled(site.content)
    assert same is not None
    assert content_of(same.works, same.channels, same.alarms) == site.content
    assert same.fingerprint == site.fingerprint
    assert same.channels == tuple(replace(channel, name=None) for channel in site.channels)
    assert same.alarms == tuple(replace(rule, name=None) for rule in site.alarms)


@pytest.mark.parametrize("words", ["", "{}", '{"works": []}', '{"works": 1, "channels": []}'])
def test_words_of_a_site_file_that_cannot_be_read_are_no_site(words: str):
    assert recalled(words) is None
