"""The JSON Schema and the reference are made from the same table of keys as the loader's checks."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from mulmok.config.reference import drivers_page, reference_page, schema_text
from mulmok.config.schema import json_schema
from mulmok.config.table import TABLES

from .conftest import RIGHT

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


def valid(words):
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema()).is_valid(tomllib.loads(words))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_schema_accepts_the_examples(path):
    assert valid(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deadband =", "deadbnad ="),
        ('every = "5 min"\n', ""),
        ('every = "5 min"', 'every = "5 minutes"'),
        ('quantity = "cod"', 'quantity = "codd"'),
        ('id = "inlet.ph"', 'id = "inlet ph"'),
        ('below = "5.0"', 'below = "5.0"\nabove = "9.0"'),
        ('below = "5.0"\n', ""),
        ("priority = 1", "priority = 5"),
        ('["0", "14"]', '["0"]'),
        ('driver = "modbus"\n', ""),
        ("register = 40001", "register = [1]"),
        ("[[alarm]]", "[alarm]"),
        ("[[alarm]]", '[http]\ntoken = "literal"\n[[alarm]]'),
    ],
)
def test_the_schema_refuses_what_it_can_see_of_what_the_loader_refuses(complain, old, new):
    assert valid(RIGHT)
    assert not valid(RIGHT.replace(old, new, 1))
    assert complain(old, new)


def test_the_schema_in_the_reference_is_the_one_the_program_prints():
    kept = (ROOT / "docs/reference/site.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "run: python -m mulmok.config.reference docs/reference"


def test_the_page_of_drivers_is_made_from_their_tables():
    kept = (ROOT / "docs/reference/drivers.md").read_text(encoding="utf-8")
    assert kept == drivers_page(), "run: python -m mulmok.config.reference docs/reference"


def test_the_reference_page_tells_of_every_key():
    kept = (ROOT / "docs/reference/site-file.md").read_text(encoding="utf-8")
    assert kept == reference_page(), "run: python -m mulmok.config.reference docs/reference"
    for keys in TABLES.values():
        for key in keys:
            assert f"| `{key.name}` | {key.about}" in kept
