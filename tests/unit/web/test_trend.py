"""The trend: buckets that lose no peak, gaps that stay gaps, limits and events beside."""

import numpy as np
import pytest

from mulmok.model.time import HOUR, MINUTE, format_instant


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


def test_a_program_with_the_token_may_ask(works, stranger, push_headers):
    works.take(1, 7.0)
    end = works.clock.now()
    answer = stranger.get(
        "/api/v1/series",
        params={"channel": "inlet.ph", "end": format_instant(end)},
        headers=push_headers,
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"channel": "inlet.nothing"}, 404, "inlet.nothing"),
        ({"start": "yesterday"}, 400, "start"),
        ({"start": "2026-03-02T10:00:00+09:00", "end": "2026-03-02T09:00:00+09:00"}, 400, "before"),
        ({"start": "1900-01-01T00:00:00+09:00"}, 400, "start"),
        ({"buckets": "many"}, 400, "buckets"),
        ({"buckets": "0"}, 400, "buckets"),
        ({"buckets": "10000000"}, 400, "buckets"),
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
