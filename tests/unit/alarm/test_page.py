"""The page on alarm states says what the tables say."""

from unit.alarm.page import PAGE, page

from mulmok.judge.alarm.states import CONDITION, SUPPRESSION
from mulmok.model.alarm import IsaState


def test_the_page_is_the_one_the_tables_draw():
    assert PAGE.read_text(encoding="utf-8") == page(), "run tests/unit/alarm/page.py"


def test_every_change_of_state_is_drawn():
    drawn = page()
    for table in (CONDITION, SUPPRESSION):
        for before, ways in table.items():
            for given, after in ways.items():
                lines = [
                    line
                    for line in drawn.splitlines()
                    if line.strip().startswith(f"{before.value} --> {after.value}:")
                ]
                assert any(given.value in line for line in lines) == (before is not after)


def test_every_isa_name_stands_on_the_page():
    assert all(f"**{name.value}**" in page() for name in IsaState)
