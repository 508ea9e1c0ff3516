"""How far each channel was from what was expected, over the time of an event."""

import math
import re

import numpy as np
import pytest
from unit.web.works import COD, FLOW, PH, START, slurry

from mulmok.model.block import Block
from mulmok.model.flag import Flag
from mulmok.model.judgement import Expectation, Judged, Judgement
from mulmok.model.time import DAY, HOUR, MINUTE
from mulmok.web.cards import deviations, moved_by
from mulmok.web.contributions import BINS, channels_of, scores, spoke_of

EVENT = slurry(START + HOUR, START + 2 * HOUR)
#: Of a band of 6 to 8 a usual deviation is a third; of one of 100 to 1000 it is a sixth of a decade.
BANDS = {PH: (6.0, 8.0), COD: (100.0, 1000.0), FLOW: (800.0, 1200.0)}


def keep(works, channel, values, start=START, every=MINUTE, flag=Flag.GOOD):
    """Have readings in the store that were judged against the channel's band."""
    n, count = len(values), len(works.engine.site.channels)
    bounds = np.zeros(count + 1, np.int64)
    bounds[channel + 1 :] = n
    at = start + every * np.arange(n, dtype=np.int64)
    flags = np.full(n, flag, np.uint8)
    block = Block(
        at, np.array(values), flags, np.zeros(n, np.uint8), np.zeros(n, np.uint32), bounds
    )
    low, high = (np.full(n, edge) for edge in BANDS[channel])
    nothing = np.full(n, np.nan)
    judged = Judged(block, Expectation(nothing, low, high, nothing, nothing))
    works.engine.writer.perform(lambda store: store.write_bulk(Judgement(runs=(judged,)))).result(
        10
    )


def spoke(works, event=EVENT, now=START + 3 * HOUR):
    with works.engine.query() as query:
        return spoke_of(query, works.engine.site, event, now)


def voice(seen, channel):
    return next(one for one in seen.voices if one.channel.id == channel)


def test_a_score_is_the_distance_from_the_middle_of_the_band_in_its_sixths(works):
    keep(works, PH, [7.0, 8.0, 6.0, 9.0])
    keep(works, COD, [100.0 * math.sqrt(10.0), 1000.0, 100.0])
    site = works.engine.site
    with works.engine.query() as query:
        ph, cod = (
            scores(query.rows(site.channels[c].id, START, START + DAY), site.channels[c])
            for c in (PH, COD)
        )
    assert ph.tolist() == pytest.approx([0.0, 3.0, -3.0, 6.0])
    # What is compared by ratio is compared by ratio here, too.
    assert cod.tolist() == pytest.approx([0.0, 3.0, -3.0], abs=1e-6)


@pytest.mark.parametrize(
    ("value", "flag", "known"),
    [
        (9.0, Flag.SUSPECT, True),
        (9.0, Flag.FAIL, False),
        (math.nan, Flag.MISSING, False),
    ],
)
def test_what_is_suspect_counts_and_what_is_bad_or_missing_does_not(works, value, flag, known):
    keep(works, PH, [value], flag=flag)
    channel = works.engine.site.channels[PH]
    with works.engine.query() as query:
        (score,) = scores(query.rows(channel.id, START, START + DAY), channel).tolist()
    assert math.isfinite(score) == known


def test_each_channel_of_the_place_has_a_row_those_that_moved_first(works):
    site = works.engine.site
    assert [one.id for one in channels_of(site, EVENT)] == ["inlet.cod", "inlet.ph", "inlet.flow"]
    # Many channels, each by little: only the id tells the place.
    nameless = slurry(START + HOUR, channels=(), contributions=())
    assert {one.place for one in channels_of(site, nameless)} == {"inlet"}


def test_over_the_time_of_an_event_a_channel_leaves_what_is_expected_and_comes_back(works):
    keep(works, PH, [7.0] * 60 + [9.0] * 60 + [7.0] * 60)
    seen = spoke(works)
    ph = voice(seen, "inlet.ph")
    assert ph.largest == pytest.approx(6.0)
    assert ph.over[2] == pytest.approx(6.0, abs=0.5)
    assert len(ph.over) == len(seen.columns)
    assert (seen.first, seen.last) == (EVENT.started_at, EVENT.ended_at)
    heights = [float(one) for one in re.findall(r"v(-?[\d.]+)h", ph.bars)]
    assert len(heights) == BINS
    # Up is more: in a picture that is less.
    assert min(heights[40:50]) < -7.0
    assert heights[0] == heights[-1] == 0.0


def test_a_channel_that_was_not_read_has_no_bar_and_no_number(works):
    keep(works, PH, [7.0] * 180)
    flow = voice(spoke(works), "inlet.flow")
    assert flow.bars == ""
    assert deviations(flow.largest) == "—"
    assert flow.word is None


def test_a_slow_analyser_stands_until_its_next_reading_is_due(works):
    keep(works, PH, [9.0] * 4, start=START + HOUR, every=10 * MINUTE)
    pieces = len(re.findall("M", voice(spoke(works), "inlet.ph").bars))
    # Readings each ten minutes of a channel that is due each minute: the rest are gaps.
    assert 4 <= pieces <= 8


def test_an_event_that_goes_on_is_shown_up_to_now(works):
    keep(works, PH, [9.0] * 90, start=START + HOUR)
    seen = spoke(works, slurry(START + HOUR), now=START + 2 * HOUR)
    assert seen.last == seen.end == START + 2 * HOUR


def test_an_event_of_weeks_is_shown_at_its_beginning(works):
    seen = spoke(works, slurry(START + HOUR, START + 30 * DAY), now=START + 31 * DAY)
    assert seen.last - seen.first == 2 * DAY


def test_numbers_have_a_sign_and_ratios_are_told_as_such(works):
    assert [deviations(one) for one in (8.24, -3.0, 0.0)] == ["+8.2", "−3.0", "0.0"]
    site = works.engine.site
    cod, ph = EVENT.contributions
    assert str(moved_by(site, cod)) == "× 1.84"
    assert moved_by(site, ph) == "−0.40"


def test_the_trend_has_the_card_the_pictures_and_the_table_of_an_event(works, kim):
    works.clock.advance(2 * HOUR)
    keep(works, PH, [7.0] * 60 + [9.0] * 60 + [7.0] * 60)
    works.keep(EVENT)
    page = kim.get("/trend?channel=inlet.ph&span=6h").text
    assert f'id="event-{EVENT.id}"' in page
    assert "Share of the flow: 2.0 %" in page
    assert "the flow is as expected: not rain" in page
    assert page.count('class="voice') == 3 + 1  # and the box they stand in
    assert re.search(r"<th scope=\"row\">Inlet &lt;b&gt;pH&lt;/b&gt;</th>.*?\+6\.0</td></tr>", page)
    # An event is no one's whom it did not touch.
    assert EVENT.id not in kim.get("/trend?channel=inlet.flow&span=6h").text


def test_of_many_events_the_last_ones_have_cards_and_only_the_first_its_pictures(works, kim):
    works.clock.advance(DAY)
    works.keep(*(slurry(START + n * HOUR, START + n * HOUR + MINUTE) for n in range(1, 16)))
    page = kim.get("/trend?channel=inlet.ph&span=24h").text
    assert page.count("<article") == 12
    assert page.count('class="spoke"') == 1
    assert "3 earlier events" in page
    (first, *_) = re.findall(r'data-part="(/part/contributions/[^"]+)"', page)
    assert 'class="spoke"' in kim.get(first).text


def test_the_cards_of_another_span_are_those_of_that_span(works, kim):
    works.clock.advance(DAY)
    works.keep(EVENT)
    asked = "/part/events?channel=inlet.ph&from=2026-03-02T09:00:00%2B09:00&to="
    assert EVENT.id in kim.get(asked + "2026-03-02T12:00:00%2B09:00").text
    before = kim.get(asked + "2026-03-02T09:30:00%2B09:00").text
    assert EVENT.id not in before
    assert "No event of this channel" in before
    assert kim.get("/part/events?channel=nowhere").status_code == 404
