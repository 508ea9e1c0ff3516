"""The glossary's tables say what the code says."""

from pathlib import Path

from mulmok.model.flag import FLAG_NAMES
from mulmok.model.quantity import QUANTITIES
from mulmok.model.status import STATUS_NAMES

GLOSSARY = (Path(__file__).parents[2] / "GLOSSARY.md").read_text(encoding="utf-8")


def quantity_rows() -> str:
    rows = ["| id | 한국어 | English | unit | possible | K-eco code |", "|---|---|---|---|---|---|"]
    rows += [
        f"| `{q.id}` | {q.name.ko} | {q.name.en} | {q.unit} | {q.low:g} to {q.high:g} | {q.code} |"
        for q in QUANTITIES.values()
    ]
    return "\n".join(rows)


def test_the_glossary_lists_every_quantity_as_the_table_has_it():
    assert quantity_rows() in GLOSSARY


def test_the_glossary_names_every_flag_and_status():
    for names in (*FLAG_NAMES.values(), *STATUS_NAMES.values()):
        assert names.ko in GLOSSARY
        assert names.en in GLOSSARY
