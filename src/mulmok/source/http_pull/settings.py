"""What a service asked over HTTP may be told in the site file."""

from __future__ import annotations

from mulmok.model.text import text
from mulmok.source.cursor import CURSOR
from mulmok.source.instants import TIME_FORM
from mulmok.source.payload import PAYLOAD
from mulmok.source.service import SIGN_IN
from mulmok.source.settings import SettingKey
from mulmok.source.signal import SIGNAL

SETTINGS: tuple[SettingKey, ...] = (
    SettingKey("url", "text", text("address of the document; {since} and {until} in it are the times asked for; one with a password in it stands as env:NAME or file:PATH"), '"https://data.example/v1/values?from={since}"', required=True),
    SettingKey("method", "choice", text("how it is asked"), '"POST"', usual='"GET"', choices=("GET", "POST")),
    SettingKey("body", "text", text("with POST: what is sent, as JSON; {since} and {until} are the times asked for"), '\'{ "from": "{since}" }\'', usual="nothing"),
    SettingKey("since_format", "text", text("form of {since} and {until}: iso, s, ms, us, ns, filetime, or as strptime has it; in zone, where that is set"), '"%Y-%m-%d %H:%M:%S"', usual='"iso"'),
    *SIGN_IN,
    SettingKey("api_key", "secret", text("key that is sent in a header of its own"), '"env:API_KEY"', usual="none"),
    SettingKey("api_key_header", "text", text("name of that header"), '"X-API-Key"', usual='"X-API-Key"'),
    SettingKey("next_path", "text", text("where the document names its next page, as JMESPath has it: an address, or a token"), '"paging.next"', usual="there is one page"),
    SettingKey("page_parameter", "text", text("parameter of the address that takes the token of the next page"), '"cursor"', usual="next_path finds an address"),
    *CURSOR,
    *PAYLOAD,
    *TIME_FORM,
    *SIGNAL,
)  # fmt: skip
