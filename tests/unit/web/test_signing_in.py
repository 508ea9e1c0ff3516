"""Who comes in, how long for, and what keeps others out."""

import pytest
from starlette.testclient import TestClient
from unit.web.conftest import Browser
from unit.web.works import PASSWORD

from mulmok.model.time import DAY, HOUR, MINUTE, SECOND
from mulmok.web.throttle import Throttle

PAGES = ["/", "/alarms", "/trend", "/part/stands"]


@pytest.mark.parametrize("path", PAGES[:3])
def test_a_stranger_is_sent_to_sign_in_and_back_afterwards(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    onward = stranger.sign_in(next=path)
    assert onward.headers["location"] == path


@pytest.mark.parametrize("path", ["/api/v1/latest", "/api/v1/alarms", "/api/v1/series?channel=x"])
def test_a_program_without_a_token_is_told_so(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "sign in" in answer.json()["error"]["message"]


def test_the_right_password_opens_the_first_page(kim):
    page = kim.get("/")
    assert page.status_code == 200
    assert "kim" in page.text


@pytest.mark.parametrize(("name", "password"), [("kim", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(stranger, name, password):
    answer = stranger.sign_in(name, password)
    assert answer.status_code == 401
    assert "name or password is wrong" in answer.text
    assert stranger.get("/").status_code == 303


def test_the_sixth_try_has_to_wait_even_with_the_right_password(stranger, machine):
    for _ in range(5):
        assert stranger.sign_in(password="wrong").status_code == 401
    refused = stranger.sign_in()
    assert refused.status_code == 429
    assert "too many tries" in refused.text
    assert int(refused.headers["retry-after"]) <= 15 * 60 + 1
    machine.advance(16 * MINUTE)
    assert stranger.sign_in().status_code == 303


def test_one_s_own_failures_are_forgotten_once_in(stranger):
    for _ in range(4):
        stranger.sign_in(password="wrong")
    assert stranger.sign_in().status_code == 303
    stranger.cookies.clear()
    for _ in range(4):
        assert stranger.sign_in(password="wrong").status_code == 401


def test_a_form_that_was_not_given_out_here_is_refused(stranger):
    stranger.get("/sign-in")
    fields = {"name": "kim", "password": PASSWORD}
    for csrf in ("", "00" * 64, "no hex"):
        assert stranger.post("/sign-in", data={**fields, "csrf": csrf}).status_code == 403


def test_one_never_is_sent_to_another_host(stranger):
    for onward in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1"):
        assert stranger.sign_in(next=onward).headers["location"] == "/"
        stranger.cookies.clear()


def test_signing_out_ends_the_session_on_the_server(kim, app):
    kept = dict(kim.cookies)
    assert kim.post("/sign-out", data={"csrf": kim.token("/")}).status_code == 303
    with Browser(app, follow_redirects=False, cookies=kept) as thief:
        assert thief.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours_without_use(kim, machine):
    machine.advance(11 * HOUR)
    assert kim.get("/").status_code == 200
    machine.advance(13 * HOUR)
    assert kim.get("/").status_code == 303


def test_a_session_ends_after_a_week_whatever_its_use(kim, machine):
    for _ in range(16):
        machine.advance(10 * HOUR)
        assert kim.get("/").status_code == 200
    machine.advance(10 * HOUR)
    assert 17 * 10 * HOUR > 7 * DAY
    assert kim.get("/").status_code == 303


def test_a_new_sign_in_is_a_new_session(kim):
    before = kim.cookies["mulmok_session"]
    kim.post("/sign-out", data={"csrf": kim.token("/")})
    kim.sign_in()
    assert kim.cookies["mulmok_session"] != before


def test_the_session_is_kept_from_scripts_and_other_sites(stranger):
    cookie = stranger.sign_in().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=" in cookie


def test_the_store_holds_neither_password_nor_session(kim, works):
    with works.engine.query() as query:
        person = query.person("kim")
    assert person is not None
    assert person.password.startswith("$argon2id$")
    data = works.engine.store.path.read_bytes()
    assert kim.cookies["mulmok_session"].encode() not in data


@pytest.mark.parametrize("path", ["/sign-in", "/health", "/no-such-page", "/static/page.css"])
def test_every_answer_carries_the_security_headers(stranger, path):
    headers = stranger.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "server" not in headers


def test_the_language_is_a_choice_that_stays(stranger):
    assert "로그인" not in stranger.get("/sign-in").text
    form = {"csrf": stranger.token(), "language": "ko", "next": "/sign-in"}
    assert stranger.post("/language", data=form).status_code == 303
    assert "로그인" in stranger.get("/sign-in").text


def test_over_https_the_session_travels_by_nothing_else(app):
    safe = Browser(app, base_url="https://mulmok.test", follow_redirects=False)
    answer = safe.sign_in()
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_another_name_is_not_kept_out_by_one_s_failures(stranger):
    for _ in range(5):
        stranger.sign_in(password="wrong")
    assert stranger.sign_in().status_code == 429
    assert stranger.sign_in("lee").status_code == 303


def test_guessing_at_many_names_closes_the_door_to_their_address_alone():
    throttle = Throttle()
    for guess in range(30):
        assert throttle.wait(f"name{guess}", "10.0.0.9", guess) == 0
        throttle.failed(f"name{guess}", "10.0.0.9", guess)
    assert throttle.wait("kim", "10.0.0.9", 30) > 0
    assert throttle.wait("kim", "10.0.0.1", 30) == 0


def test_tries_without_a_name_do_not_make_an_address_forgotten():
    throttle = Throttle()
    for guess in range(30):
        throttle.failed(f"name{guess}", "10.0.0.9", guess)
    assert throttle.wait("", "10.0.0.9", 30) > 0
    assert throttle.wait("kim", "10.0.0.9", 30) > 0


def test_a_new_password_ends_the_sessions_of_the_old_one(kim, works, machine):
    works.add("kim", "operator")
    machine.advance(6 * SECOND)
    assert kim.get("/").status_code == 303


def test_a_token_of_before_signing_in_is_worth_nothing_after(stranger):
    before = stranger.token()
    stranger.sign_in()
    assert stranger.post("/sign-out", data={"csrf": before}).status_code == 403
    assert stranger.get("/").status_code == 200
    assert stranger.token("/") != stranger.token("/"), "masked anew on each page"


def test_a_form_that_is_none_or_far_too_long_is_refused(stranger):
    form = {"csrf": stranger.token(), "password": PASSWORD}
    assert stranger.post("/sign-in", json=form).status_code == 415
    assert stranger.post("/sign-in", data={**form, "name": "x" * 70_000}).status_code == 413
    answer = stranger.post("/sign-in", data={**form, "name": "x" * 501})
    assert answer.status_code == 400
    assert "at most 500 characters" in answer.text


def test_a_part_of_a_page_is_not_replaced_by_the_form(stranger):
    assert stranger.get("/part/stands").status_code == 401
    asked = stranger.get("/part/stands", headers={"hx-request": "true"})
    assert asked.headers["hx-redirect"] == "/sign-in"


def test_a_fault_of_ours_is_guarded_as_well_and_tells_nothing(app):
    async def broken() -> None:
        raise RuntimeError("the secret path")

    app.add_api_route("/broken", broken)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"accept-language": "en"})
    assert answer.status_code == 500
    assert "it has been logged" in answer.text
    assert "secret" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("wished", "language"),
    [("fr, en;q=0.9", "en"), ("fr, en; q=0.9, ko; q=0.5", "en"), ("en;q=0", "ko"), ("fr", "ko")],
)
def test_the_browser_s_wish_is_heard_else_the_works_speaks_its_own(stranger, wished, language):
    page = stranger.get("/sign-in", headers={"accept-language": wished}).text
    assert f'<html lang="{language}"' in page
