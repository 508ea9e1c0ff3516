"""What people say of events: who may, what must be said, what is left of it, how it is shown."""

import re
from dataclasses import replace

import pytest
from unit.web.conftest import Browser
from unit.web.test_alarms import commands
from unit.web.works import START, slurry

from mulmok.model.event import Cause, Verdict
from mulmok.model.message import Action
from mulmok.model.time import HOUR, MINUTE

EVENT = slurry(START + 10 * MINUTE, START + 40 * MINUTE)
PAGE = f"/events/{EVENT.id}"


@pytest.fixture
def seen(works, kim) -> Browser:
    """An operator before an event that is over."""
    works.keep(EVENT)
    return kim


def say(browser, saying, path=PAGE, **fields):
    """Send the form of an event's page."""
    form = {"csrf": browser.token("/"), "next": path, **fields}
    return browser.post(f"{path}/{saying}", data=form)


def told(works):
    return [(one.who, one.action, one.event, one.cause, one.why) for one in commands(works)]


def test_an_event_is_confirmed_with_its_true_cause_and_who_said_so_is_shown(works, seen):
    answer = say(seen, "confirm", cause="septage", why="the tanker's driver said so")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert told(works) == [
        ("kim", Action.CONFIRM, EVENT.id, "septage", "the tanker's driver said so")
    ]
    page = seen.get(PAGE).text
    assert "Confirmed: septage" in page
    assert re.search(r'kim, <span class="figures">10:00</span>', page)
    assert "the tanker&#39;s driver said so" in page


def test_an_event_is_rejected_with_a_reason(works, seen):
    assert say(seen, "reject", why="a test of the pumps").status_code == 303
    assert told(works) == [("kim", Action.REJECT, EVENT.id, "", "a test of the pumps")]
    page = seen.get(PAGE, headers={"accept-language": "ko"}).text
    assert "기각" in page
    assert "a test of the pumps" in page


def test_the_last_word_stands_first_and_the_one_before_is_not_lost(works, seen):
    say(seen, "reject", why="nothing there")
    works.clock.advance(HOUR)
    say(seen, "confirm", cause="livestock")
    words = re.findall(r"(Confirmed: [\w ]+|Rejected)</strong>", seen.get(PAGE).text)
    assert words == ["Confirmed: livestock slurry", "Rejected"]


def test_the_first_cause_is_proposed_and_the_works_own_dischargers_are_offered(seen):
    page = seen.get(PAGE).text
    assert re.findall(r'value="(\w+)" selected', page) == ["livestock"]
    assert '<option value="slaughterhouse">Slaughterhouse</option>' in page
    assert 'value="stuck"' not in page
    korean = seen.get(PAGE, headers={"accept-language": "ko"}).text
    assert '<option value="slaughterhouse">도축장</option>' in korean


def test_a_discharger_is_named_by_its_name(works, seen):
    assert say(seen, "confirm", cause="slaughterhouse").status_code == 303
    assert told(works)[0][3] == "slaughterhouse"
    assert "Confirmed: Slaughterhouse" in seen.get(PAGE).text


def test_an_instrument_s_event_is_offered_what_befalls_instruments(works, kim):
    fault = replace(EVENT, id="f1", verdict=Verdict.INSTRUMENT, causes=(Cause("drift", 1.0),))
    works.keep(fault)
    page = kim.get("/events/f1").text
    assert re.findall(r'value="(\w+)" selected', page) == ["drift"]
    assert 'value="livestock"' not in page
    assert 'value="slaughterhouse"' not in page


@pytest.mark.parametrize(
    ("saying", "fields", "status", "words"),
    [
        ("confirm", {}, 400, "choose the true cause"),
        ("confirm", {"cause": "stuck"}, 400, "choose the true cause"),
        ("confirm", {"cause": "<b>"}, 400, "choose the true cause"),
        ("reject", {"why": "  "}, 400, "say why"),
        ("reject", {"why": "x" * 501}, 400, "at most 500 characters"),
        ("explain", {"why": "x"}, 404, "no such page"),
        ("acknowledge", {"why": "x"}, 404, "no such page"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_one_message(
    works, seen, saying, fields, status, words
):
    answer = say(seen, saying, **fields)
    assert answer.status_code == status
    assert answer.text.count('role="alert"') == 1
    assert words in answer.text
    assert commands(works) == []


def test_an_event_that_never_was_is_told_by_its_id(works, kim):
    for answer in (kim.get("/events/e9"), say(kim, "confirm", "/events/e9", cause="acid")):
        assert answer.status_code == 404
        assert "no event &#34;e9&#34;" in answer.text
    assert commands(works) == []


def test_the_same_word_twice_is_refused_and_another_one_is_not(works, seen):
    say(seen, "confirm", cause="livestock")
    again = say(seen, "confirm", cause="livestock")
    assert again.status_code == 409
    assert "kim has said so already" in again.text
    assert say(seen, "confirm", cause="septage").status_code == 303
    assert len(commands(works)) == 2


def test_a_viewer_sees_what_was_said_and_says_nothing(works, seen, app):
    say(seen, "reject", why="a test of the pumps")
    with Browser(app, follow_redirects=False, headers={"accept-language": "en"}) as lee:
        lee.sign_in("lee")
        page = lee.get(PAGE).text
        assert "Rejected" in page
        assert f"{PAGE}/confirm" not in page
        refused = say(lee, "confirm", cause="livestock")
    assert refused.status_code == 403
    assert "only operators" in refused.text
    assert len(commands(works)) == 1


def test_a_form_without_the_session_s_token_is_refused(works, seen):
    for token in ("", "00" * 64):
        assert seen.post(f"{PAGE}/reject", data={"csrf": token, "why": "x"}).status_code == 403
    assert commands(works) == []


def test_nobody_says_anything_without_signing_in(works, stranger):
    works.keep(EVENT)
    assert stranger.get(PAGE).headers["location"].startswith("/sign-in")
    assert stranger.post(f"{PAGE}/reject", data={"why": "x"}).headers["location"] == "/sign-in"
    assert commands(works) == []


def test_the_audit_trail_names_event_cause_and_reason(works, seen):
    say(seen, "confirm", cause="septage", why="seen")
    with works.engine.query() as query:
        deed = query.deeds()[0]
    assert (deed.who, deed.action, deed.about, deed.why) == (
        "kim", "confirm", f"{EVENT.id} septage", "seen",
    )  # fmt: skip


def test_the_first_page_shows_what_was_said_of_what_goes_on(works, kim):
    works.keep(replace(EVENT, ended_at=None))
    before = kim.now()
    say(kim, "confirm", cause="livestock")
    after = kim.now()
    assert PAGE in before
    assert "Confirmed: livestock slurry" in after
    marks = [re.search(r'data-stands="(\w+)"', page) for page in (before, after)]
    assert marks[0] is not None
    assert marks[1] is not None
    assert marks[0][1] != marks[1][1]
