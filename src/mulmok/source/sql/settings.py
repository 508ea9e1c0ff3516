"""What a historian's table may be told in the site file."""

from __future__ import annotations

from mulmok.model.text import text
from mulmok.source.cursor import CURSOR
from mulmok.source.instants import TIME_FORM
from mulmok.source.payload import PAYLOAD
from mulmok.source.settings import SettingKey
from mulmok.source.signal import SIGNAL

SETTINGS: tuple[SettingKey, ...] = (
    SettingKey("url", "text", text("address of the database, as SQLAlchemy has it; one with a password in it stands as env:NAME or file:PATH; a relative SQLite file begins at the site file"), '"env:HISTORIAN_URL"', required=True),
    SettingKey("table", "text", text("name of the table or view"), '"history"', required=True),
    SettingKey("schema", "text", text("its schema"), '"scada"', usual="the database's usual one"),
    SettingKey("time_column", "text", text("column of the times"), '"ts"', required=True),
    SettingKey("channel_column", "text", text("in a table of one value a row: column that says what the row is of"), '"tag"', usual="each channel has its column"),
    SettingKey("value_column", "text", text("with channel_column: column of the values"), '"value"'),
    SettingKey("tag", "text", text("with channel_column: what stands there for this channel"), '"PH_IN"', usual="the channel's id", each=True),
    SettingKey("column", "text", text("without channel_column: column of this channel"), '"ph_in"', usual="the channel's id", each=True),
    SettingKey("status_column", "text", text("column of what the instrument says of itself"), '"quality"', usual="the status is NORMAL", each=True),
    *(key for key in PAYLOAD if key.name == "statuses"),
    *CURSOR,
    *TIME_FORM,
    *SIGNAL,
)  # fmt: skip
