"""What an engineer does to an alarm: out of service and back, suppressed by design and released."""

import re

import pytest
from unit.web.conftest import Browser
from unit.web.test_alarms import commands, state

from mulmok.model.alarm import IsaState
from mulmok.model.message import Action
from mulmok.model.time import HOUR


@pytest.fixture
def park(works, stranger) -> Browser:
    """An engineer before a works where nothing rings."""
    works.take(1, 7.1, 7.1)
    assert stranger.sign_in("park").status_code == 303
    return stranger


def serve(browser, act, why="probe is renewed", alarm="ph-low"):
    """Press a button of the form the page has for an alarm."""
    return browser.act(alarm, "service", act=act, why=why)


def offered(page, alarm="ph-low"):
    (row,) = re.findall(rf'<li [^>]*data-alarm="{alarm}">.*?</li>', page, re.DOTALL)
    return re.findall(r'name="act" value="(\w+)"', row)


def test_an_alarm_is_taken_out_of_service_before_it_rings_and_put_back(works, park):
    assert offered(park.now("/alarms")) == ["inhibit", "out_of_service"]
    assert serve(park, "out_of_service").status_code == 303
    assert state(works) is IsaState.OOSRV
    works.take(1, 4.2, 4.1)
    assert state(works) is IsaState.OOSRV
    assert offered(park.now("/alarms")) == ["in_service"]
    assert serve(park, "in_service", "renewed").status_code == 303
    # What went on underneath rings now: nobody has seen it.
    assert state(works) is IsaState.UNACK


def test_an_alarm_is_suppressed_by_design_and_released(works, park):
    assert serve(park, "inhibit").status_code == 303
    assert state(works) is IsaState.DSUPR
    assert offered(park.now("/alarms")) == ["release", "out_of_service"]
    assert serve(park, "release").status_code == 303
    assert state(works) is IsaState.NORM


def test_the_journal_says_who_and_why(works, park):
    serve(park, "out_of_service", "probe is renewed")
    serve(park, "in_service", "done")
    told = [(one.who, one.action, one.alarm, one.why) for one in commands(works)]
    assert told == [
        ("park", Action.OUT_OF_SERVICE, "ph-low", "probe is renewed"),
        ("park", Action.IN_SERVICE, "ph-low", "done"),
    ]
    page = park.now("/alarms")
    assert "taken out of service by park" in page
    assert "put back into service by park" in page


def test_the_page_says_who_took_it_out_and_why_and_since_when(works, park):
    works.take(1, 4.2)
    works.clock.advance(HOUR)
    serve(park, "out_of_service", "probe is renewed")
    page = park.now("/alarms")
    assert "by park: probe is renewed" in page
    assert re.search(r'out of service</strong> <span class="figures">since 11:03<', page)
    assert "raised 10:03" in page


@pytest.mark.parametrize("act", ["out_of_service", "in_service", "inhibit", "release"])
def test_each_of_them_wants_a_reason(works, park, act):
    refused = serve(park, act, " ")
    assert refused.status_code == 400
    assert "say why" in refused.text
    assert commands(works) == []


@pytest.mark.parametrize("name", ["kim", "lee"])
@pytest.mark.parametrize("act", ["out_of_service", "in_service", "inhibit", "release"])
def test_none_of_them_is_an_operator_s(works, stranger, name, act):
    stranger.sign_in(name)
    assert offered(stranger.now("/alarms")) == []
    for refused in (serve(stranger, act), stranger.act("ph-low", act, why="renewed")):
        assert refused.status_code == 403
        assert "only" in refused.text
    assert state(works) is IsaState.NORM
    assert commands(works) == []


def test_an_engineer_is_an_operator_too(works, park):
    works.take(1, 4.2)
    assert park.act("ph-low", "acknowledge").status_code == 303
    assert state(works) is IsaState.ACKED


@pytest.mark.parametrize("act", ["", "service", "silence", "expire"])
def test_a_button_that_no_page_has_does_nothing(works, park, act):
    assert serve(park, act).status_code == 404
    assert commands(works) == []


def test_what_changes_nothing_is_said(works, park):
    answer = serve(park, "in_service")
    assert answer.status_code == 409
    assert "nothing changed" in answer.text


def test_a_shelf_tells_when_it_began_and_not_when_the_alarm_was_raised(works, park):
    works.take(1, 4.2)
    works.clock.advance(HOUR)
    park.act("ph-low", "shelve", minutes="60", why="cleaning")
    page = park.now("/alarms")
    assert re.search(r'shelved</strong> <span class="figures">since 11:03<', page)
    park.act("ph-low", "unshelve")
    works.clock.advance(HOUR)
    park.act("ph-low", "acknowledge")
    page = park.now("/alarms")
    assert re.search(r'acknowledged</strong> <span class="figures">since 12:03<', page)
    assert "raised 10:03" in page


@pytest.mark.parametrize(("name", "shown"), [("kim", "kim operator"), ("operator", "operator")])
def test_the_header_says_who_and_as_what_and_nothing_twice(works, stranger, name, shown):
    works.add("operator", "operator")
    stranger.sign_in(name)
    (who,) = re.findall(r'<span class="who">(.*?)</span>\n', stranger.get("/").text)
    assert re.sub(r"<[^>]*>", "", who).strip() == shown
