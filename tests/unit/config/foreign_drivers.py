"""Drivers as other packages have them: one with a table of settings, one without, one broken."""

from __future__ import annotations

from typing import Any

from mulmok.model.text import text
from mulmok.source.settings import SettingKey
from mulmok.source.signal import SIGNAL, signal_faults


class Ferry:
    settings = (
        SettingKey("host", "text", text("where it lies"), '"10.0.0.9"', required=True),
        SettingKey("decks", "whole", text("how many decks"), "2"),
        SettingKey("speed", "number", text("its speed"), "1.5"),
        SettingKey("fast", "switch", text("whether it hurries"), "true"),
        SettingKey("pause", "duration", text("how long it lies"), '"5 min"'),
        SettingKey("password", "secret", text("its password"), '"env:FERRY"'),
        SettingKey("register", "whole", text("where on deck"), "7", each=True),
    )


class Crane:
    """One with every kind of setting there is, and with a say of its own."""

    settings = (
        SettingKey("host", "text", text("where it stands"), '"10.0.0.9"', required=True),
        SettingKey("pause", "duration", text("how long it rests"), '"5 s"'),
        SettingKey("token", "secret", text("its key"), '"env:CRANE"'),
        SettingKey("tags", "texts", text("what it is called"), '["a", "b"]'),
        SettingKey("register", "whole", text("where on deck"), "7", required=True, each=True),
        SettingKey("order", "choice", text("which end first"), '"big"', choices=("big", "little"), each=True),
        SettingKey("statuses", "statuses", text("what its codes mean"), '{ "0" = "NORMAL" }', each=True),
        *SIGNAL,
    )  # fmt: skip

    @staticmethod
    def wrong(settings: dict[str, Any]):
        if settings.get("host") == "nowhere":
            yield "host", text("is no place")
        if settings.get("order") == "little" and settings.get("register") == 13:
            yield "register", text("13 is not little")
        yield from signal_faults(settings)


class Raft:
    pass
