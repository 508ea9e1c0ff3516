"""Files that cannot be read, and files that include others."""

from __future__ import annotations

import pytest

from mulmok.config.load import load_site
from mulmok.model.errors import ConfigError

from .conftest import RIGHT


def said(path):
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    return str(caught.value).split("\n")


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    assert said(tmp_path / "site.toml") == ["site.toml: there is no such file"]


def test_a_folder_is_no_site_file(tmp_path):
    (tmp_path / "site.toml").mkdir()
    assert said(tmp_path / "site.toml") == ["site.toml: this is a folder, not a file"]


def test_a_file_in_another_encoding_names_the_line(tmp_path):
    (tmp_path / "site.toml").write_bytes(RIGHT.encode("cp949"))
    assert said(tmp_path / "site.toml") == [
        "site.toml:3 file: this line is not UTF-8; save the file as UTF-8"
    ]


def test_a_byte_order_mark_is_no_fault(tmp_path):
    (tmp_path / "site.toml").write_text(RIGHT, encoding="utf-8-sig")
    assert len(load_site(tmp_path / "site.toml").channels) == 2


def test_windows_line_ends_keep_the_line_numbers(tmp_path):
    words = RIGHT.replace('"0.2"', '"-1"').replace("\n", "\r\n")
    (tmp_path / "site.toml").write_bytes(words.encode())
    assert said(tmp_path / "site.toml") == [
        'site.toml:30 alarm.ph-low.deadband: have "-1", want 0 or more'
    ]


@pytest.mark.parametrize("words", ["", "# nothing yet\n"])
def test_an_empty_file_is_told_what_a_site_file_has(tmp_path, words):
    (tmp_path / "site.toml").write_text(words, encoding="utf-8")
    assert said(tmp_path / "site.toml") == [
        "site.toml:1 works: missing; want a table: [works]",
        "site.toml:1 channel: missing; want a table: [[channel]]",
    ]


def test_an_empty_list_of_channels_is_a_fault(complain):
    start, end = RIGHT.index("[[channel]]"), RIGHT.index("[[alarm]]")
    faults = complain(RIGHT[start:end], "")
    assert "site.toml:1 channel: missing; want a table: [[channel]]" in faults


SYNTAX = {
    "an unquoted amount": (
        'every = "5 min"',
        "every = 5 min",
        'site.toml:12 TOML: this is not TOML: a value that cannot be read; texts and amounts stand in quotation marks: "10 min"',
    ),
    "an open quotation mark": (
        'every = "5 min"',
        'every = "5 min',
        "site.toml:12 TOML: this is not TOML: a quotation mark that is not closed",
    ),
    "an open bracket": (
        '["0", "14"]',
        '["0", "14"',
        "site.toml:20 TOML: this is not TOML: a bracket that is not closed, or a text in it without quotation marks",
    ),
    "a key twice": (
        'every = "5 min"',
        'every = "5 min"\nevery = "6 min"',
        "site.toml:13 TOML: this is not TOML: a key or a table stands here a second time",
    ),
    "a key without a value": (
        'every = "5 min"',
        "every",
        'site.toml:12 TOML: this is not TOML: a key without "=" and a value',
    ),
    "a line that is nothing": (
        'every = "5 min"',
        "!",
        "site.toml:12 TOML: this is not TOML: neither a table nor a key begins here",
    ),
}


@pytest.mark.parametrize("what", SYNTAX)
def test_a_file_that_is_no_toml_names_the_line_and_what_probably_happened(complain, what):
    old, new, message = SYNTAX[what]
    assert complain(old, new) == [message]


def test_brackets_without_end_do_not_break_the_reader(complain):
    (message,) = complain("", "deep = " + "[" * 5000 + "]" * 5000 + "\n")
    assert message.startswith("site.toml:1 ")


ALARM = '[[alarm]]\nid = "cod-high"\nchannel = "inlet_cod"\nabove = "1000 mg/L"\n'


def write(folder, **files):
    for name, words in files.items():
        (folder / f"{name}.toml").write_text(words, encoding="utf-8")
    return folder / "site.toml"


def test_what_an_included_file_holds_counts_as_if_it_stood_in_the_site_file(tmp_path):
    site = load_site(write(tmp_path, site='include = ["alarms.toml"]\n' + RIGHT, alarms=ALARM))
    assert [rule.id for rule in site.alarms[:2]] == ["ph-low", "cod-high"]
    assert site.alarms[1].channel == 0


def test_a_fault_in_an_included_file_names_that_file_and_its_line(tmp_path):
    path = write(
        tmp_path,
        site='include = ["alarms.toml"]\n' + RIGHT,
        alarms="# limits\n" + ALARM.replace("mg/L", "mg"),
    )
    assert said(path) == [
        'alarms.toml:5 alarm.cod-high.above: have "1000 mg", want a concentration such as "1000 mg/L"'
    ]


def test_an_included_file_that_is_missing_is_one_fault_and_no_other(tmp_path):
    broken = RIGHT.replace('"inlet.ph"\nbelow', '"inlet.elsewhere"\nbelow')
    path = write(
        tmp_path, site='include = [\n  "alarms.toml",\n  "none.toml",\n]\n' + broken, alarms=ALARM
    )
    assert said(path) == ['site.toml:3 include: have "none.toml", want a file beside site.toml']


def test_files_that_include_each_other_are_refused(tmp_path):
    path = write(
        tmp_path,
        site='include = ["a.toml"]\n' + RIGHT,
        a='include = ["b.toml"]\n' + ALARM,
        b='include = ["a.toml"]\n',
    )
    assert said(path) == ['b.toml:1 include: "a.toml" includes itself']


def test_a_file_included_twice_is_refused(tmp_path):
    path = write(
        tmp_path,
        site='include = ["a.toml", "b.toml"]\n' + RIGHT,
        a='include = ["b.toml"]\n',
        b=ALARM,
    )
    assert said(path) == ['site.toml:1 include: "b.toml" is included already']


def test_a_second_works_is_refused(tmp_path):
    works = RIGHT[: RIGHT.index("[[channel]]")]
    path = write(tmp_path, site='include = ["a.toml"]\n' + RIGHT, a=works)
    assert said(path) == ["a.toml:1 works: stands in site.toml:2 already; a works has one"]
