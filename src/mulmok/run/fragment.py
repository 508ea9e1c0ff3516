"""What was discovered, as a piece of a site file that a person reads, mends and puts in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from mulmok.model.text import Text, text
from mulmok.run.naming import guess_quantity
from mulmok.source.discovery import Found, Proposal
from mulmok.source.settings import Given

Say = Callable[[Text], str]


def fragment(driver: str, places: list[Found], say: Say) -> str:
    """Give the TOML: what could be named stands as tables, what could not as comments."""
    lines = [f"# {say(text('proposed by mulmok discover: check every line, then mulmok check'))}"]
    used: set[str] = set()
    for number, place in enumerate(places, start=1):
        source = driver if len(places) == 1 else f"{driver}-{number}"
        lines += ["", *(f"# {_plain(say(remark), 400)}" for remark in place.remarks)]
        lines += ["[[source]]", f"id = {_toml(source)}", f"driver = {_toml(driver)}"]
        lines += [f"{name} = {_toml(value)}" for name, value in place.settings.items()]
        for proposal in place.proposals:
            lines += ["", *_channel(source, proposal, used, say)]
    return "\n".join(lines) + "\n"


def _channel(source: str, proposal: Proposal, used: set[str], say: Say) -> Iterator[str]:
    quantity = guess_quantity(proposal.label, proposal.unit)
    about = " ".join(word for word in (proposal.label, proposal.shows, proposal.unit) if word)
    if about:
        yield f"# {_plain(about)}"
    lines = [
        "[[channel]]",
        f"id = {_toml(_id(quantity or 'unknown', used))}",
        f"quantity = {_toml(quantity or '?')}",
        'every = "1 min"',
        "[channel.source]",
        f"id = {_toml(source)}",
        *(f"{name} = {_toml(value)}" for name, value in proposal.own.items()),
    ]
    if quantity is None:
        yield f"# {say(text('what it measures could not be told: give it a quantity'))}"
        lines = [f"# {line}" for line in lines]
    yield from lines


def _id(quantity: str, used: set[str]) -> str:
    number, name = 1, f"inlet.{quantity}"
    while name in used:
        number += 1
        name = f"inlet.{quantity}-{number}"
    used.add(name)
    return name


def _toml(value: Given) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A basic TOML string is a JSON string, but for the one control character JSON lets stand.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(words: str, longest: int = 120) -> str:
    """Give words on one line: what a device says of itself must not become lines of the file."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)[:longest]
