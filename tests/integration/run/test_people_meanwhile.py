"""People are added and removed while the works runs: it goes on, and who is removed is out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.run.running import Works

from mulmok.cli import main
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    running = Works(tmp_path)
    yield running
    assert running.stop() == 0


def test_who_is_added_comes_in_and_who_is_removed_is_out_while_the_works_runs(
    works: Works, capsys: pytest.CaptureFixture[str]
):
    options = ["--data", str(works.data)]
    assert main(["user", "add", "kim", *options]) == 0
    password = capsys.readouterr().out.split()[4]
    kim, operator = works.sign_in("kim", password), works.sign_in("operator", works.password)
    assert (works.status(kim), works.status(operator)) == (200, 200)
    assert main(["user", "list", *options]) == 0
    assert capsys.readouterr().out == "kim\toperator\noperator\toperator\n"
    assert main(["user", "remove", "kim", *options]) == 0
    while works.status(kim) == 200:  # as long as a session is remembered between looks
        time.sleep(0.2)
    assert works.status(kim) == 303
    assert works.status(operator) == 200, "nobody else is put out"


def test_no_reading_is_lost_or_late_for_people_being_changed(works: Works):
    ended = threading.Event()
    codes = []

    def change() -> None:
        for number in range(20):
            codes.append(main(["user", "add", f"kim{number}", "--data", str(works.data)]))
        ended.set()

    changing = threading.Thread(target=change)
    changing.start()
    places, at = [], 0
    while not ended.is_set() or at < 50:
        places.append(works.push(at))
        at += 1
    changing.join()
    assert codes == [0] * 20
    with Query.open(works.data / FILE) as query:
        assert len(query.people()) == 21
        assert len(query.rows("inlet.ph", 0, 2**62)) == at
    assert places == sorted(set(places))
