"""Every driver has its page, its sample, its example and its place in the table of tiers.

What the table claims is a test that exists: nothing is believed because it is written.
"""

from __future__ import annotations

import ast
import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from mulmok import plugins
from mulmok.config.load import load_site

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/mulmok/source"
TIERS = ROOT / "docs/reference/driver-tiers.md"
HEADINGS = (
    "What it reads",
    "Supported devices",
    "Settings",
    "Limits",
    "Failure behaviour",
    "How it is tested",
    "Tier",
)
#: What a tier needs beside those below it: the columns of the table.
RANK = {"bronze": 1, "silver": 2, "gold": 3}
#: They stand for no instrument: pushed readings come through the pages' server.
DRIVERS = sorted({*plugins.find(plugins.SOURCES), "http"})
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def built_in() -> list[str]:
    return [
        name
        for name in DRIVERS
        if name == "http" or plugins.find(plugins.SOURCES)[name].value.startswith("mulmok.")
    ]


def table() -> dict[str, tuple[str, list[str]]]:
    rows = ROW.findall(TIERS.read_text(encoding="utf-8"))
    return {name: (tier, list(cells)) for name, tier, *cells in rows}


def folder(driver: str) -> Path:
    return SOURCE / driver


each = pytest.mark.parametrize("driver", built_in())


@each
def test_its_folder_has_a_page_with_the_headings_all_of_them_have(driver):
    words = (folder(driver) / "README.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.+)$", words, re.MULTILINE)) == HEADINGS


@each
def test_its_sample_and_its_example_are_right(driver):
    for path in (folder(driver) / "sample.toml", ROOT / f"examples/{example(driver)}.toml"):
        site = load_site(path)
        assert driver in {spec.driver for spec in site.sources}, path


@each
def test_its_tier_is_that_of_its_page_and_stands_on_tests_that_exist(driver):
    tier, evidence = table()[driver]
    page = (folder(driver) / "README.md").read_text(encoding="utf-8")
    assert page.partition("## Tier")[2].strip().lower().startswith(tier)
    for number, cell in enumerate(evidence, start=1):
        tests = TEST.findall(cell)
        assert bool(tests) == (number <= RANK[tier]) or (cell == "—") == (number > RANK[tier]), cell
        for file, name in tests:
            assert name in functions(ROOT / file), f"{file}::{name}"


def test_the_table_has_no_driver_that_is_not_there():
    assert sorted(table()) == built_in()


@pytest.mark.parametrize("driver", sorted({*built_in()} - {"simulator", "http"}))
def test_a_driver_that_asks_or_hears_has_a_simulated_device(driver):
    points = {point.name for point in entry_points(group=plugins.PEERS)}
    assert driver in points


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def example(driver: str) -> str:
    return {"http": "push", "simulator": "miryang"}.get(driver, driver)
