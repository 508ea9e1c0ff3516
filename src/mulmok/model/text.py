"""A sentence for people, kept apart from the language it is read in.

The template is English and doubles as the catalogue key; `mulmok.text` renders it in Korean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """An English template with named places, and what stands in them.

    Values are numbers, strings, other `Text`s or `Names` (a name in each language).
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Render in English, without a catalogue."""
        return self.template.format(**self.values) if self.values else self.template


def text(template: str, **values: object) -> Text:
    """Make a `Text`; the function the catalogue extractor looks for."""
    return Text(template, values)


@dataclass(frozen=True, slots=True)
class Names:
    """One thing's name in Korean and in English."""

    ko: str
    en: str

    def __str__(self) -> str:
        """Give the English name: the language of a `Text` without a catalogue."""
        return self.en

    def __format__(self, spec: str) -> str:
        """Stand in a template as the English name."""
        return format(self.en, spec)

    def in_language(self, language: str) -> str:
        """Give the name in `language` ("ko" or "en")."""
        return self.ko if language == "ko" else self.en
