"""What was discovered is a piece of a site file: it loads as it stands."""

from __future__ import annotations

import tomllib

from mulmok.config.load import load_site
from mulmok.model.text import text
from mulmok.run.fragment import fragment
from mulmok.source.discovery import Found, Proposal

WORKS = '[works]\nid = "w"\nname = "W"\nzone = "Asia/Seoul"\n\n'


def proposed(*proposals, **settings):
    remarks = (text("asked unit {unit} only", unit=1),)
    return fragment("files", [Found(settings, proposals, remarks)], str)


def test_a_fragment_is_a_right_site_file_below_a_works(tmp_path):
    words = proposed(Proposal("PH_IN", {}, "7.1"), Proposal("EC", {}, "800", "uS/cm"), folder=".")
    (tmp_path / "site.toml").write_text(WORKS + words, encoding="utf-8")
    site = load_site(tmp_path / "site.toml")
    assert [channel.id for channel in site.channels] == ["inlet.ph", "inlet.ec"]
    assert site.sources[0].channels == ("inlet.ph", "inlet.ec")
    assert "# asked unit 1 only" in words


def test_what_cannot_be_named_stands_as_a_comment():
    words = proposed(Proposal("AI_17", {"register": 7}), folder=".")
    assert '# quantity = "?"' in words
    assert list(tomllib.loads(words)) == ["source"]


def test_two_of_a_quantity_have_two_ids():
    ids = [
        one["id"]
        for one in tomllib.loads(proposed(Proposal("ph1", {}), Proposal("ph2", {})))["channel"]
    ]
    assert ids == ["inlet.ph", "inlet.ph-2"]


def test_a_hostile_label_stays_within_its_comment():
    words = proposed(
        Proposal('pH\n[[output]]\nid = "x"', {"topic": 'a"\n\x7fb', "bits": {"0": "NORMAL"}})
    )
    read = tomllib.loads(words)
    assert "output" not in read
    assert read["channel"][0]["source"]["topic"] == 'a"\n\x7fb'


def test_a_hostile_remark_stays_within_its_comment():
    remarks = (text("it calls itself {name}", name='x\n[[alarm]]\nid = "y"'),)
    words = fragment("files", [Found({}, (), remarks)], str)
    assert list(tomllib.loads(words)) == ["source"]
