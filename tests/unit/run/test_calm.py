"""The past of a demo ends in a calm."""

from __future__ import annotations

from pathlib import Path

from mulmok.config.load import load_site
from mulmok.model.time import DAY, FOREVER, HOUR, MINUTE, parse_instant
from mulmok.run.calm import CALM, calm_end
from mulmok.run.demo import keep_month
from mulmok.store.sqlite import Store

ROOT = Path(__file__).parents[3]
NOW = parse_instant("2026-10-07T12:00:00Z")


def test_a_quiet_present_is_where_the_past_ends():
    assert calm_end([], NOW, HOUR) == NOW
    over, next_one = NOW - CALM, NOW + HOUR
    assert calm_end([(over - HOUR, over), (next_one, next_one + HOUR)], NOW, HOUR) == NOW


def test_what_goes_on_or_is_soon_to_come_is_kept_away_from():
    assert calm_end([(NOW - HOUR, FOREVER)], NOW, HOUR) == NOW - 2 * HOUR
    assert calm_end([(NOW + 30 * MINUTE, FOREVER)], NOW, HOUR) == NOW - 30 * MINUTE
    assert calm_end([(NOW - 4 * HOUR, NOW - CALM + MINUTE)], NOW, HOUR) == NOW - 5 * HOUR


def test_where_it_is_never_calm_the_past_ends_now():
    assert calm_end([(NOW - 2 * DAY, FOREVER)], NOW, HOUR) == NOW


def test_a_demo_begun_while_an_analyser_is_calibrated_begins_before_that(tmp_path):
    """On Wednesdays the ammonium analyser is cleaned and calibrated from 13:45 on."""
    site = load_site(ROOT / "examples/miryang.toml")
    store = Store.open(tmp_path)
    try:
        store.know_channels([channel.id for channel in site.channels])
        present = parse_instant("2026-10-14T13:50:00+09:00")
        end = keep_month(site, store, present, HOUR, lambda _: None)
        with store.query() as query:
            first, last = query.data_range()
            assert query.events(end - CALM, FOREVER) == []
    finally:
        store.close()
    assert present - DAY < end < present - HOUR
    assert last <= end
    assert end - first >= 30 * DAY
