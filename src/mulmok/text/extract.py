"""Brings the Korean catalogue up to date: `python -m mulmok.text.extract [TRANSLATIONS.json ...]`.

English templates are found where they are written: in `text("...")` and `tr("...")` of the code and
in `t("...")` and `_("...")` of the page templates. New ones enter the catalogue without a
translation, vanished ones leave it. JSON files of {"English": "Korean"} are taken in.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

PACKAGE = Path(__file__).parents[1]
CATALOG = PACKAGE / "text/locale/ko/LC_MESSAGES/mulmok.po"

_IN_CODE = ("text", "tr")
_IN_TEMPLATES = ("t", "_")


def templates() -> dict[str, list[str]]:
    """Every English template in the package, with the files it stands in."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py":
            here = in_code(path.read_text(encoding="utf-8"))
        elif path.suffix in (".html", ".j2", ".txt") and "templates" in path.parts:
            here = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for template in here:
            found.setdefault(template, []).append(path.relative_to(PACKAGE).as_posix())
    return found


def in_code(source: str) -> Iterator[str]:
    """Templates of a Python source."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _IN_CODE
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            yield node.args[0].value


def in_template(source: str) -> Iterator[str]:
    """Templates of a Jinja source."""
    for call in Environment(autoescape=True).parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _IN_TEMPLATES and call.args:
            first = call.args[0]
            if isinstance(first, nodes.Const) and isinstance(first.value, str):
                yield first.value


def read_catalog() -> Catalog:
    """Give the Korean catalogue, empty when there is none yet."""
    if not CATALOG.exists():
        return Catalog(locale="ko", fuzzy=False)
    with CATALOG.open("rb") as lines:
        return read_po(lines, locale="ko")


def update(additions: Mapping[str, str]) -> list[str]:
    """Rewrite the catalogue; give the templates that lack a translation."""
    old, new = read_catalog(), Catalog(locale="ko", fuzzy=False)
    untranslated = []
    for template, places in sorted(templates().items()):
        known = old.get(template)
        korean = additions.get(template) or (str(known.string) if known else "")
        new.add(template, korean, locations=[(place, 0) for place in sorted(set(places))])
        if not korean:
            untranslated.append(template)
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as out:
        write_po(out, new, omit_header=True, include_lineno=False, width=100)
    return untranslated


def main(files: list[str]) -> int:
    """Update the catalogue with translations from JSON files; 1 when something is untranslated."""
    additions: dict[str, str] = {}
    for file in files:
        additions.update(json.loads(Path(file).read_text(encoding="utf-8")))
    untranslated = update(additions)
    for template in untranslated:
        print(json.dumps(template, ensure_ascii=False))
    return 1 if untranslated else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
