"""`python -m mulmok.text.extract`: bring the Korean catalogue up to date with the code.

New templates are added without a translation, vanished ones dropped; translations are kept. The test
of the catalogue fails on what is left untranslated.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1]
CATALOG = PACKAGE / "text/locale/ko/LC_MESSAGES/mulmok.po"
_IN_TEMPLATE = re.compile(r"""\bt\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def templates() -> dict[str, list[str]]:
    """Every English template in the package, with the files it stands in."""
    found: dict[str, list[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for template in _in_code(path):
            found.setdefault(template, []).append(path.relative_to(PACKAGE).as_posix())
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        for literal in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            found.setdefault(ast.literal_eval(literal), []).append(
                path.relative_to(PACKAGE).as_posix()
            )
    return found


def _in_code(path: Path) -> list[str]:
    calls = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
    )
    return [
        call.args[0].value
        for call in calls
        if call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def read_catalog() -> Catalog:
    """Give the Korean catalogue, empty when there is none yet."""
    if not CATALOG.exists():
        return Catalog(locale="ko", fuzzy=False)
    with CATALOG.open("rb") as lines:
        return read_po(lines, locale="ko")


def update(additions: dict[str, str] | None = None) -> int:
    """Rewrite the catalogue; gives how many sentences lack a translation."""
    old, new, open_ends = read_catalog(), Catalog(locale="ko", project="mulmok", fuzzy=False), 0
    for template, places in sorted(templates().items()):
        known = old.get(template)
        translation = (additions or {}).get(template) or (known.string if known else "")
        new.add(template, translation, locations=[(place, 0) for place in sorted(set(places))])
        open_ends += not translation
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as out:
        write_po(out, new, omit_header=True, include_lineno=False, width=100)
    return open_ends


if __name__ == "__main__":
    left = update()
    print(f"{CATALOG}: {left} without a translation")
    sys.exit(1 if left else 0)
