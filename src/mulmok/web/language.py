"""Which language a page is in: the reader's choice, else what the browser asks for, else the works'."""

from __future__ import annotations

from starlette.requests import Request

from mulmok.text.catalog import LANGUAGES

COOKIE = "mulmok_language"


def language_of(request: Request, otherwise: str) -> str:
    """Give "ko" or "en"."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return _accepted(request.headers.get("accept-language", "")) or otherwise


def _accepted(header: str) -> str | None:
    """Give the first of our languages in the order the browser prefers."""
    wishes: list[tuple[float, int, str]] = []
    for place, wish in enumerate(header.split(",")[:20]):
        name, _, quality = wish.replace(" ", "").partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        wishes.append((-weight, place, name.lower().partition("-")[0]))
    return next((name for weight, _, name in sorted(wishes) if name in LANGUAGES and weight), None)
