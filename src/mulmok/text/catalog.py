"""The catalogue: a `Text` becomes a sentence in Korean or English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from mulmok.model.errors import InputError
from mulmok.model.text import Names, Text, text

LANGUAGES = ("ko", "en")


@cache
def _sentences(language: str) -> Mapping[str, str]:
    """Translations of a language by English template; English needs none."""
    if language == "en":
        return {}
    path = files("mulmok.text").joinpath(f"locale/{language}/LC_MESSAGES/mulmok.po")
    with path.open("rb") as lines:
        catalog = read_po(lines, locale=language)
    return {
        message.id: message.string
        for message in catalog
        if isinstance(message.id, str) and isinstance(message.string, str) and message.string
    }


def render(words: object, language: str) -> str:
    """Give a text in a language; names in it too; a missing translation stays English."""
    if isinstance(words, Names):
        return words.in_language(language)
    if not isinstance(words, Text):
        return str(words)
    template = _sentences(language).get(words.template, words.template)
    if not words.values:
        return template
    values = {
        name: render(value, language) if isinstance(value, Text | Names) else value
        for name, value in words.values.items()
    }
    return template.format(**values)


def pick_language(asked: str | None, environment: Mapping[str, str]) -> str:
    """Language to speak: the option, MULMOK_LANG, the locale if it is Korean, else English.

    Raises InputError when the language asked for is not one of `LANGUAGES`.
    """
    asked = asked or environment.get("MULMOK_LANG")
    if asked:
        if asked not in LANGUAGES:
            raise InputError(text('language "{asked}": want ko or en', asked=asked))
        return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "ko" if environment[name].lower().startswith("ko") else "en"
    return "en"
