"""An event on the trend in a real browser: seen, pointed at, confirmed and rejected; a viewer only looks."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from unit.web.test_contributions import keep
from unit.web.works import PASSWORD, PH, START, Works, open_works, slurry

from mulmok.model.message import Command
from mulmok.model.time import HOUR, MINUTE
from mulmok.web.app import create_app
from mulmok.web.server import PagesServer

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: make setup installs it"
)
pytestmark = pytest.mark.browser
#: One that is over, and the one before it.
EVENT = slurry(START + HOUR, START + 2 * HOUR)
BEFORE = slurry(START + 10 * MINUTE, START + 20 * MINUTE)
TREND = "/trend?channel=inlet.ph&span=6h"


@dataclass
class Pages:
    works: Works
    address: str


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """The pages of a works with two events, served on a port of their own."""
    works = open_works(tmp_path)
    works.clock.advance(2 * HOUR + 30 * MINUTE)
    keep(works, PH, [7.0] * 60 + [9.0] * 60 + [7.0] * 60)
    works.keep(EVENT, BEFORE)
    ready = threading.Event()
    app = create_app(works.engine, machine_now=lambda: 1_800_000_000_000_000_000)
    server = PagesServer(app, ready=ready.set)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    serving = threading.Thread(target=server.run, args=([listening],))
    serving.start()
    assert ready.wait(30)
    yield Pages(works, f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    serving.join(30)
    listening.close()
    works.engine.close()


def open_trend(browser, pages, name="kim", path=TREND, **options):
    page = browser.new_context(**{"locale": "en", **options}).new_page()
    page.goto(f"{pages.address}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(f"{pages.address}/")
    page.goto(pages.address + path)
    page.locator("#chart[data-drawn]").wait_for(timeout=20_000)
    return page


def card(page, event=EVENT):
    return page.locator(f'#events [data-event="{event.id}"]')


def commands(pages):
    return [one for _, one in pages.works.engine.store.journal(0) if isinstance(one, Command)]


def test_an_event_is_confirmed_with_its_true_cause(browser, pages):
    page = open_trend(browser, pages)
    card(page).get_by_text("Confirm", exact=True).click()
    page.get_by_label("What it was").first.select_option(label="Slaughterhouse")
    card(page).get_by_label("How it is known").fill("called them")
    card(page).get_by_role("button", name="Confirm now").click()
    sync_api.expect(card(page)).to_contain_text("Confirmed: Slaughterhouse")
    sync_api.expect(card(page)).to_contain_text("kim, 12:30 “called them”")
    # Back where it was said, at the very event.
    assert page.url == f"{pages.address}{TREND}#event-{EVENT.id}"
    (command,) = commands(pages)
    assert (command.who, command.event, command.cause, command.why) == (
        "kim", EVENT.id, "slaughterhouse", "called them",
    )  # fmt: skip
    page.context.close()


def test_an_event_is_rejected_on_a_phone_in_korean(browser, pages):
    page = open_trend(browser, pages, locale="ko", viewport={"width": 390, "height": 844})
    card(page).get_by_text("기각", exact=True).click()
    reason = card(page).get_by_label("기각하는 이유")
    card(page).get_by_role("button", name="기각하기").click()
    # Without a reason the browser does not send it.
    assert reason.evaluate("field => !field.validity.valid")
    assert commands(pages) == []
    reason.fill("펌프 시험")
    card(page).get_by_role("button", name="기각하기").click()
    sync_api.expect(card(page)).to_contain_text("✕ 기각")
    sync_api.expect(card(page)).to_contain_text("“펌프 시험”")
    assert commands(pages)[0].why == "펌프 시험"
    # The card, its pictures and its forms stick out of no phone's screen.
    for path in (TREND, f"/events/{EVENT.id}"):
        page.goto(pages.address + path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.wait_for_timeout(500)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.context.close()


def test_a_viewer_sees_the_event_and_can_say_nothing_of_it(browser, pages):
    page = open_trend(browser, pages, "lee")
    sync_api.expect(card(page)).to_contain_text("livestock slurry")
    assert page.get_by_text("Confirm", exact=True).count() == 0
    assert page.get_by_text("Reject", exact=True).count() == 0
    answer = page.evaluate(
        """async (id) => {
            const session = await (await fetch("/api/v1/session")).json();
            const answer = await fetch(`/api/v1/events/${id}/reject`, {
                method: "POST", body: '{"why": "x"}',
                headers: { "X-CSRF-Token": session.csrf, "Content-Type": "application/json" },
            });
            return [answer.status, (await answer.json()).error.message];
        }""",
        EVENT.id,
    )
    assert answer == [403, "only operators may do this; you may look"]
    assert commands(pages) == []
    page.context.close()


def test_the_pointer_and_the_keyboard_come_to_an_event_s_card(browser, pages):
    page = open_trend(browser, pages, viewport={"width": 1280, "height": 900})
    peek = page.locator("#peek")
    mark = page.locator(f'.lanes a[data-event="{EVENT.id}"]')
    assert "water event: livestock slurry 90%" in (mark.get_attribute("aria-label") or "")

    box, over = mark.bounding_box(), page.locator(".u-over").bounding_box()
    assert box is not None
    assert over is not None
    page.mouse.move(box["x"] + box["width"] / 2, over["y"] + over["height"] / 2)
    sync_api.expect(peek).to_contain_text("livestock slurry")
    sync_api.expect(peek).to_contain_text("Share of the flow: 2.0 %")
    sync_api.expect(page.locator("#read")).to_contain_text("◆ water event")
    page.mouse.move(over["x"] + 5, over["y"] + 5)
    sync_api.expect(peek).to_be_hidden()

    mark.focus()
    sync_api.expect(peek).to_contain_text("not rain")
    page.keyboard.press("Escape")
    sync_api.expect(peek).to_be_hidden()
    page.keyboard.press("Enter")
    sync_api.expect(card(page)).to_be_focused()
    page.context.close()


def test_what_the_channels_said_comes_when_asked_for_and_with_another_span(browser, pages):
    page = open_trend(browser, pages)
    assert card(page).locator(".voice svg").count() == 3
    assert card(page, BEFORE).locator(".voice").count() == 0
    card(page, BEFORE).get_by_text("What the channels said").click()
    sync_api.expect(card(page, BEFORE).locator(".voice svg")).to_have_count(3)
    for _ in range(3):
        page.locator("#earlier").click()
    # Before either of them there is nothing to show.
    sync_api.expect(page.locator("#events")).to_contain_text("No event of this channel")
    page.context.close()


def test_without_a_script_the_event_is_confirmed_all_the_same(browser, pages):
    context = browser.new_context(locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{pages.address}/sign-in?next=/events/{EVENT.id}")
    page.fill("input[name=name]", "kim")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.get_by_text("Confirm", exact=True).click()
    page.get_by_role("button", name="Confirm now").click()
    sync_api.expect(page.locator("main")).to_contain_text("Confirmed: livestock slurry")
    assert [one.cause for one in commands(pages)] == ["livestock"]
    context.close()
