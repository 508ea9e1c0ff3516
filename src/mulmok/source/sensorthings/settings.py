"""What a SensorThings service may be told in the site file."""

from __future__ import annotations

from mulmok.model.text import text
from mulmok.source.cursor import CURSOR
from mulmok.source.payload import PAYLOAD
from mulmok.source.service import SIGN_IN
from mulmok.source.settings import SettingKey
from mulmok.source.signal import SIGNAL

SETTINGS: tuple[SettingKey, ...] = (
    SettingKey("url", "text", text("root of the service; one with a password in it stands as env:NAME or file:PATH"), '"https://data.example/FROST-Server/v1.1"', required=True),
    SettingKey("datastream", "text", text("id of the Datastream"), '"12"', required=True, each=True),
    *SIGN_IN,
    *CURSOR,
    *(key for key in PAYLOAD if key.name == "statuses"),
    *SIGNAL,
)  # fmt: skip
