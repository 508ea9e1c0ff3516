"""What to ask a broker for, and where in what comes the channels stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mulmok.model.text import Text, text
from mulmok.source.broker.login import BROKER, Login, broker_faults
from mulmok.source.broker.topics import filter_fault, widest
from mulmok.source.instants import TIME_FORM, TimeForm, time_faults
from mulmok.source.payload import PAYLOAD, Field, payload_faults
from mulmok.source.port import Setup
from mulmok.source.settings import Given, SettingKey
from mulmok.source.signal import SIGNAL, signal_faults

#: How long the broker keeps what came while mulmok was away [s]: a long holiday. Site choice.
KEEP_S = 7 * 86_400

SETTINGS: tuple[SettingKey, ...] = (
    *BROKER,
    SettingKey("share", "text", text("group of a shared subscription: each message goes to one of the group only"), '"mulmok"', usual="mulmok gets every message"),
    SettingKey("qos", "whole", text("quality of service: 1 has the broker keep what comes while mulmok is away, 0 does not"), "1", usual="1 where a channel has time_path, else 0: what waited says nothing of now"),
    *TIME_FORM,
    SettingKey("topic", "text", text("topic it is published to; + stands for one level, # for all that follow"), '"works/inlet/ph"', required=True, each=True),
    SettingKey("retained", "switch", text("without time_path: take what the broker has kept of before as measured now"), "true", usual="false", each=True),
    *PAYLOAD,
    *SIGNAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a channel wants.

    topic     filter of the topics it is published to
    timed     whether what is sent says when it was measured
    retained  whether what the broker kept counts as measured now, though it says no time
    whole     whether the payload as a whole is the value
    silence   without a reading for so long, a document without it is told of [ns]
    """

    id: str
    topic: str
    field: Field
    timed: bool
    retained: bool
    whole: bool
    silence: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a source wants: of which broker, under which filters, for which channels.

    filters  as the broker is asked for them, each with its quality of service
    asked    by index of the channel
    """

    login: Login
    filters: Mapping[str, int]
    asked: Mapping[int, Asked]

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from the settings, which have been checked."""
        given = setup.settings
        form = TimeForm.of(given, setup.zone.name)
        signals = setup.signals()
        asked, wanted = {}, dict[str, int]()
        for index, channel in setup.feeding():
            own = setup.each.get(channel.id, {})
            one = Asked(
                id=channel.id,
                topic=str(own["topic"]),
                field=Field.of(own, signals[index], form),
                timed="time_path" in own,
                retained=own.get("retained") is True,
                whole="path" not in own,
                silence=channel.silence,
            )
            asked[index] = one
            usual = 1 if one.timed else 0
            wanted[one.topic] = max(wanted.get(one.topic, 0), int(str(given.get("qos", usual))))
        # Somebody who only looks takes nothing from the others of the group.
        group = None if setup.trial else given.get("share")
        before = "" if group is None else f"$share/{group}/"
        filters = {f"{before}{one}": qos for one, qos in widest(wanted).items()}
        return cls(Login.of(given, setup.beside), filters, asked)


def faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what of the settings does not go together: key and fault."""
    yield from broker_faults(given)
    yield from payload_faults(given)
    yield from signal_faults(given)
    yield from time_faults(given)
    topic = given.get("topic")
    fault = None if topic is None else filter_fault(str(topic))
    if fault is not None:
        yield "topic", fault
    if str(topic).startswith("$share/"):
        yield "topic", text("want the topic itself; its group is the setting share")
    qos = given.get("qos")
    if isinstance(qos, int) and qos > 1:
        yield "qos", text("want 0 or 1: with 1 nothing is lost, and what comes twice counts once")
    if any(letter in str(given.get("share", "")) for letter in "/+#"):
        yield "share", text("want the name of a group, without / + and #")
    if given.get("retained") is True and "time_path" in given:
        yield "retained", text("does not go with time_path: what is kept says how old it is")
