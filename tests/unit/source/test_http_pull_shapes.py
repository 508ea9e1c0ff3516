"""Documents that are made for paths, and paths that are found in documents."""

from __future__ import annotations

import jmespath
import pytest

from mulmok.model.errors import SourceError
from mulmok.source.http_pull.discover import found_in
from mulmok.source.http_pull.shape import Place, put

PATHS = {
    "ph": (None, None, ("ph",)),
    'data."a b".ph': (None, None, ("data", "a b", "ph")),
    "rows[*].v": (("rows",), None, ("v",)),
    "d.rows[].v.x": (("d", "rows"), None, ("v", "x")),
    "map(&v, d.rows)": (("d", "rows"), None, ("v",)),
    "rows[?tag=='PH'].v": (("rows",), ("tag", "PH"), ("v",)),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_finds_what_was_put_where_it_points(path):
    rows, where, names = PATHS[path]
    assert Place.of(path) == Place(rows, where, names)
    document, row = {}, dict([where]) if where else {}
    if rows is None:
        put(document, names, 7)
        assert jmespath.search(path, document) == 7
    else:
        put(row, names, 7)
        put(document, rows, [row])
        assert jmespath.search(path, document) == [7]


@pytest.mark.parametrize(
    "path", ["max(rows[*].v)", "rows[0].v", "rows[?v > `1`].v", "a || b", "@.*"]
)
def test_a_path_no_document_is_made_for_is_said_to_be(path):
    with pytest.raises(SourceError, match="no document is simulated"):
        Place.of(path)


def found(document: object):
    one = found_in(document, {"url": "http://h/v"})
    for proposal in one.proposals:
        if proposal.shows:
            assert jmespath.search(str(proposal.own["path"]), document) not in (None, [])
            if "time_path" in proposal.own:
                assert jmespath.search(str(proposal.own["time_path"]), document) not in (None, [])
    return one


def test_numbers_are_found_with_the_time_beside_them():
    one = found({"station": 3, "data": {"time": "2026-03-01 09:00:00", "ph": 7.1, "수온": 15}})
    own = {proposal.label: proposal.own for proposal in one.proposals}
    assert own["data ph"] == {"path": "data.ph", "time_path": "data.time"}
    assert own["data 수온"]["path"] == 'data."수온"'
    assert one.settings["zone"] == "works"


def test_columns_of_rows_and_tags_of_rows_are_found():
    wide = found({"rows": [{"ts": 1772323200, "ph": 7, "ec": 800, "state": "ok"}]})
    assert [proposal.own["path"] for proposal in wide.proposals] == [
        "map(&ph, rows)",
        "map(&ec, rows)",
    ]
    assert wide.settings["time_format"] == "s"
    long = found([{"tag": name, "at": "2026-03-01T00:00:00Z", "val": 7} for name in ("PH", "E'C")])
    assert long.proposals[0].own["path"] == "[?tag=='PH'].val"
    assert len(long.proposals) == 2


def test_a_document_of_nothing_proposes_nothing():
    for document in (None, 7, [], {}, [1, 2], {"a": "b"}, [{}]):
        assert found(document).proposals == ()
