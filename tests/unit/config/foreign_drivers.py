"""Drivers as other packages have them: one with a table of settings, one without, one broken."""

from __future__ import annotations

from mulmok.model.text import text
from mulmok.source.settings import SettingKey


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


class Raft:
    pass
