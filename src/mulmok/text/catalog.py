"""The catalogue: a `Text` becomes a sentence in Korean or English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from babel.messages.pofile import read_po

from mulmok.model.text import Names, Text

Language = Literal["ko", "en"]

#: The languages mulmok speaks, the first one where nobody said otherwise.
LANGUAGES: tuple[Language, ...] = ("ko", "en")


@cache
def _sentences(language: str) -> Mapping[str, str]:
    """Give the translations of a language by English template; English needs none."""
    if language != "ko":
        return {}
    path = files("mulmok.text").joinpath("locale/ko/LC_MESSAGES/mulmok.po")
    with path.open("rb") as lines:
        catalog = read_po(lines, locale="ko")
    return {
        message.id: message.string
        for message in catalog
        if isinstance(message.id, str) and isinstance(message.string, str) and message.string
    }


def render(words: object, language: str) -> str:
    """Give a text in a language, the texts and names within it too.

    A missing translation stays English; numbers stay numbers until the template formats them.
    """
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


def tr(template: str, language: str, **values: object) -> str:
    """Give an English template in a language, filled in: `render` for those without a `Text`."""
    return render(Text(template, values), language)


def pick_language(option: str | None, environment: Mapping[str, str]) -> Language:
    """Language to speak: the option, MULMOK_LANG, the locale where it is Korean, else English."""
    for asked in (option, environment.get("MULMOK_LANG")):
        if asked:
            return _language(asked)
    # The first of these that is set decides, as for all programs (POSIX).
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return _language(environment[name])
    return "en"


def _language(word: str) -> Language:
    return "ko" if word.lower().startswith("ko") else "en"
