"""A works, its application, and browsers of different people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from unit.web.works import PASSWORD, TOKEN, Works, open_works

from mulmok.web.app import create_app
from mulmok_testing.clock import SettableClock


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    opened = open_works(tmp_path)
    yield opened
    opened.engine.close()


@pytest.fixture
def machine() -> SettableClock:
    """The machine's clock, which sessions age by."""
    return SettableClock(1_800_000_000_000_000_000)


@pytest.fixture
def app(works: Works, machine: SettableClock) -> FastAPI:
    return create_app(works.engine, machine_now=machine.now, token=TOKEN)


class Browser(TestClient):
    """A client that fills in forms the way a page has them."""

    def token(self, path: str = "/sign-in") -> str:
        """The CSRF token of a page's first form."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(path).text)
        assert found is not None, path
        return found[1]

    def now(self, path: str = "/") -> str:
        """Give a page as it is once the watch has looked again, as it does every second."""
        assert self.portal is not None
        self.portal.call(self.app.state.desk.watch.look)  # type: ignore[attr-defined]
        return self.get(path).text

    def sign_in(self, name: str = "kim", password: str = PASSWORD, **more: str):
        fields = {"csrf": self.token(), "name": name, "password": password, **more}
        return self.post("/sign-in", data=fields)

    def act(self, alarm: str, act: str, /, **fields: str):
        form = {"csrf": self.token("/"), "next": "/", **fields}
        return self.post(f"/alarms/{alarm}/{act}", data=form)


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[Browser]:
    """Somebody not signed in."""
    with Browser(app, follow_redirects=False, headers={"accept-language": "en"}) as client:
        yield client


@pytest.fixture
def kim(stranger: Browser) -> Browser:
    """An operator, signed in."""
    assert stranger.sign_in().status_code == 303
    return stranger


@pytest.fixture
def push_headers() -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}"}
