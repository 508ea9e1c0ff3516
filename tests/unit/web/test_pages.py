"""What the first page shows, and what it never shows."""

import asyncio
import html
import json
import re
import threading

import numpy as np
import pytest
from unit.web.works import COD, FLOW, OUT_COD, OUT_FLOW, OUT_TSS

from mulmok.model.time import HOUR, MINUTE
from mulmok.web.loads import is_inlet
from mulmok.web.speech import STATIC
from mulmok.web.watch import Watch


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
        flow, cod = 800.0 + minute % 3, 300.0 + minute % 5
        given = {FLOW: flow, COD: cod, OUT_FLOW: flow, OUT_COD: cod / 10}
        rows = [works.arrival(channel, [value]) for channel, value in given.items()]
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
    # The design is the influent's: what leaves the works is not compared with it.
    assert works.engine.current_loads()["effluent.cod"][0] > 0
    assert 'data-load="effluent.cod"' not in page
    assert [one["channel"] for one in kim.get("/api/v1/loads").json()["loads"]] == ["inlet.cod"]


@pytest.mark.parametrize(
    ("place", "inlet"),
    [
        ("inlet", True),
        ("inlet-2", True),
        ("north.influent", True),
        ("effluent", False),
        ("outlet", False),
        ("primary.effluent", False),
    ],
)
def test_an_inlet_is_known_by_its_name(place, inlet):
    assert is_inlet(place) is inlet


def test_one_wild_reading_does_not_push_the_page_apart(works, kim):
    works.take(COD, 400.0, 1e308)
    shown = row(kim.now(), "inlet.cod")
    assert ">1.0e308<" in shown
    assert "kind-bad" in shown
    longest = max(re.findall(r"[\d,.]+", re.sub(r"<[^>]*>", " ", kim.now())), key=len)
    assert len(longest) < 20


def test_a_limit_is_shown_as_it_was_set(works, kim):
    works.take(OUT_TSS, 5.0, 7.7)
    page = kim.now()
    assert ">7.7<" in row(page, "effluent.tss")
    assert "Suspended solids above 7.6 mg/L" in page
    series = kim.get("/api/v1/series", params={"channel": "effluent.tss"}).json()
    assert [limit["shown"] for limit in series["limits"]] == ["7.6"]
    assert series["decimals"] == 1


def test_a_page_that_is_not_there_is_said_in_words(kim):
    answer = kim.get("/nowhere")
    assert answer.status_code == 404
    assert "there is no such page" in answer.text


def test_a_wrong_method_is_said_in_words(kim):
    assert kim.post("/").status_code == 405


@pytest.mark.parametrize(("language", "words"), [("en", "suspect: spike"), ("ko", "의심: 순간 튐")])
def test_a_suspect_value_is_told_by_word_and_mark_and_not_by_colour_alone(
    works, kim, language, words
):
    works.take(1, *([7.0, 7.1] * 10), 4.0)
    kim.post("/language", data={"csrf": kim.token("/"), "language": language, "next": "/"})
    shown = row(kim.now(), "inlet.ph")
    assert "kind-suspect" in shown
    assert ">4.00<" in shown
    assert re.search(r'class="note">[^<]*' + words.partition(": ")[0] + ": ", shown)
    style = (STATIC / "page.css").read_text(encoding="utf-8")
    assert re.search(r"\.kind-suspect \.v::before \{ content: \"\S", style)
    assert re.search(r"\.kind-bad \.v \{ text-decoration: line-through", style)


def test_a_load_of_which_nothing_is_known_is_missing_and_not_zero(works, kim):
    works.take(1, 7.0)
    page = kim.now()
    shown = re.search(r'<tr data-load="inlet.cod".*?</tr>', page, re.DOTALL)
    assert shown is not None
    assert re.findall(r'class="c-(?:value|percent|today) figures">(.*?)<', shown[0]) == ["—"] * 3
    (load,) = kim.get("/api/v1/loads").json()["loads"]
    assert load["rate_kg_d"] is load["today_kg"] is None


def test_missing_is_null_to_programs_and_a_dash_in_the_live_frame(works, kim, app):
    works.take(2, 400.0, float("nan"))
    kim.now()
    flow, _, cod, *_ = kim.get("/api/v1/latest").json()["channels"]
    assert (flow["at"], flow["value"], flow["flag"]) == (None, None, 9)
    assert (cod["value"], cod["flag"]) == (None, 9)
    rows = json.loads(app.state.desk.watch.frame)["rows"]
    assert rows["inlet.cod"][0] == rows["inlet.flow"][0] == "—"
    assert rows["inlet.flow"][1] is None


@pytest.mark.parametrize("path", ["/trend?channel=inlet.ph", "/trend?channel=<b>x</b>", "/alarms"])
def test_names_and_what_was_asked_are_text_on_every_page(works, kim, path):
    works.take(1, 7.0, 4.0)
    kim.now()
    page = kim.get(path).text
    assert "<b>" not in page
    assert "&lt;b&gt;" in page


def test_a_slow_look_does_not_hide_what_a_later_one_saw(works, machine):
    """What was seen before a reading came must not be shown after it."""

    async def looked() -> None:
        slow = Slow(works.engine)
        watch = Watch(slow, machine.now)
        first = asyncio.create_task(watch.look())
        await asyncio.to_thread(slow.held.wait, 10)
        await asyncio.to_thread(works.take, 1, 7.3)
        second = asyncio.create_task(watch.look())
        await asyncio.wait([second], timeout=0.1)
        slow.go_on.set()
        await asyncio.gather(first, second)
        assert watch.board is not None
        assert watch.board.latest["inlet.ph"].value == 7.3

    works.take(1, 7.0)
    asyncio.run(looked())


class Slow:
    """An engine whose first look at the loads takes until it is told to go on."""

    def __init__(self, engine):
        self.engine, self.held, self.go_on = engine, threading.Event(), threading.Event()

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def current_loads(self):
        if not self.held.is_set():
            self.held.set()
            assert self.go_on.wait(10)
        return self.engine.current_loads()


def test_the_script_says_an_unknown_band_in_the_words_of_the_page(works, kim):
    """Other words, and longer ones, had been written over the next column a second later."""
    works.take(COD, 400.0)
    page = kim.now()
    (words,) = re.findall(r'data-words="([^"]*)"', page)
    unknown = json.loads(html.unescape(words))["band"]["unknown"]
    assert f'class="c-normal figures">{unknown}<' in row(page, "inlet.cod")
