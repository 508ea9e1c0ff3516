"""Every sentence of the program stands in the Korean catalogue, with the same places in it."""

from __future__ import annotations

import ast
import re
import string

import pytest

from mulmok.model.text import Names, Text, text
from mulmok.text.catalog import pick_language, render, tr
from mulmok.text.extract import PACKAGE, in_code, in_template, read_catalog, templates

UPDATE = "run: python -m mulmok.text.extract TRANSLATIONS.json"
KNOWN = {m.id: m.string for m in read_catalog() if m.id}


def places(template):
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


def test_every_sentence_has_a_translation():
    missing = sorted(template for template in templates() if not KNOWN.get(template))
    assert missing == [], UPDATE


def test_no_translation_is_of_a_sentence_that_is_gone():
    assert sorted(set(KNOWN) - set(templates())) == [], UPDATE


def test_a_translation_has_the_places_of_its_sentence():
    differing = {
        template: korean
        for template, korean in KNOWN.items()
        if korean and places(korean) != places(template)
    }
    assert differing == {}


def test_percent_signs_that_argparse_reads_are_kept():
    for template, korean in filter(all, KNOWN.items()):
        assert re.findall("%%.", korean) == re.findall("%%.", template)


def test_a_sentence_is_written_where_it_is_made_so_that_it_can_be_found():
    hidden = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "text"
                and not (node.args and isinstance(node.args[0], ast.Constant))
            ):
                hidden.append(f"{path.name}:{node.lineno}")
    assert hidden == []


def test_sentences_are_found_in_code_and_in_pages():
    code = 'a = text("one {x}", x=1)\nb = tr("two" " and more", language)\nc = other("three")'
    assert list(in_code(code)) == ["one {x}", "two and more"]
    page = "<p>{{ t(\"four\") }}{% if x %}{{ _('five {n}', n=1) | upper }}{% endif %}{{ u('six') }}</p>"
    assert list(in_template(page)) == ["four", "five {n}"]


def test_a_sentence_within_a_sentence_is_in_the_same_language():
    inner = text('{noun} such as "{example}"', noun=text("a flow"), example="7 m3/h")
    whole = text('have "{have}", want {want}', have=1, want=inner)
    assert render(whole, "en") == 'have "1", want a flow such as "7 m3/h"'
    assert render(whole, "ko") == '입력값 "1", 필요한 값: 유량(예: "7 m3/h")'


def test_names_are_in_the_language_and_numbers_keep_their_format():
    template = "untranslated: {name} {value:.1f}"
    words = Text(template, {"name": Names("유량", "Flow"), "value": 1.25})
    assert render(words, "ko") == "untranslated: 유량 1.2"
    assert render(words, "en") == "untranslated: Flow 1.2"


def test_what_is_no_sentence_is_given_as_it_is():
    assert render(Names("유량", "Flow"), "ko") == "유량"
    assert render("{not} a place", "ko") == "{not} a place"
    assert render(7, "en") == "7"
    assert render(text("a sentence {with} braces"), "ko") == "a sentence {with} braces"


def test_a_template_can_be_translated_without_a_text():
    assert tr("one of {choices}", "ko", choices="a b") == "다음 중 하나: a b"


@pytest.mark.parametrize(
    ("option", "environment", "language"),
    [
        (None, {}, "en"),
        ("ko", {"MULMOK_LANG": "en", "LANG": "en_GB.UTF-8"}, "ko"),
        ("en", {"LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"MULMOK_LANG": "ko", "LANG": "en_GB.UTF-8"}, "ko"),
        (None, {"MULMOK_LANG": "en", "LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"LANG": "ko_KR.UTF-8"}, "ko"),
        (None, {"LC_MESSAGES": "ko_KR", "LANG": "en_GB"}, "ko"),
        (None, {"LC_ALL": "C.UTF-8", "LC_MESSAGES": "ko_KR", "LANG": "ko_KR"}, "en"),
        (None, {"LC_ALL": "", "LANG": "ko_KR.UTF-8"}, "ko"),
    ],
)
def test_the_language_is_the_option_then_the_variable_then_the_locale(
    option, environment, language
):
    assert pick_language(option, environment) == language
