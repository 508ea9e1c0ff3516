"""How a page speaks: one language, one works' time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.flag import FLAG_NAMES, REASON_NAMES, Flag
from mulmok.model.status import STATUS_NAMES, Status
from mulmok.model.text import Names, Text, text
from mulmok.text.catalog import render
from mulmok.web.moments import AGE_WORDS
from mulmok.web.numbers import share, show_mass, show_number, show_unit, show_value

STATIC = Path(__file__).parent / "static"

#: Places as people call them; another place is shown by its own name.
PLACE_NAMES = {
    "inlet": Names("유입", "Inlet"),
    "effluent": Names("방류", "Effluent"),
    "bypass": Names("월류", "Bypass"),
    "aeration": Names("포기조", "Aeration"),
    "primary": Names("일차침전지", "Primary"),
}
SIDE_WORDS = {1: text("above normal"), -1: text("below normal")}


@cache
def environment() -> Environment:
    """Give the templates; everything put into them is escaped."""
    made = Environment(
        loader=PackageLoader("mulmok.web"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=static_url,
        show_value=show_value,
        show_number=show_number,
        show_mass=show_mass,
        show_unit=show_unit,
        share=share,
    )
    return made


@cache
def static_url(name: str) -> str:
    """Address of a static file, with a mark of its content: then browsers may keep it for ever."""
    path = STATIC / name
    mark = hashlib.blake2b(path.read_bytes(), digest_size=5).hexdigest()
    return f"/static/{name}?v={mark}"


def said(template: str, values: Mapping[str, object], language: str) -> str:
    """Give a sentence of a template file in a language."""
    return render(Text(template, values), language)


def place_name(place: str, language: str) -> str:
    """Name of a place."""
    return render(PLACE_NAMES.get(place, place), language)


def cause_name(cause: str, language: str) -> str:
    """Name of a cause; one nobody has named yet by its code."""
    return render(CAUSE_NAMES.get(cause, cause), language)


def script_words(language: str) -> dict[str, dict[str, str]]:
    """Give the words the pages' script needs, since live frames have none."""
    kinds = {
        "suspect": FLAG_NAMES[Flag.SUSPECT],
        "bad": FLAG_NAMES[Flag.FAIL],
        "missing": FLAG_NAMES[Flag.MISSING],
    }
    return {
        "age": {unit: render(words, language) for unit, words in AGE_WORDS.items()},
        "kind": {kind: render(names, language) for kind, names in kinds.items()},
        "reason": {str(int(bit)): render(names, language) for bit, names in REASON_NAMES.items()},
        "status": {
            str(int(status)): render(names, language)
            for status, names in STATUS_NAMES.items()
            if status != Status.NORMAL
        },
        "side": {str(side): render(words, language) for side, words in SIDE_WORDS.items()},
        "link": {
            "live": render(text("live"), language),
            "lost": render(text("connection lost: values are old"), language),
            "old": render(text("data is old"), language),
        },
        "chart": {
            "range": render(text("smallest to largest"), language),
            "mean": render(text("mean"), language),
            "band": render(text("normal band"), language),
            "nothing": render(text("no reading"), language),
            "unusable": render(text("no usable reading"), language),
            "loading": render(text("reading the history"), language),
            "failed": render(text("the history could not be read"), language),
            "event": render(text("events"), language),
            "alarm": render(text("alarms"), language),
            "flag": render(text("quality"), language),
        },
        "band": {"unknown": render(text("not known yet"), language)},
    }
