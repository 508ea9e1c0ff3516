"""Instruments that have lost trust are named, with why, what to do and when they were last good."""

import numpy as np
from unit.web.works import COD

NO_VALUE = float("nan")


def test_an_instrument_that_shows_nothing_usable_is_named_as_one_to_look_at(works, kim):
    works.take(COD, 400.0, NO_VALUE)
    page = kim.now()
    assert "Instruments to look at" not in page
    works.take(COD, *np.full(400, NO_VALUE))
    page = kim.now()
    assert 'data-doubtful="inlet.cod"' in page
    assert "to do: check cable and supply of" in page
    assert "last good" in page
    assert 'data-doubtful="inlet.ph"' not in page


def test_the_trust_of_every_channel_is_told_in_both_languages(works, kim):
    works.take(COD, 400.0, *np.full(400, NO_VALUE))
    told = {one["channel"]: one for one in kim.get("/api/v1/trust").json()["channels"]}
    cod, ph = told["inlet.cod"], told["inlet.ph"]
    assert cod["trust"] == 0.2
    assert cod["good_at"] == "2026-03-02T01:01:00Z"
    assert cod["reasons"]["en"][1] == "usable in 76% of the last day"
    assert cod["reasons"]["ko"][1] == "최근 하루 중 76%만 쓸 수 있는 값입니다"
    assert ph == {
        "channel": "inlet.ph",
        "trust": None,
        "good_at": None,
        "reasons": {"ko": [], "en": []},
    }
