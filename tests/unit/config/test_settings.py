"""A driver's settings are checked by its table, as strictly as everything else in a site file."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint

import jsonschema
import pytest

from mulmok import plugins
from mulmok.cli import main
from mulmok.config.drivers import all_settings
from mulmok.config.load import load_site
from mulmok.config.reference import drivers_page
from mulmok.config.schema import json_schema
from mulmok.config.setting_kinds import Around, converter
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import MINUTE

from .conftest import RIGHT

BEGIN, END = RIGHT.index("[channel.source]"), RIGHT.index("[[alarm]]")
PLAIN = RIGHT[:BEGIN] + RIGHT[END:]
#: Line on which the source below begins.
AT = PLAIN.count("\n") + 1


def with_source(words, driver="files"):
    return f'{PLAIN}[[source]]\nid = "in"\nchannels = ["inlet.ph"]\ndriver = "{driver}"\n{words}\n'


@pytest.fixture
def load(tmp_path):
    def loaded(words):
        (tmp_path / "site.toml").write_text(words, encoding="utf-8")
        return load_site(tmp_path / "site.toml")

    return loaded


@pytest.fixture
def faults(tmp_path, capsys):
    def said(words):
        (tmp_path / "site.toml").write_text(words, encoding="utf-8")
        assert main(["check", str(tmp_path / "site.toml")]) == 2
        return capsys.readouterr().err.splitlines()

    return said


@pytest.fixture
def foreign(monkeypatch):
    """Two drivers of other packages, and one that does not import."""
    points = {
        name: EntryPoint(name, f"unit.config.foreign_drivers:{value}", plugins.SOURCES)
        for name, value in (("ferry", "Ferry"), ("raft", "Raft"), ("wreck", "Wreck"))
    }
    own = plugins.find
    monkeypatch.setattr(
        plugins,
        "find",
        lambda group: {**own(group), **points} if group == plugins.SOURCES else own(group),
    )


FOLDER = 'folder = "."'
CASES = {
    "nothing it needs": (
        "",
        (
            f"{AT} source.in.folder: missing; want folder to look into; "
            "a relative one begins at the site file"
        ),
    ),
    "a setting misspelt": (
        f'{FOLDER}\ntime_fromat = "%H"',
        f'{AT + 5} source.in.time_fromat: unknown key; did you mean "time_format"?',
    ),
    "a setting like no other": (
        f"{FOLDER}\nxyz = 1",
        (
            f"{AT + 5} source.in.xyz: unknown key; want one of folder recursive zone time_format "
            "time_column columns ignore_unknown skip below decimal sheet statuses poll column "
            "status_column scale offset unit current counts missing id driver channels"
        ),
    ),
    "a folder that is a number": (
        "folder = 1",
        f'{AT + 4} source.in.folder: have "1", want a text that is not empty',
    ),
    "a zone nobody knows": (
        f'{FOLDER}\nzone = "Asia/Seul"',
        (
            f'{AT + 5} source.in.zone: have "Asia/Seul", want "works", or a time zone such as '
            '"Asia/Seoul"'
        ),
    ),
    "a switch in quotation marks": (
        f'{FOLDER}\nignore_unknown = "yes"',
        (
            f'{AT + 5} source.in.ignore_unknown: have "yes", want true or false, without quotation '
            "marks"
        ),
    ),
    "a time without its unit": (
        f"{FOLDER}\npoll = 5",
        f'{AT + 5} source.in.poll: have "5", want a duration such as "10 min"',
    ),
    "a column that is no channel": (
        f'{FOLDER}\ncolumns = {{ "PH" = "inlet.hp" }}',
        f'{AT + 5} source.in.columns: have "inlet.hp", want "inlet.ph"',
    ),
    "columns that are no table": (
        f'{FOLDER}\ncolumns = "PH=inlet.ph"',
        (
            f'{AT + 5} source.in.columns: have "PH=inlet.ph", want a table such as '
            '{ "PH_IN" = "inlet.ph" }'
        ),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_a_wrong_setting_is_told_with_its_line_by_check(faults, what):
    words, message = CASES[what]
    assert faults(with_source(words)) == [f"site.toml:{message}"]


def test_all_that_is_wrong_with_a_source_is_told_at_once(faults):
    assert len(faults(with_source('foldr = "x"\npoll = 5'))) == 3


def test_a_source_that_pushes_may_have_a_token_of_its_own(faults, load):
    assert load(with_source("", "http")).sources[0].settings == {}
    own = load(with_source('token = "env:LOGGER"', "http")).sources[0]
    assert own.settings == {"token": "env:LOGGER"}
    (said,) = faults(with_source('token = "hunter2"', "http"))
    assert "source.in.token: a secret does not stand in the site file" in said
    (said,) = faults(with_source("port = 1", "http"))
    assert "source.in.port: unknown key" in said


def test_settings_come_as_the_driver_wants_them(load):
    site = load(
        with_source(
            f'{FOLDER}\nzone = "works"\npoll = "1 min"\nignore_unknown = true\n'
            'columns = { "PH" = "inlet.ph", "PH_ST" = "inlet.ph:status", "T" = "time" }'
        )
    )
    assert site.sources[0].settings == {
        "folder": ".",
        "zone": "works",
        "poll": MINUTE,
        "ignore_unknown": True,
        "columns": {"PH": "inlet.ph", "PH_ST": "inlet.ph:status", "T": "time"},
    }
    assert site.remarks == ()


def test_a_folder_that_is_not_there_is_worth_a_remark_and_no_fault(tmp_path, capsys):
    site = tmp_path / "site.toml"
    site.write_text(with_source('folder = "nowhere"'), encoding="utf-8")
    assert main(["check", str(site)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("site.toml is right")
    assert err == (
        f"site.toml:{AT + 4} source.in.folder: there is no folder {tmp_path / 'nowhere'}: "
        "a run waits for it, with the source's alarm raised\n"
    )


def test_channels_that_agree_in_a_folder_share_a_source(load):
    own = '[channel.source]\ndriver = "files"\nfolder = "."\nzone = "works"\n'
    words = PLAIN.replace('[[channel]]\nid = "inlet.ph"', own + '\n[[channel]]\nid = "inlet.ph"')
    (source,) = load(words.replace("[[alarm]]", own + "\n[[alarm]]", 1)).sources
    assert source.channels == ("inlet_cod", "inlet.ph")
    assert source.settings == {"folder": ".", "zone": "works"}
    assert source.each == {}


def test_a_foreign_driver_with_a_table_is_checked_by_it(foreign, faults, load):
    right = (
        'host = "10.0.0.9"\ndecks = 2\nspeed = 1.5\nfast = true\npause = "5 min"\n'
        'password = "env:FERRY"'
    )
    assert load(with_source(right, "ferry")).sources[0].settings == {
        "host": "10.0.0.9",
        "decks": 2,
        "speed": 1.5,
        "fast": True,
        "pause": 5 * MINUTE,
        "password": "env:FERRY",
    }
    wrong = 'host = ""\ndecks = -1\nspeed = 0\npassword = "hunter2"\nregistr = 7'
    said = [line.partition(" source.in.")[2] for line in faults(with_source(wrong, "ferry"))]
    assert [line.partition(":")[0] for line in said] == [
        "host", "decks", "speed", "password", "registr",
    ]  # fmt: skip
    assert said[1] == 'decks: have "-1", want a whole number, 0 or more'
    assert said[4] == 'registr: unknown key; did you mean "register"?'
    assert not any("hunter2" in line for line in said)


def test_what_is_a_channels_own_does_not_part_sources(foreign, load):
    def own(register):
        return f'[channel.source]\ndriver = "ferry"\nhost = "a"\nregister = {register}\n\n'

    words = PLAIN.replace('[[channel]]\nid = "inlet.ph"', own(1) + '[[channel]]\nid = "inlet.ph"')
    (source,) = load(words.replace("[[alarm]]", own(2) + "[[alarm]]", 1)).sources
    assert source.settings == {"host": "a"}
    assert source.each == {"inlet_cod": {"register": 1}, "inlet.ph": {"register": 2}}


def test_a_foreign_driver_without_a_table_takes_anything_and_is_remarked(foreign, load):
    site = load(with_source("anything = 1", "raft"))
    assert site.sources[0].settings == {"anything": 1}
    (remark,) = site.remarks
    assert str(remark.as_text()) == (
        f'site.toml:{AT + 3} source.in.driver: the driver "raft" does not say which settings it '
        "takes: they were not checked"
    )


def test_a_driver_that_does_not_load_is_a_fault_of_its_line(foreign, faults):
    (said,) = faults(with_source("", "wreck"))
    assert said.startswith(f'site.toml:{AT + 3} source.in.driver: plugin "wreck" (')


def valid(words):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads(words))


@pytest.mark.parametrize(
    ("driver", "words", "right"),
    [
        ("files", FOLDER, True),
        ("files", f'{FOLDER}\ncolumns = {{ "PH" = "inlet.ph" }}\npoll = "5 s"', True),
        ("files", "", False),
        ("files", 'foldr = "."', False),
        ("files", f"{FOLDER}\npoll = 5", False),
        ("http", "", True),
        ("http", "port = 1", False),
        ("simulator", "seed = 7", True),
        ("simulator", "seed = -7", False),
        ("modbus", 'host = "a"', True),
        ("modbus", 'host = "a"\nregister = "first"', False),
        ("ferry", 'host = "a"', True),
        ("ferry", "", False),
        ("raft", "anything = 1", True),
    ],
)
def test_the_schema_knows_the_settings_of_each_driver(foreign, driver, words, right):
    assert valid(with_source(words, driver)) is right


def test_the_schema_lets_stand_what_a_driver_not_in_this_version_is_told(without_modbus):
    assert valid(with_source("anything = 1", "modbus"))


def test_the_page_of_drivers_lists_every_setting(foreign):
    page = drivers_page()
    for driver, keys in all_settings().items():
        assert f"## `{driver}`" in page
        for key in keys or ():
            assert f"| `{key.name}` | {key.about}" in page


def test_every_example_of_a_setting_is_right(foreign, tmp_path):
    for driver, table in all_settings().items():
        for key in table or ():
            # Of a conductivity mS/cm is a unit; the amounts at 4 and 20 mA are concentrations.
            quantity = QUANTITIES["cod" if key.kind == "span" else "ec"]
            around = Around({"inlet.ph"}, tmp_path, quantity)
            value = tomllib.loads(f"value = {key.example}")["value"]
            assert converter(key, around)(value) is not None, (driver, key.name)
