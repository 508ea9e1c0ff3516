"""`mulmok discover`: looks for what a driver could read, and prints it as a piece of a site file."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from mulmok import plugins
from mulmok.commands.typed import unfit
from mulmok.config.explain import UnfitError, nearest, unknown_key
from mulmok.config.secret import read_secret
from mulmok.config.setting_kinds import Around, converter
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.run.clock import SystemClock
from mulmok.run.fragment import fragment
from mulmok.source.discovery import Found
from mulmok.source.settings import Given, SettingKey
from mulmok.text.logged import unlogged

Say = Callable[[Text], str]
#: Kinds that may stand as a reference to where the value is.
_REFERRED = ("text", "secret")
#: Kinds whose value is the text as it was typed.
_WORDS = ("text", "folder", "zone", "duration", "choice", "secret")


def run(options: argparse.Namespace, say: Say) -> int:
    """Look, and print what was found; 1 when there was nothing."""
    known = plugins.find(plugins.DISCOVERERS)
    if options.driver not in known:
        raise unfit("DRIVER", options.driver, nearest(options.driver, sorted(known)))
    discoverer = plugins.load(plugins.DISCOVERERS, options.driver)
    if not options.where and discoverer.settings:
        for line in _listed(discoverer.settings, say):
            print(line)
        return 2
    given, references = _given(discoverer.settings, options.where)
    # What libraries log of what is not there is no news to one who is looking.
    with unlogged():
        if hasattr(discoverer, "discover_at"):
            looking = discoverer.discover_at(given, options.wait, SystemClock())
        else:
            looking = discoverer.discover(given, options.wait)
        places = asyncio.run(looking)
    if not any(place.proposals for place in places):
        for remark in [remark for place in places for remark in place.remarks]:
            print(say(remark), file=sys.stderr)
        print(say(text("nothing was found that could be read")), file=sys.stderr)
        return 1
    places = [_hidden(place, references) for place in places]
    print(fragment(options.driver, places, say), end="")
    return 0


def _listed(keys: Iterable[SettingKey], say: Say) -> Iterable[str]:
    yield say(text("where to look, as NAME=VALUE:"))
    for key in keys:
        needed = say(text("needed")) if key.required else key.usual or "-"
        yield f"  {key.name}={key.example.strip(chr(34))}  {say(key.about)} ({needed})"


def _given(
    keys: Iterable[SettingKey], pairs: Iterable[str]
) -> tuple[dict[str, Given], dict[Given, str]]:
    """Read NAME=VALUE by the table of settings; give with it what stood for which secret.

    Raises InputError.
    """
    table, given = {key.name: key for key in keys}, dict[str, Given]()
    references: dict[Given, str] = {}
    for pair in pairs:
        name, equals, words = pair.partition("=")
        if not equals or name not in table:
            raise InputError(
                text("{field}: {problem}", field=name, problem=unknown_key(name, table))
            )
        key = table[name]
        try:
            value = converter(key, Around((), Path.cwd()))(_value(key, words))
        except UnfitError as fault:
            raise InputError(text("{field}: {problem}", field=name, problem=fault.text)) from None
        if value is not None:
            given[name] = value
        # As in a site file, where an address with a password in it stands by reference too.
        if key.kind in _REFERRED and words.startswith(("env:", "file:")):
            secret = read_secret(words, Path.cwd() / "-", os.environ)
            given[name], references[secret] = secret, words
    for key in table.values():
        if key.required and key.name not in given:
            raise InputError(
                text("{name}=...: missing; want {what}", name=key.name, what=key.about)
            )
    return given, references


def _hidden(place: Found, references: Mapping[Given, str]) -> Found:
    """Put the references back in place of what they stand for."""
    shown = {
        name: references.get(value, value) if isinstance(value, str) else value
        for name, value in place.settings.items()
    }
    return replace(place, settings=shown)


def _value(key: SettingKey, words: str) -> object:
    if key.kind in _WORDS:
        return words
    try:
        return tomllib.loads(f"value = {words}")["value"]
    except tomllib.TOMLDecodeError:
        return words
