"""What an operator does to an alarm, and what is left of it in the journal."""

import pytest
from unit.web.conftest import Browser

from mulmok.model.alarm import IsaState
from mulmok.model.message import Action, Command


@pytest.fixture
def ringing(works, kim):
    """An alarm that rings, and an operator before it."""
    works.take(1, 7.1, 7.1, 4.2, 4.1)
    return kim


def state(works, alarm="ph-low"):
    return next(v.state for v in works.engine.alarm_views() if v.rule.id == alarm)


def commands(works):
    return [m for _, m in works.engine.store.journal(0) if isinstance(m, Command)]


def test_an_alarm_that_rings_stands_first_on_the_first_page(ringing):
    page = ringing.now()
    assert "pH low" in page
    assert "unacknowledged" in page
    assert 'role="alert"' not in page


def test_acknowledging_changes_its_state_and_says_who(works, ringing):
    assert ringing.act("ph-low", "acknowledge").status_code == 303
    assert state(works) is IsaState.ACKED
    (command,) = commands(works)
    assert (command.who, command.action, command.alarm) == ("kim", Action.ACKNOWLEDGE, "ph-low")


def test_acknowledging_twice_changes_nothing_and_says_so(works, ringing):
    ringing.act("ph-low", "acknowledge")
    again = ringing.act("ph-low", "acknowledge")
    assert again.status_code == 409
    assert "nothing changed" in again.text
    assert state(works) is IsaState.ACKED


def test_shelving_wants_a_reason(works, ringing):
    refused = ringing.act("ph-low", "shelve", minutes="60")
    assert refused.status_code == 400
    assert "say why" in refused.text
    assert state(works) is IsaState.UNACK


@pytest.mark.parametrize("minutes", ["", "0", "-5", "7", "100000", "ten"])
def test_shelving_wants_one_of_the_offered_times(works, ringing, minutes):
    refused = ringing.act("ph-low", "shelve", minutes=minutes, why="cleaning")
    assert refused.status_code == 400
    assert "how long" in refused.text
    assert state(works) is IsaState.UNACK


def test_shelving_keeps_the_reason_and_the_end(works, ringing):
    assert ringing.act("ph-low", "shelve", minutes="60", why="probe is cleaned").status_code == 303
    assert state(works) is IsaState.SHLVD
    (command,) = commands(works)
    assert command.why == "probe is cleaned"
    assert command.until is not None
    assert (command.until - command.at) / 60e9 == 60
    page = ringing.now("/alarms")
    assert "probe is cleaned" in page


def test_unshelving_brings_it_back(works, ringing):
    ringing.act("ph-low", "shelve", minutes="60", why="cleaning")
    assert ringing.act("ph-low", "unshelve").status_code == 303
    assert state(works) is IsaState.UNACK


def test_a_viewer_looks_and_does_not_touch(works, ringing, app):
    with Browser(app, follow_redirects=False, headers={"accept-language": "en"}) as lee:
        lee.sign_in("lee")
        page = lee.now()
        assert "pH low" in page
        assert "/alarms/ph-low/acknowledge" not in page
        refused = lee.act("ph-low", "acknowledge")
    assert refused.status_code == 403
    assert "only operators" in refused.text
    assert state(works) is IsaState.UNACK


def test_nobody_acts_for_another_s_session(works, ringing, app):
    with Browser(app, follow_redirects=False) as other:
        other.sign_in("kim")
        theirs = other.token("/")
    answer = ringing.post("/alarms/ph-low/acknowledge", data={"csrf": theirs, "next": "/"})
    assert answer.status_code == 403
    assert state(works) is IsaState.UNACK


def test_a_stranger_acts_on_nothing(works, ringing, app):
    with Browser(app, follow_redirects=False) as nobody:
        answer = nobody.post("/alarms/ph-low/acknowledge", data={"next": "/"})
    assert answer.headers["location"] == "/sign-in"
    assert state(works) is IsaState.UNACK


@pytest.mark.parametrize("path", ["/alarms/no-such/acknowledge", "/alarms/ph-low/silence"])
def test_what_is_not_there_is_not_acted_on(ringing, path):
    form = {"csrf": ringing.token("/"), "next": "/"}
    assert ringing.post(path, data=form).status_code == 404


def test_a_script_gets_the_parts_anew(ringing):
    form = {"csrf": ringing.token("/"), "next": "/"}
    parts = ringing.post("/alarms/ph-low/acknowledge", data=form, headers={"hx-request": "true"})
    assert parts.status_code == 200
    assert "<html" not in parts.text
    assert "unacknowledged" not in parts.text


def test_the_journal_of_changes_is_told_in_words(works, ringing):
    ringing.act("ph-low", "acknowledge")
    page = ringing.get("/alarms").text
    assert "acknowledged by kim" in page
    assert "at 4.20" in page
    ringing.post("/language", data={"csrf": ringing.token("/"), "language": "ko", "next": "/"})
    page = ringing.get("/alarms").text
    assert "확인: kim" in page
    assert "command acknowledge" not in page
