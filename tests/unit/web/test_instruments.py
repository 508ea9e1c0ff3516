"""The page of instruments: what each sends, what became of it, and its display beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from unit.web.conftest import Browser
from unit.web.works import PH, START, Works, open_works

from mulmok.model.instrument import Seen
from mulmok.model.message import SourceState, SourceStatus
from mulmok.model.status import Status
from mulmok.model.time import HOUR, MINUTE, SECOND
from mulmok.run.tally import Tally
from mulmok.source.port import Arrival

SOURCES = """
[[source]]
id = "sonde"
driver = "files"
folder = "."
channels = ["inlet.ph", "inlet.flow"]

[[source]]
id = "logger"
driver = "http"
channels = ["effluent.cod"]
"""


#: Ten seconds before the works' clock.
AT = START + HOUR - 10 * SECOND


class Sonde:
    """A driver that remembers what it saw."""

    def seen(self):
        place, raw = "unit 1, holding 40001", "40e3 d70a"
        return {PH: Seen(place, raw, 7.12, 7.12, Status.NORMAL, AT, AT, 12_000_000)}


@pytest.fixture
def works(tmp_path) -> Iterator[Works]:
    opened = open_works(tmp_path, SOURCES)
    yield opened
    opened.engine.close()


@pytest.fixture
def tally(works) -> Tally:
    """Counts of the sonde, which is watched for an hour."""
    counts = Tally()
    begun = works.clock.now() - HOUR
    works.engine.known.begin([("sonde", counts, Sonde())], begun)
    return counts


def row(value: float, at: int, channel: int = PH, status: Status = Status.NORMAL) -> Arrival:
    return Arrival(
        np.array([channel], np.int16),
        np.array([at]),
        np.array([value]),
        np.array([status], np.uint8),
    )


def text_of(page: str) -> str:
    """Words of a page without its marks, blanks as one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture
def park(app) -> Iterator[Browser]:
    """An engineer, signed in."""
    with Browser(app, follow_redirects=False, headers={"accept-language": "en"}) as client:
        assert client.sign_in("park").status_code == 303
        yield client


def test_a_channel_shows_bytes_number_value_place_and_how_long_it_took(works, tally, kim):
    tally.delivered(row(7.12, AT), works.clock.now())
    words = text_of(kim.now("/instruments"))
    for word in ("40e3 d70a", "unit 1, holding 40001", "7.12", "12 ms", "normal"):
        assert word in words


def test_a_source_shows_how_it_does_how_often_it_failed_and_how_its_clock_is(works, tally, kim):
    now = works.clock.now()
    tally.failed("no answer from 10.0.0.21", now - MINUTE)
    tally.delivered(row(7.0, now - 9 * HOUR), now)
    status = SourceStatus(now, "sonde", SourceState.FAILING, "no answer")
    kim.portal.call(works.engine.report, status)
    words = text_of(kim.now("/instruments"))
    assert "failing" in words
    assert "1 failures" in words
    assert "no answer from 10.0.0.21" in words
    assert "newest reading 9 h old when it came" in words


def test_what_came_of_what_was_due_and_what_was_missing_is_counted(works, tally, kim):
    now = works.clock.now()
    for minute in range(30):
        value = float("nan") if minute % 10 == 0 else 7.0
        tally.delivered(row(value, now - HOUR + minute * MINUTE), now)
    page = kim.now("/instruments")
    ph = text_of(page[page.index('data-instrument="inlet.ph"') :])
    assert "50 %" in ph
    flow = text_of(page[page.index('data-instrument="inlet.flow"') :])
    assert "nothing came yet" in flow


def test_a_pushed_channel_shows_its_last_reading(works, tally, kim, push_headers):
    body = {"readings": [{"channel": "effluent.cod", "at_ns": AT, "value": 31.5}]}
    assert kim.post("/api/v1/readings", json=body, headers=push_headers).status_code == 200
    page = kim.now("/instruments")
    assert "31.5" in text_of(page[page.index('data-instrument="effluent.cod"') :])


def test_a_channel_without_a_source_says_so(works, tally, kim):
    page = kim.now("/instruments")
    assert "no source in the site file" in text_of(
        page[page.index('data-instrument="inlet.cod"') :]
    )


def test_an_engineer_compares_the_display_and_everybody_sees_the_difference(works, tally, park):
    park.portal.call(works.engine.submit, row(7.12, AT))
    form = {"csrf": park.token("/instruments"), "shown": "7.05", "why": "handheld"}
    assert park.post("/instruments/inlet.ph", data=form).status_code == 303
    words = text_of(park.now("/instruments"))
    assert "7.05 7.12 0.07 (+0.5 % of range) park handheld" in words
    with works.engine.query() as query:
        deed = query.deeds()[0]
        (one,) = query.comparisons()
    assert (deed.who, deed.action, deed.about) == ("park", "compare", "inlet.ph")
    assert (one.shown, one.measured, one.measured_at) == (7.05, 7.12, AT)


def test_a_display_in_another_unit_is_understood(works, tally, park):
    park.portal.call(works.engine.submit, row(412.0, AT, 2))
    form = {"csrf": park.token("/instruments"), "shown": "0.41 g/L"}
    assert park.post("/instruments/inlet.cod", data=form).status_code == 303
    with works.engine.query() as query:
        assert query.comparisons()[0].shown == pytest.approx(410.0)


@pytest.mark.parametrize("shown", ["", "seven", "7,1", "7 mV", "nan", "1e999"])
def test_what_no_display_shows_is_refused_and_nothing_is_kept(works, tally, park, shown):
    park.portal.call(works.engine.submit, row(7.12, AT))
    form = {"csrf": park.token("/instruments"), "shown": shown}
    assert park.post("/instruments/inlet.ph", data=form).status_code == 400
    with works.engine.query() as query:
        assert query.comparisons() == []


def test_without_a_reading_there_is_nothing_to_compare_with(works, tally, park):
    form = {"csrf": park.token("/instruments"), "shown": "7.0"}
    assert park.post("/instruments/inlet.ph", data=form).status_code == 409


def test_an_operator_looks_and_does_not_compare(works, tally, kim):
    assert 'name="shown"' not in kim.now("/instruments")
    form = {"csrf": kim.token("/"), "shown": "7.0"}
    assert kim.post("/instruments/inlet.ph", data=form).status_code == 403


def test_somebody_not_signed_in_sees_nothing(works, stranger):
    assert stranger.get("/instruments").status_code in (303, 401)
