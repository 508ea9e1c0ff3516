"""The trend: buckets that lose no peak, gaps that stay gaps, limits and events beside."""

import numpy as np
import pytest
from unit.web.works import START, slurry

from mulmok.config.zone import load_zone
from mulmok.model.alarm import AlarmRule, RuleKind
from mulmok.model.event import Verdict
from mulmok.model.flag import Reason
from mulmok.model.time import HOUR, MINUTE, SECOND, format_instant, parse_instant
from mulmok.web.span import span_asked
from mulmok.web.trend import concerning


def series(client, works, hours=24, **more):
    end = works.clock.now()
    asked = {
        "channel": "inlet.ph",
        "start": format_instant(end - hours * HOUR),
        "end": format_instant(end),
        **more,
    }
    return client.get("/api/v1/series", params=asked)


def test_the_peak_survives_however_few_buckets_there_are(works, kim):
    works.take(1, *([7.0] * 60), 4.1, 4.1, 4.0, *([7.0] * 60))
    body = series(kim, works, hours=3, buckets=5).json()
    low = [value for value in body["min"] if value is not None]
    assert min(low) == 4.0
    assert len(body["t"]) <= 5 + 2


def test_what_is_missing_is_null_and_a_gap_stays_a_gap(works, kim):
    works.take(1, *([7.0] * 30))
    works.clock.advance(2 * HOUR)
    works.take(1, *([7.2] * 30))
    body = series(kim, works, hours=4, buckets=240).json()
    values = body["mean"]
    told = [n for n, value in enumerate(values) if value is not None]
    gap = values[told[0] : told[-1]]
    assert None in gap
    assert 0 not in gap


def test_limits_that_apply_are_drawn(works, kim):
    works.take(1, 7.0)
    limits = series(kim, works).json()["limits"]
    assert sorted(limit["value"] for limit in limits) == [5.0, 9.0]


def test_an_alarm_of_the_span_is_told_from_when_to_when(works, kim):
    works.take(1, 7.0, 4.0, 4.0, 7.0, 7.0)
    (alarm,) = series(kim, works).json()["alarms"]
    assert alarm["alarm"] == "ph-low"
    assert alarm["name"] == "pH low"
    assert alarm["to"] > alarm["from"]


def test_an_alarm_of_an_event_is_told_only_where_the_channel_took_part():
    water = AlarmRule("water", RuleKind.EVENT, verdict=Verdict.WATER)
    faults = AlarmRule("faults", RuleKind.EVENT, verdict=Verdict.INSTRUMENT)
    high = AlarmRule("high", RuleKind.ABOVE, 1, 9.0)
    tanker = slurry(START + HOUR, START + 2 * HOUR)
    pieces = [
        (water, START + HOUR, START + 2 * HOUR),
        (water, START + 5 * HOUR, None),
        (faults, START + HOUR, None),
        (high, START, None),
    ]
    assert concerning(pieces, [tanker]) == [pieces[0], pieces[3]]
    assert concerning(pieces, []) == [pieces[3]]


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"channel": "inlet.nothing"}, 404, "inlet.nothing"),
        ({"start": "yesterday"}, 400, "start"),
        ({"start": "2026-03-02T10:00:00+09:00", "end": "2026-03-02T09:00:00+09:00"}, 400, "before"),
        ({"start": "1900-01-01T00:00:00+09:00"}, 400, "start"),
        ({"buckets": "many"}, 400, "buckets"),
        ({"buckets": "0"}, 400, "buckets"),
        ({"buckets": "10000000"}, 400, "a whole number from 1 to 4000"),
        ({"start": "0001-01-01", "end": "0002-01-01"}, 400, "1990 to 2100"),
        ({"start": "9990-01-01", "end": "9999-12-31"}, 400, "1990 to 2100"),
        ({"start": "2000-01-01", "end": "2030-01-01"}, 400, "at most 7320 d"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told_why(works, kim, asked, status, words):
    answer = series(kim, works, **asked)
    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


def test_the_table_under_the_chart_says_the_same_in_numbers(works, kim):
    works.take(1, *np.round(np.linspace(7.0, 7.5, 60), 2))
    page = kim.get("/trend", params={"channel": "inlet.ph", "span": "6h"})
    assert page.status_code == 200
    assert ">7.4" in page.text


def test_naive_times_are_the_works_own(works, kim):
    works.take(1, *([7.0] * 3))
    local = "2026-03-02T10:00"
    one = kim.get("/api/v1/series", params={"channel": "inlet.ph", "start": local})
    two = kim.get("/api/v1/series", params={"channel": "inlet.ph", "start": local + ":00+09:00"})
    assert one.json()["t"] == two.json()["t"]
    assert works.clock.now() - MINUTE > 0


def test_a_gap_of_a_single_bucket_is_a_gap_where_buckets_are_wide(works, kim):
    works.take(1, *([7.0] * 30))
    works.clock.advance(16 * MINUTE)
    works.take(1, *([7.2] * 30))
    body = series(kim, works, hours=3, buckets=12).json()
    told = [None if value is None else round(value, 1) for value in body["mean"]]
    assert told[-5:] == [7.0, 7.0, None, 7.2, 7.2]
    assert body["flag"][-3] == 0


def test_a_beat_between_buckets_and_readings_is_no_gap(works, kim):
    for _ in range(40):
        works.clock.advance(10 * SECOND)
        works.take(1, 7.0)
    body = series(kim, works, hours=1, buckets=4000).json()
    told = [n for n, value in enumerate(body["mean"]) if value is not None]
    assert None not in body["mean"][told[0] : told[-1]]


def test_a_bucket_of_bad_readings_has_no_value_and_the_worst_flag(works, kim):
    works.take(1, 7.0, 7.1, float("nan"), 7.1, 7.0)
    body = series(kim, works, hours=1, buckets=60).json()
    values = dict(zip(body["flag"], body["mean"], strict=True))
    assert values[9] is None


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("span=99d", 400, "one of 6h 24h 7d 30d 1y"),
        ("from=x", 400, "from"),
        ("from=9990-01-01&to=9999-01-01", 400, "1990 to 2100"),
        ("channel=nowhere", 404, "nowhere"),
    ],
)
def test_a_wrong_address_of_a_trend_is_told_on_a_page(kim, asked, status, words):
    answer = kim.get(f"/trend?{asked}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text


@pytest.mark.parametrize("asked", ["channel=inlet.ph&buckets=x", "", "channel=inlet.ph&start=x"])
def test_a_bad_parameter_is_told_in_the_asker_s_language(kim, asked):
    answer = kim.get(f"/api/v1/series?{asked}", headers={"accept-language": "ko"})
    assert answer.status_code == 400
    said = answer.json()["error"]
    assert said["field"] in {"buckets", "channel", "start"}
    assert "필요한 값" in said["message"]


def test_naive_times_are_of_the_season_they_name_and_not_of_the_present_one():
    berlin = load_zone("Europe/Berlin")
    asked = {"from": "2026-01-15T12:00", "to": "2026-07-15T12:00"}
    for now in asked.values():
        start, end = span_asked(asked, berlin, parse_instant(now + "Z"))
        assert format_instant(start) == "2026-01-15T11:00:00Z"
        assert format_instant(end) == "2026-07-15T10:00:00Z"


def doubts(body):
    columns = body["doubtful"]
    return list(zip(columns["flag"], columns["value"], columns["reasons"], strict=True))


def test_doubtful_readings_are_given_one_by_one_and_never_in_the_line(works, kim):
    works.take(1, *([7.0, 7.1] * 10), 4.0, 15.0, float("nan"), 7.1)
    body = series(kim, works, hours=1, buckets=60).json()
    (suspect, bad) = doubts(body)
    assert suspect[:2] == (3, 4.0)
    assert suspect[2] & Reason.SPIKE
    assert bad[:2] == (4, 15.0)
    assert bad[2] & Reason.PHYSICAL_RANGE
    assert {4.0, 15.0}.isdisjoint(body["min"] + body["max"] + body["mean"])
    assert body["possible"] == [0.0, 14.0]


def test_of_many_doubtful_readings_of_a_bucket_the_outermost_of_each_kind_are_given(works, kim):
    works.take(1, *([7.0, 7.1] * 10), *(4.0 + 0.01 * n for n in range(5)), *range(15, 25), 7.0)
    found = doubts(series(kim, works, hours=1, buckets=1).json())
    bad = sorted(value for flag, value, _ in found if flag == 4)
    assert bad == [15.0, 24.0]
    assert len([flag for flag, *_ in found if flag == 3]) <= 2


def test_over_a_span_too_long_to_look_each_up_only_the_lane_tells_of_doubt(works, kim):
    works.take(1, *([7.0, 7.1] * 10), 15.0, 7.0)
    body = series(kim, works, hours=24 * 400, buckets=10).json()
    assert doubts(body) == []
    assert 4 in body["flag"]


def test_what_the_marks_of_the_chart_mean_is_said_beside_it(works, kim):
    works.take(1, 7.0)
    page = kim.get("/trend?channel=inlet.ph").text
    for words in ("suspect reading", "bad reading", "Quality:", "never computed with"):
        assert words in page
