"""What the first page shows, and what it never shows."""

import re

import numpy as np
import pytest

from mulmok.model.time import HOUR, MINUTE


def row(page, channel):
    """The text of one channel's row."""
    found = re.search(rf'<tr data-channel="{re.escape(channel)}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_every_channel_has_a_row_with_value_unit_and_age(works, kim):
    works.take(2, 400.0, 405.0)
    shown = row(kim.now(), "inlet.cod")
    assert ">405<" in shown
    assert "mg/L" in shown
    assert "kind-good" in shown


def test_a_channel_that_never_spoke_says_so(works, kim):
    works.take(2, 400.0)
    shown = row(kim.now(), "inlet.flow")
    assert "never" in shown
    assert ">0<" not in shown


def test_a_missing_value_is_told_and_never_zero(works, kim):
    works.take(2, 400.0, float("nan"))
    shown = row(kim.now(), "inlet.cod")
    assert "kind-missing" in shown
    assert "missing" in shown
    assert ">0<" not in shown


def test_a_bad_value_is_told_in_words_with_its_reason(works, kim):
    works.take(2, 400.0, 5000.0)
    shown = row(kim.now(), "inlet.cod")
    assert "kind-bad" in shown
    assert "outside the instrument" in shown


def test_an_old_value_is_marked_old(works, kim):
    works.take(2, 400.0)
    works.clock.advance(2 * HOUR)
    assert re.search(r'class="[^"]*\bold\b', row(kim.now(), "inlet.cod"))


def test_names_are_text_and_never_markup(works, kim):
    works.take(1, 7.0)
    page = kim.now()
    assert "<b>pH</b>" not in page
    assert "&lt;b&gt;pH&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ko", ["시험 처리장", "현재", "경보", "시험 처리장"]),
        ("en", ["Test works", "Now", "Alarms"]),
    ],
)
@pytest.mark.parametrize("path", ["/", "/alarms", "/trend"])
def test_every_page_is_in_the_reader_s_language(works, kim, path, language, words):
    works.take(1, 7.0, 4.0)
    kim.post("/language", data={"csrf": kim.token("/"), "language": language, "next": "/"})
    page = kim.get(path).text
    assert f'<html lang="{language}"' in page
    for word in words:
        assert word in page
    if language == "en":
        body = re.sub(r"한국어", "", page)
        assert not re.search(r"[가-힣]", body)


def test_the_load_stands_beside_the_design(works, kim):
    for minute in range(90):
        works.clock.advance(MINUTE)
        rows = [works.arrival(0, [800.0 + minute % 3]), works.arrival(2, [300.0 + minute % 5])]
        from mulmok.model.message import Readings

        works.engine.writer.submit(
            Readings(
                works.clock.now(),
                np.concatenate([one.channel for one in rows]),
                np.concatenate([one.at for one in rows]),
                np.concatenate([one.value for one in rows]),
                np.concatenate([one.status for one in rows]),
            )
        ).result(10)
    page = kim.now()
    shown = re.search(r'<tr data-load="inlet.cod".*?</tr>', page, re.DOTALL)
    assert shown is not None
    # 801 m3/h * 0.302 kg/m3 * 24 = 5 806 kg/d against 24 000 m3/d * 0.4 kg/m3 = 9 600 kg/d.
    assert re.search(r"5,8\d\d", shown[0])
    assert "61 %" in shown[0]


def test_a_page_that_is_not_there_is_said_in_words(kim):
    answer = kim.get("/nowhere")
    assert answer.status_code == 404
    assert "there is no such page" in answer.text


def test_a_wrong_method_is_said_in_words(kim):
    assert kim.post("/").status_code == 405
