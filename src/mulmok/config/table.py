"""The table of keys: all that a site file may hold. Loader, JSON Schema and reference read it."""

from __future__ import annotations

from dataclasses import dataclass

from mulmok.model.text import Text, text


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table.

    kind      what its value looks like; `schema.py` has the form of each kind
    about     what it means
    usual     what holds without it, as it would be written or in words
    example   a right value as the file has it
    """

    name: str
    kind: str
    about: Text
    example: str
    required: bool = False
    usual: str = ""


#: Tables that stand once in a works, and tables of which there are many.
ONCE = ("works", "store", "http")
MANY = ("channel", "source", "alarm", "sampler", "discharger")

#: What may watch a channel or the works; an alarm has exactly one of them.
CONDITIONS = ("above", "below", "rate_above", "rate_below", "no_data", "event")

_NAME = text("name shown to people, in both languages")

TABLES: dict[str, tuple[Key, ...]] = {
    "": (
        Key("include", "texts", text("more files of this form, read as if they stood here; their paths begin at this file"), '["alarms.toml"]'),
        Key("works", "table", text("the works itself"), ""),
        Key("channel", "tables", text("one measured quantity at one place"), ""),
        Key("source", "tables", text("one way in that feeds several channels"), ""),
        Key("alarm", "tables", text("what an operator must act on"), ""),
        Key("sampler", "tables", text("an auto-sampler that can be told to take a sample"), ""),
        Key("discharger", "tables", text("a water this works knows, beside those of the library"), ""),
        Key("store", "table", text("how long things are kept"), ""),
        Key("http", "table", text("where the pages are"), ""),
    ),
    "works": (
        Key("id", "id", text("short name of the works: letters, digits, dashes"), '"miryang"', required=True),
        Key("name", "names", _NAME, '{ ko = "밀양맑은물관리센터", en = "Miryang Clear Water Centre" }', required=True),
        Key("zone", "zone", text("time zone of the works"), '"Asia/Seoul"', required=True),
        Key("country", "country", text("country of the works, or its part: its public holidays and weekends are days off"), '"KR"', usual="Saturdays and Sundays are days off"),
        Key("holidays", "dates", text("days that are days off here besides"), '["2026-06-05"]', usual="none"),
        Key("language", "language", text("language of those who choose none: ko or en"), '"ko"', usual='"ko"'),
        Key("capacity", "amount:flow", text("design flow"), '"30000 m3/d"'),
        Key("design", "design", text("design values of the influent, by quantity"), '{ bod = "180 mg/L", tn = "42 mg/L" }'),
        Key("equalisation", "amount:volume", text("volume of the flow equalisation tank"), '"7000 m3"'),
        Key("reorder", "duration", text("how long a reading may be overtaken by others before it is late"), '"30 s"', usual='"0 s"'),
        Key("false_warnings", "budget", text("false warnings of foreign water that are put up with"), '"1 per 30 d"', usual='"1 per 30 d"'),
        Key("grid", "interval", text("time step to which channels of different intervals are aligned"), '"1 min"', usual='"1 min"'),
    ),
    "channel": (
        Key("id", "id", text("its id: place, dot, name"), '"inlet.ph"', required=True),
        Key("quantity", "quantity", text("what is measured: a quantity of the glossary"), '"ph"', required=True),
        Key("every", "interval", text("time between readings"), '"1 min"', required=True),
        Key("range", "range", text("measuring range of the instrument, both ends with their unit; readings outside it fail"), '["0 mg/L", "1500 mg/L"]', usual="the physical bounds of the quantity"),
        Key("name", "names", _NAME, '{ ko = "유입 pH", en = "Inlet pH" }', usual="the quantity's name"),
        Key("resolution", "amount", text("smallest step the instrument shows"), '"0.01"', usual="the quantity's"),
        Key("rate_limit", "rate-or-off", text('largest believable change in a time, or "off"'), '"200 mg/L/min"', usual="the quantity's"),
        Key("spike", "number", text("how many robust deviations from the running median make a spike"), "8", usual="the quantity's"),
        Key("flat_suspect", "interval", text("without a change for so long, readings are suspect"), '"3 h"', usual="the quantity's"),
        Key("flat_fail", "interval", text("without a change for so long, the instrument is stuck"), '"12 h"', usual="the quantity's"),
        Key("source", "source", text("where its readings come from; none for replay, import and push"), '{ driver = "modbus", host = "10.0.0.21", register = 40001 }'),
    ),
    "channel.source": (
        Key("id", "id", text("id of the [[source]] it belongs to; then only what is the channel's own stands here"), '"plc"'),
        Key("driver", "driver", text("name of the driver, where it belongs to no [[source]]"), '"modbus"'),
    ),
    "source": (
        Key("id", "id", text("short name of the source"), '"plc"', required=True),
        Key("driver", "driver", text("name of the driver"), '"simulator"', required=True),
        Key("channels", "texts", text("ids of the channels it feeds, beside those whose [channel.source] names it"), '["inlet.flow", "inlet.ph"]'),
    ),
    "alarm": (
        Key("id", "id", text("short name of the alarm"), '"inlet-ph-low"', required=True),
        Key("channel", "channel", text("id of the channel it watches; not with event"), '"inlet.ph"'),
        Key("above", "amount", text("raised above this value"), '"9.0"'),
        Key("below", "amount", text("raised below this value"), '"5.0"'),
        Key("rate_above", "rate", text("raised when the value rises faster than this"), '"0.5 /min"'),
        Key("rate_below", "rate", text("raised when the change is below this; negative for a fall"), '"-0.5 /min"'),
        Key("no_data", "interval", text("raised after so long without a usable reading"), '"10 min"'),
        Key("event", "verdict", text("raised while there is an event with this verdict: water, instrument, hydraulic or maintenance"), '"water"'),
        Key("deadband", "amount", text("how far the value must come back over the limit to have returned"), '"0.2"', usual="0"),
        Key("on_delay", "duration", text("how long the condition must hold before the alarm is raised"), '"2 min"', usual='"0 s"'),
        Key("off_delay", "duration", text("how long the condition must be gone before the alarm returns"), '"5 min"', usual='"0 s"'),
        Key("priority", "priority", text("from 1 (act now) to 4 (take note)"), "1", usual="3"),
        Key("name", "names", _NAME, '{ ko = "유입 pH 낮음", en = "Inlet pH low" }', usual="the alarm's id"),
    ),
    "sampler": (
        Key("id", "id", text("short name of the sampler"), '"inlet-sampler"', required=True),
        Key("name", "names", _NAME, '{ ko = "유입 채수기", en = "Inlet sampler" }', usual="the sampler's id"),
        Key("source", "id", text("id of the [[source]] on whose line it is"), '"plc"', required=True),
        Key("bottles", "whole", text("how many bottles it has"), "24", usual="not known"),
        Key("temperature", "channel", text("channel of the temperature of its cabinet"), '"sampler.temperature"', usual="what the sampler says itself, if it does"),
    ),
    "discharger": (
        Key("id", "id", text("short name of the water or of who sends it"), '"slaughterhouse"', required=True),
        Key("cause", "cause", text("which kind of event it makes; a cause of the glossary"), '"food_industry"', usual='"unknown"'),
        Key("name", "names", _NAME, '{ ko = "도축장", en = "Slaughterhouse" }', usual="the cause's name"),
        Key("holds", "design", text("its strength by quantity, undiluted"), '{ cod = "5500 mg/L", tss = "1500 mg/L" }'),
        Key("alkalinity", "plain", text("its alkalinity in meq/L, negative for acids"), "-12", usual="0"),
        Key("carbon", "plain", text("its total inorganic carbon in mmol/L"), "5", usual="0"),
        Key("orp", "amount", text("how far plenty of it moves the redox potential"), '"-90 mV"', usual='"0 mV"'),
        Key("temperature", "amount", text("its temperature"), '"35 degC"', usual="as the sewage"),
        Key("share", "range", text("least and largest share of the flow in which it comes"), '["0.5 %", "12 %"]', usual='["0.1 %", "25 %"]'),
        Key("spread", "plain", text("standard deviation of the logarithm of its strengths"), "0.3", usual="0.45"),
        Key("hydraulic", "switch", text("true: more water rather than foreign water"), "false", usual="false"),
        Key("mixes", "switch", text("false: a state of the sewage that only moves pH and ORP"), "true", usual="true"),
    ),
    "store": (
        Key("retention", "interval", text("how long readings and judgements are kept"), '"1098 d"', usual='"1098 d"'),
        Key("journal", "interval", text("how long the journal is kept; at least 30 d"), '"40 d"', usual='"40 d"'),
    ),
    "http": (
        Key("host", "text", text("address to listen on"), '"127.0.0.1"', usual='"127.0.0.1"'),
        Key("port", "port", text("port to listen on"), "8420", usual="8420"),
        Key("token", "secret", text("token for pushed readings, by reference: env:NAME or file:PATH"), '"env:MULMOK_TOKEN"', usual="none: nothing can be pushed"),
    ),
}  # fmt: skip

#: Drivers of the design. A check knows them all; a run refuses those that are not installed.
DRIVERS = (
    "files",
    "http",
    "http_pull",
    "modbus",
    "mqtt",
    "opcua",
    "rtu",
    "sensorthings",
    "simulator",
    "sparkplug",
    "sql",
    "ucity",
)
