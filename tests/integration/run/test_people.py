"""Who may sign in leaves a trace, whoever made it so."""

from pathlib import Path

from mulmok.run.people import make_person, remove_person
from mulmok.store.sqlite import Store


def test_who_is_added_or_removed_at_the_command_line_is_noted(tmp_path: Path):
    store = Store.open(tmp_path)
    make_person(store, "kim", "operator")
    assert remove_person(store, "kim")
    assert not remove_person(store, "kim")
    with store.query() as query:
        deeds = query.deeds()
    assert [(deed.action, deed.about, deed.why) for deed in deeds] == [
        ("person.remove", "kim", ""),
        ("person.put", "kim", "operator"),
    ]
    assert all(deed.who.endswith("(command line)") and deed.at > 0 for deed in deeds)
    store.close()
