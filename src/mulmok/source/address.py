"""Addresses of services: what is wrong with one, how one is shown, and where none may lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.settings import Given


def sign_in_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of a sign-in and an address does not go together: key and fault."""
    if "token" in given and "user" in given:
        yield "token", text("does not go with user: want one way to sign in")
    if "password" in given and "user" not in given:
        yield "password", text("stands with user only")
    if "user" in given and "password" not in given:
        yield "user", text("missing beside it: password")
    url = given.get("url")
    if isinstance(url, str) and not url.startswith(("env:", "file:")):
        fault = url_fault(url)
        if fault is not None:
            yield "url", fault


def url_fault(url: str) -> Text | None:
    """Say what is wrong with an address; None: nothing."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as fault:
        return text("no address: {why}", why=str(fault))
    if parsed.scheme not in ("http", "https") or not parsed.host:
        return text('want an address such as "{example}"', example="https://data.example/v1")
    return None


def next_url(current: str, link: str) -> str:
    """Give the address of a next page, which may be relative. Raises SourceError if it leads away."""
    try:
        found = str(httpx.URL(current).join(link))
    except (httpx.InvalidURL, ValueError) as fault:
        raise SourceError(
            text('the link to the next page, "{link}", is no address', link=link[:100])
        ) from fault
    stay(current, found)
    return found


def shown_url(url: str) -> str:
    """Give an address as it can be shown: without names, passwords and what is asked for."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return url.partition("?")[0][:100]
    port = "" if parsed.port is None else f":{parsed.port}"
    return f"{parsed.scheme}://{parsed.host}{port}{parsed.path}"[:200]


def stay(here: str, there: str) -> None:
    """Raise SourceError where an address leads to another host, or from TLS to none."""
    old, new = httpx.URL(here), httpx.URL(there)
    safer = old.scheme == "http" and new.scheme == "https" and old.port is None and new.port is None
    same = (old.scheme, old.host, old.port) == (new.scheme, new.host, new.port)
    if not (same or (safer and old.host == new.host)):
        raise SourceError(
            text(
                "{place} leads to {other}, which is another place: it is not followed; set url to the right one",
                place=shown_url(here),
                other=shown_url(there),
            )
        )
