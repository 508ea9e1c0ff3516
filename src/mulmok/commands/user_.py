"""`mulmok user`: who may sign in. Passwords are generated and shown once."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.run.people import make_person, remove_person
from mulmok.store.sqlite import Store


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Add, list or remove people; a works that runs on the data goes on, and knows within seconds."""
    store = Store.beside(options.data)
    try:
        if options.act == "list":
            with store.query() as query:
                for person in query.people():
                    print(f"{person.name}\t{person.role}")
            return 0
        if not options.name:
            raise InputError(
                text("whom? give a sign-in name: mulmok user {act} kim", act=options.act)
            )
        if options.act == "remove":
            if not remove_person(store, options.name):
                raise InputError(text('there is nobody called "{name}"', name=options.name))
            print(say(text("{name} may no longer sign in", name=options.name)))
            return 0
        made = make_person(store, options.name, options.role)
        print(
            say(
                text(
                    "{name} signs in with {password} (shown once)",
                    name=made.name,
                    password=made.password,
                )
            )
        )
    finally:
        store.close()
    return 0
