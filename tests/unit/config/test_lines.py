"""The line of every key, found beside tomllib."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulmok.config.toml_lines import line_numbers

DOCUMENT = '''\
# a comment with [brackets] and "quotes
title = "a # that is no comment"
many = [
  "one",   # with a comment ]
  ["two", "three"],
  { four = 4 },
]
text = """
[not.a.table]
key = 1
"""
after = 1

[a."b.c".d]
e.f = { g = 1, h = [1, 2] }
'quoted key' = \'\'\'
[[nor.this]]\'\'\'

[[row]]
id = 1
[row.inner]
x = 1979-05-27 07:32:00
[[row.part]]
y = 1
[[row.part]]
y = 2
[[row]]
id = 2
[[row.part]]
y = 3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("many",), 3),
        (("many", 0), 4),
        (("many", 1), 5),
        (("many", 1, 1), 5),
        (("many", 2, "four"), 6),
        (("after",), 12),
        (("a", "b.c", "d"), 14),
        (("a", "b.c", "d", "e", "f"), 15),
        (("a", "b.c", "d", "e", "f", "h", 1), 15),
        (("a", "b.c", "d", "quoted key"), 16),
        (("row", 0), 19),
        (("row", 0, "id"), 20),
        (("row", 0, "inner", "x"), 22),
        (("row", 0, "part", 1, "y"), 26),
        (("row", 1, "id"), 28),
        (("row", 1, "part", 0, "y"), 30),
    ],
)
def test_a_key_is_found_on_its_line(path, line):
    assert line_numbers(DOCUMENT)[path] == line


def test_what_looks_like_a_key_inside_a_text_is_none():
    assert ("key",) not in line_numbers(DOCUMENT)
    assert ("not",) not in line_numbers(DOCUMENT)


def paths(value, path=()):
    if isinstance(value, dict):
        for name, item in value.items():
            yield (*path, name)
            yield from paths(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield (*path, number)
            yield from paths(item, (*path, number))


def test_every_key_has_a_line():
    assert set(paths(tomllib.loads(DOCUMENT))) - {("a",), ("a", "b.c"), ("row",)} <= set(
        line_numbers(DOCUMENT)
    )


BITS = st.one_of(
    st.sampled_from(["a", "b.c", '"d"', "=", " ", "\n", "\r\n", "#", "\\", "é"]),
    st.sampled_from(["[", "]", "[[", "]]", "{", "}", ",", "\n[a]\n", "\n[[b]]\n", "\nc = "]),
    st.sampled_from(["1", "true", "1.5", '"x"', "'y'", '"""', "'''", "\nd.e = {f = [", "]}"]),
)


@given(st.lists(BITS, max_size=30).map("".join))
def test_whatever_tomllib_accepts_has_lines(words):
    try:
        values = tomllib.loads(words)
    except tomllib.TOMLDecodeError:
        return
    lines = line_numbers(words)
    count = words.count("\n") + 1
    assert all(1 <= line <= count for line in lines.values())
    # A parent that is only implied has no place of its own, but everything in it has.
    implied = {path[:end] for path in lines for end in range(len(path))}
    assert set(paths(values)) <= set(lines) | implied
