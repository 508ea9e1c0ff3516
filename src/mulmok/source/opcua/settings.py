"""What the site file tells of an OPC UA server, and what of it does not go together.

Imports nothing of the protocol: `mulmok check` needs no more than this and `plan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mulmok.model.text import Text, text
from mulmok.source.opcua.node_name import NodeNameError, parse_node
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, signal_faults

#: Security of a site file -> policy and mode as OPC UA names them (Part 7, "SecurityPolicy").
#: Basic128Rsa15 and Basic256 rest on SHA-1, are withdrawn, and are left out.
SECURITY = {
    "basic256sha256-sign": ("Basic256Sha256", "Sign"),
    "basic256sha256-encrypt": ("Basic256Sha256", "SignAndEncrypt"),
    "aes128-sign": ("Aes128_Sha256_RsaOaep", "Sign"),
    "aes128-encrypt": ("Aes128_Sha256_RsaOaep", "SignAndEncrypt"),
    "aes256-sign": ("Aes256_Sha256_RsaPss", "Sign"),
    "aes256-encrypt": ("Aes256_Sha256_RsaPss", "SignAndEncrypt"),
}
#: Port of an address without one: registered for OPC UA.
PORT = 4840
_CODE = re.compile(r"(Good|Uncertain|Bad)[A-Za-z0-9]*|0x[0-9A-Fa-f]{8}")

#: Where a server is and who we are to it; `mulmok discover` takes these as well.
CONNECTION: tuple[SettingKey, ...] = (
    SettingKey("url", "text", text("address of the server"), '"opc.tcp://192.168.10.5:4840"', required=True),
    SettingKey("security", "choice", text("how messages are signed or encrypted"), '"basic256sha256-encrypt"', usual='"none"', choices=("none", *SECURITY)),
    SettingKey("certificate", "text", text("file of our certificate, PEM or DER; a relative path begins at the site file"), '"pki/mulmok.pem"', usual="needed with security"),
    SettingKey("key", "text", text("file of its private key, PEM or DER"), '"pki/mulmok-key.pem"', usual="needed with security"),
    SettingKey("key_password", "secret", text("password of that file"), '"env:OPCUA_KEY_PASSWORD"', usual="the key is not encrypted"),
    SettingKey("server_certificate", "text", text("file of the server's certificate: no other is believed"), '"pki/plc.der"', usual="whatever certificate the server shows is believed"),
    SettingKey("user", "text", text("name of the user"), '"mulmok"', usual="nobody: anonymous"),
    SettingKey("password", "secret", text("password of the user"), '"env:OPCUA_PASSWORD"'),
    SettingKey("timeout", "duration", text("how long an answer may take"), '"10 s"', usual='"5 s"'),
)  # fmt: skip

SETTINGS: tuple[SettingKey, ...] = (
    *CONNECTION,
    SettingKey("interval", "duration", text("how often the server tells what has changed; not longer than the shortest interval of its channels"), '"0.5 s"', usual='"1 s"'),
    SettingKey("watchdog", "duration", text("how long the subscription may be silent before everything is made anew"), '"1 min"', usual='"30 s"'),
    SettingKey("time", "choice", text("which time a reading has: its source's (the device), the server's, or ours when its clock is wrong and cannot be set"), '"ours"', usual='"source"', choices=("source", "server", "ours")),
    SettingKey("node", "text", text("node of the value: its id, with the number or the name of its namespace"), '"nsu=urn:plc:inlet;s=Inlet.pH"', required=True, each=True),
    SettingKey("element", "whole", text("which element of an array, counted from 0"), "3", usual="the value is no array", each=True),
    SettingKey("status_node", "text", text("node where the instrument's status stands"), '"ns=2;s=Inlet.pH.State"', usual="the OPC UA status code says all", each=True),
    SettingKey("statuses", "statuses", text("what the instrument's codes mean"), '{ "0" = "NORMAL", "4" = "MAINTENANCE" }', usual="names and codes of ours", each=True),
    SettingKey("codes", "statuses", text("what OPC UA status codes mean here, where this server has a use of its own for them"), '{ "BadOutOfService" = "MAINTENANCE" }', usual="see docs/how-to/connect-opcua.md", each=True),
    *SIGNAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Where a server is and who we are to it. Secrets stand in it: it is never shown.

    timeout  how long an answer may take [s]
    """

    url: str
    security: str
    certificate: str | None
    key: str | None
    key_password: str | None
    server_certificate: str | None
    user: str | None
    password: str | None
    timeout: float

    @classmethod
    def of(cls, given: Mapping[str, Given]) -> Access:
        """Take it from the settings of a source, which have been checked."""

        def words(name: str) -> str | None:
            return str(given[name]) if name in given else None

        return cls(
            url=str(given["url"]),
            security=str(given.get("security", "none")),
            certificate=words("certificate"),
            key=words("key"),
            key_password=words("key_password"),
            server_certificate=words("server_certificate"),
            user=words("user"),
            password=words("password"),
            timeout=span(given, "timeout", 5_000_000_000) / 1e9,
        )

    def __repr__(self) -> str:
        return f"Access({self.url})"

    @property
    def host(self) -> str:
        """Host of the address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """Port of the address."""
        return urlsplit(self.url).port or PORT

    @property
    def address(self) -> str:
        """Give the address with its port, as the library wants it."""
        parts = urlsplit(self.url)
        host = f"[{self.host}]" if ":" in self.host else self.host
        return parts._replace(netloc=f"{host}:{self.port}").geturl()


def span(given: Mapping[str, Given], name: str, usual: int) -> int:
    """Duration of a setting [ns]."""
    value = given.get(name, usual)
    return int(value) if isinstance(value, int | float) else usual


def faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what does not go together: of a source, or of a channel with its source's settings."""
    yield from _address_faults(given)
    yield from _security_faults(given)
    if "password" in given and "user" not in given:
        yield "password", text("stands with user only")
    watchdog, interval = span(given, "watchdog", 0), span(given, "interval", 0)
    if watchdog and interval and watchdog < 3 * interval:
        yield "watchdog", text("want three times the interval or more")
    for key in ("node", "status_node"):
        if key in given:
            try:
                parse_node(str(given[key]))
            except NodeNameError as fault:
                yield key, fault.text
    codes = given.get("codes")
    for code in codes if isinstance(codes, Mapping) else ():
        if not _CODE.fullmatch(code):
            yield (
                "codes",
                text(
                    'have "{have}", want the name of an OPC UA status code, such as {example}',
                    have=code,
                    example="BadOutOfService",
                ),
            )
    yield from signal_faults(given)


def _address_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    if "url" not in given:
        return
    url, example = str(given["url"]), "opc.tcp://192.168.10.5:4840"
    try:
        parts = urlsplit(url)
        right = parts.scheme == "opc.tcp" and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        right = False
        parts = urlsplit("")
    if parts.username is not None:
        yield "url", text("a name does not stand in the address: want user and password")
    elif not right:
        yield "url", text('have "{have}", want an address such as {example}', have=url, example=example)  # fmt: skip


def _security_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    files = ("certificate", "key", "key_password", "server_certificate")
    if given.get("security", "none") == "none":
        for key in files:
            if key in given:
                yield key, text("stands with security only, which is none")
        return
    for key in ("certificate", "key"):
        if key not in given:
            yield "security", text("needs {key}: see docs/how-to/connect-opcua.md", key=key)
