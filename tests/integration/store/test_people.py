"""Who may come in; and that the file lets nobody in."""

from __future__ import annotations

from pathlib import Path

import pytest
from integration.store.making import START

from mulmok.model.errors import StoreError
from mulmok.model.time import DAY
from mulmok.store import connect
from mulmok.store.audit import Deed
from mulmok.store.people import Person, Session
from mulmok.store.sqlite import Store

KIM = Person("kim", "operator", "$argon2id$...")


def test_a_person_is_found_by_name_and_listed_without_password(store: Store):
    store.people.put(KIM)
    with store.query() as query:
        assert query.person("kim") == KIM
        assert query.person("lee") is None
        assert query.people() == [Person("kim", "operator")]
    assert store.people.remove("kim")
    assert not store.people.remove("kim")


def test_a_session_knows_its_person_and_when_it_was_used(store: Store):
    store.people.put(KIM)
    store.people.sign_in("token", "kim", "csrf", START)
    store.people.seen("token", START + 5)
    with store.query() as query:
        assert query.session("token") == Session("kim", "operator", "csrf", START, START + 5)
        assert query.session("another") is None
    store.people.sign_out("token")
    with store.query() as query:
        assert query.session("token") is None


def test_a_changed_or_removed_person_is_signed_out_everywhere(store: Store):
    for change in (lambda: store.people.put(KIM), lambda: store.people.remove("kim")):
        store.people.put(KIM)
        store.people.sign_in("token", "kim", "csrf", START)
        change()
        with store.query() as query:
            assert query.session("token") is None


def test_nobody_unknown_gets_a_session(store: Store):
    with pytest.raises(StoreError):
        store.people.sign_in("token", "nobody", "csrf", START)


def test_sessions_forgotten_for_months_are_swept_out(store: Store):
    store.people.put(KIM)
    store.people.sign_in("old", "kim", "csrf", START)
    store.people.sign_in("new", "kim", "csrf", START + 70 * DAY)
    with store.query() as query:
        assert query.session("old") is None
        assert query.session("new") is not None


def test_no_session_stands_in_the_file(store: Store):
    store.people.put(KIM)
    store.people.sign_in("the-browser-has-this", "kim", "csrf", START)
    store.close()
    assert b"-has-this" not in store.path.read_bytes()


def test_who_signs_in_and_who_may_is_noted_in_the_same_breath(store: Store):
    store.people.put(KIM, Deed(START, "root", "person.put", "kim"))
    store.people.sign_in("browser", "kim", "csrf", START + 1)
    assert store.people.remove("kim", Deed(START + 2, "root", "person.remove", "kim"))
    assert not store.people.remove("kim", Deed(START + 3, "root", "person.remove", "kim"))
    with store.query() as query:
        assert [(deed.at - START, deed.who, deed.action) for deed in query.deeds()] == [
            (2, "root", "person.remove"),
            (1, "kim", "sign-in"),
            (0, "root", "person.put"),
        ]


def test_deeds_are_kept_with_who_and_why_newest_first(store: Store):
    first = Deed(START, "kim", "sign-in")
    second = Deed(START + 1, "kim", "acknowledge", "ph-low", "탱크로리 확인")
    for deed in (first, second):
        store.audit(deed)
    with store.query() as query:
        assert query.deeds() == [second, first]
        assert query.deeds(limit=1) == [second]


def test_people_are_changed_beside_a_store_in_use_and_its_writer_goes_on(store: Store):
    store.people.put(KIM)
    store.people.sign_in("token", "kim", "csrf", START)
    beside = Store.beside(store.folder)
    try:
        beside.people.put(Person("lee", "viewer", "$argon2id$..."))
        assert beside.people.remove("kim")
    finally:
        beside.close()
    with store.query() as query:
        assert query.people() == [Person("lee", "viewer")]
        assert query.session("token") is None
    store.audit(Deed(START, "lee", "sign-in"))


@pytest.mark.parametrize("there", [False, True], ids=["made", "migrated"])
def test_a_store_that_must_be_made_or_migrated_first_is_opened_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, there: bool
):
    if there:
        Store.open(tmp_path).close()
        monkeypatch.setattr(connect, "is_current", lambda _: False)
    alone = Store.beside(tmp_path)
    with pytest.raises(StoreError, match="is in use by another mulmok"):
        Store.open(tmp_path)
    alone.close()
