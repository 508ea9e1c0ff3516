"""The glossary's tables say what the code says."""

from pathlib import Path

from mulmok.model.flag import FLAG_NAMES
from mulmok.model.quantity import QUANTITIES
from mulmok.model.status import (
    RIVER_DETAIL,
    STATUS_NAMES,
    TMS_LOGGER,
    TO_RIVER_NETWORK,
    TO_TMS_LOGGER,
)

GLOSSARY_FILE = Path(__file__).parents[2] / "GLOSSARY.md"
GLOSSARY = GLOSSARY_FILE.read_text(encoding="utf-8")


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


def test_the_page_of_instrument_status_has_every_code_of_both_sets():
    page = (GLOSSARY_FILE.parent / "docs/explanation/instrument-status.md").read_text("utf-8")
    for status, names in STATUS_NAMES.items():
        own = (
            TO_TMS_LOGGER[status] if status in TMS_LOGGER.values() else f"({TO_TMS_LOGGER[status]})"
        )
        network = [TO_RIVER_NETWORK[status], *(c for c, s in RIVER_DETAIL.items() if s is status)]
        assert f"| {status.name} | {names.ko} | {own} | {' '.join(network)} |" in page
