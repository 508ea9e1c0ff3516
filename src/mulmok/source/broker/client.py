"""The library's client made ready for one visit to a broker, and its words for what went wrong."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mulmok.model.text import Text, text
from mulmok.source.broker.login import Login
from mulmok.source.broker.tls import context_of

#: Longest message that is taken [bytes]: a broker that speaks MQTT 5 is told so. Site choice.
LARGEST = 1_000_000
#: What stands around the payload of one: a topic, and properties [bytes].
_AROUND = 70_000
#: Messages a broker may send before the first is acknowledged (MQTT 5). Site choice.
WINDOW = 1_000
#: MQTT 5.0, 2.4: reasons that have words of their own.
_UNSPECIFIED, _UNSUPPORTED_VERSION = 0x80, 0x84
_BAD_PASSWORD, _NOT_AUTHORISED, _TAKEN_OVER = 0x86, 0x87, 0x8E


@dataclass(frozen=True, slots=True)
class Word:
    """Something to be published."""

    topic: str
    payload: bytes
    qos: int = 0
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay at a broker, from connecting to leaving.

    filters  what is wanted, with the quality of service of each
    dropped  filters of an earlier visit that are not wanted any more
    keep     how long the broker keeps what comes for us after we have gone [s]; 0: not at all
    will     what the broker is to publish for us when we go without a word
    """

    login: Login
    client_id: str
    filters: Mapping[str, int] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    keep: int = 0
    will: Word | None = None


class Complaints(logging.Handler):
    """Remembers what the library complained of last: it is why a connection broke."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Remember it."""
        self.last = record.getMessage()


def client_of(visit: Visit, complaints: Complaints) -> Client:
    """Make the client; nothing is sent yet. Raises SourceError when a certificate is no good."""
    login, version = visit.login, _version(visit.login)
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=visit.client_id,
        clean_session=None if version is MQTTProtocolVersion.MQTTv5 else not visit.keep,
        protocol=version,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    # Known to nobody, one for each visit: what it is told goes into our messages, not into a log.
    logger = logging.Logger("mqtt", logging.ERROR)  # noqa: LOG001
    logger.addHandler(complaints)
    client.enable_logger(logger)
    # That there is something to write is looked for at each turn; without this the library would
    # write at once, from whatever thread.
    client.on_socket_register_write = _wait_for_turn
    if login.user:
        client.username_pw_set(login.user, login.password or None)
    if login.tls:
        client.tls_set_context(context_of(login))
    if visit.will is not None:
        will = visit.will
        client.will_set(will.topic, will.payload, will.qos, will.retained)
    return client


def reach(client: Client, visit: Visit) -> None:
    """Connect and ask to be let in; blocks. Raises OSError or ValueError."""
    login = visit.login
    if _version(login) is not MQTTProtocolVersion.MQTTv5:
        client.connect(login.host, login.port, login.keepalive)
        return
    wanted = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    wanted.SessionExpiryInterval = visit.keep
    wanted.ReceiveMaximum = WINDOW
    wanted.MaximumPacketSize = LARGEST + _AROUND
    client.connect(
        login.host, login.port, login.keepalive, clean_start=not visit.keep, properties=wanted
    )


def _version(login: Login) -> MQTTProtocolVersion:
    """Give the library's name of the version."""
    if login.version == "5":
        return MQTTProtocolVersion.MQTTv5
    return MQTTProtocolVersion.MQTTv311


def unreached(login: Login, fault: Exception) -> Text:
    """Say why a broker could not be reached."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return text(
            "the certificate of {place} is not accepted: {why}; is ca the authority that signed it?",
            place=login.place,
            why=fault.verify_message,
        )
    if isinstance(fault, ssl.SSLError):
        return text(
            "no encryption with {place}: {why}; is it the port for TLS?",
            place=login.place,
            why=fault.reason or str(fault),
        )
    why = str(getattr(fault, "strerror", None) or fault)
    return text("{place} cannot be reached: {why}", place=login.place, why=why)


def refused(visit: Visit, reason: ReasonCode) -> Text:
    """Say why a broker did not let us in."""
    login = visit.login
    if reason.value == _UNSUPPORTED_VERSION:
        return text(
            '{place} does not speak MQTT {version}: set version = "{other}"',
            place=login.place,
            version=login.version,
            other="3.1.1" if login.version == "5" else "5",
        )
    if reason.value in (_BAD_PASSWORD, _NOT_AUTHORISED):
        return text(
            '{place} does not let in user "{user}": {why}; want the right user and password',
            place=login.place,
            user=login.user,
            why=reason.getName(),
        )
    return text("{place} does not let us in: {why}", place=login.place, why=reason.getName())


def ended(visit: Visit, reason: ReasonCode | None, complaint: str) -> Text:
    """Say why a connection broke. `complaint`: what the library said, "" nothing."""
    place = visit.login.place
    if reason is not None and reason.value == _TAKEN_OVER:
        return text(
            '{place}: somebody else came with the client_id "{client}"; each needs its own',
            place=place,
            client=visit.client_id,
        )
    why = complaint.partition(": ")[2] or complaint
    if not why and reason is not None and reason.value != _UNSPECIFIED:
        why = reason.getName()
    if not why:
        return text(
            "{place} has hung up; if it does so again and again, another client has the "
            'client_id "{client}" too',
            place=place,
            client=visit.client_id,
        )
    return text("the connection to {place} has broken: {why}", place=place, why=why)


def _wait_for_turn(*_: object) -> None:
    """Do nothing: whoever has put something into the client wakes the thread."""
