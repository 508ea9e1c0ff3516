"""`python -m mulmok.config.reference DIR`: writes the reference of the site file from its tables."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mulmok.config.build_sources import CONNECTION
from mulmok.config.drivers import all_settings, sampler_settings_of
from mulmok.config.schema import json_schema
from mulmok.config.table import DRIVERS, TABLES, Key
from mulmok.model.errors import PluginError
from mulmok.source.settings import SettingKey

PAGE, SCHEMA, DRIVERS_PAGE = "site-file.md", "site.schema.json", "drivers.md"

_INTRODUCTION = """\
# The site file

One TOML file says all that mulmok knows of a works. It is read strictly: an unknown key, a wrong
unit, a reversed range, an id that stands twice or refers to nothing is an error, and all errors are
told at once, each with its file and line, what it has and what is wanted:

```
site.toml:41 channel.inlet_cod.range: have "1500 C", want a concentration such as "1500 mg/L"
```

`mulmok check site.toml` checks a file offline. `mulmok check --schema` prints a JSON Schema for
editors; it is kept in [site.schema.json](site.schema.json).
Whole examples: [smallest.toml](../../examples/smallest.toml),
[miryang.toml](../../examples/miryang.toml).

**Amounts** carry their unit, in quotation marks: `"1500 mg/L"`, `"30000 m3/d"`, `"25 degC"`. Units
in ASCII are always understood, and their typographic forms too (`m³/h`, `µS/cm`, `°C`). A pH has no
unit: `"6.8"`. A deadband and a resolution are differences: `"1 degC"` is one degree of change.
**Rates** are an amount in a time: `"0.5 /min"` of a pH, `"30 mg/L/h"`.
**Durations** are in `s`, `min`, `h` or `d`: `"90 s"`, `"5 min"`.
**Ids** are at most 64 letters, digits, `_` and `-`, with dots between words: `inlet.nh4_n`.
**Names** stand in both languages, `{ ko = "유입 pH", en = "Inlet pH" }`, or once for both.
**Secrets** never stand in the file. `"env:NAME"` is an environment variable, `"file:PATH"` a file
(a relative path begins at the site file). This holds for any driver setting whose name says that it
is a secret (token, password, api_key and so on).
"""

_HEADINGS = {
    "": "Top of the file",
    "works": "`[works]`",
    "channel": "`[[channel]]`",
    "channel.source": "`[channel.source]`",
    "source": "`[[source]]`",
    "alarm": "`[[alarm]]`",
    "sampler": "`[[sampler]]`",
    "discharger": "`[[discharger]]`",
    "store": "`[store]`",
    "http": "`[http]`",
}

_REMARKS = {
    "": "`include` stands before the first table. A fragment may hold any table but a second `[works]`, `[store]` or `[http]`; a fault in it is told with its own name and line.",
    "channel": "The order of the channels is theirs in the history: new ones are best added at the end. What is not given comes from the quantity's row of the table in the glossary.",
    "channel.source": "All other keys are the driver's own settings ([drivers](drivers.md)). Channels whose tables agree in the driver and in the settings of the source as a whole share one source; of a driver whose settings are not known these are "
    + ", ".join(f"`{name}`" for name in CONNECTION)
    + ". Drivers that a check knows: "
    + ", ".join(f"`{name}`" for name in DRIVERS)
    + ", and whatever else is installed; `mulmok check` says which of them this version cannot run.",
    "source": "For a source that feeds many channels alike. All other keys are the driver's own settings ([drivers](drivers.md)). A channel has one source.",
    "alarm": "Exactly one of `above`, `below`, `rate_above`, `rate_below`, `no_data` and `event`. A limit lies within the range of its channel, `no_data` is longer than its interval. The deadband of a rate is a rate; `no_data` and `event` have none. Two kinds of alarm need no table: `judging`, and `source-ID` for each source, raised when it falls silent or fails.",
    "sampler": "All other keys are those of its source's driver for samplers ([drivers](drivers.md)). A sample is taken when somebody asks for it on the page of the instruments; which bottle, when, by whom and how cold is kept.",
    "discharger": "Beside the waters mulmok brings ([signatures](../explanation/signatures.md)). What is not named follows from COD, solids, ammonium or phosphorus by usual ratios, or is not known and then says nothing.",
}  # fmt: skip


_DRIVERS_INTRODUCTION = """\
# Drivers

A source of the [site file](site-file.md) names its driver; all its other keys are the driver's own
settings. An unknown, missing or wrong one is told by `mulmok check` with its line.

```toml
[[source]]
id = "scada"
driver = "files"
folder = "incoming"
zone = "works"
channels = ["inlet.flow", "inlet.ph"]
```

A driver of another package is found by its entry point (`mulmok.sources`) and has its table of
settings in the class attribute `settings`: a tuple of `mulmok.source.settings.SettingKey`.
"""

_DRIVER_REMARKS = {
    "files": "Takes readings files out of a folder others write to: [drop files](../how-to/drop-files.md).",
    "http": "Readings pushed to mulmok: [push readings](../how-to/push-readings.md). The token in `[http]` pushes every channel; a source of this driver names the channels it pushes and may have a token of its own.",
    "simulator": "Instruments on simulated water of the works' capacity and design; it feeds all channels of the works.",
    "http_pull": "Asks a web service for JSON or plain text: [connect HTTP](../how-to/connect-http.md).",
    "modbus": "Modbus TCP, RTU, and RTU over TCP: [connect Modbus](../how-to/connect-modbus.md).",
    "mqtt": "MQTT 3.1.1 and 5, acknowledged when on disk: [connect MQTT](../how-to/connect-mqtt.md).",
    "opcua": "OPC UA with subscriptions and certificates: [connect OPC UA](../how-to/connect-opcua.md).",
    "rtu": "Korean sewer RTUs: [connect a sewer RTU](../how-to/connect-sewer-rtu.md).",
    "sensorthings": "An OGC SensorThings service: [connect SensorThings](../how-to/connect-sensorthings.md).",
    "sparkplug": "A Sparkplug B host: [connect Sparkplug](../how-to/connect-sparkplug.md).",
    "sql": "An existing historian's tables, read only: [connect a historian](../how-to/connect-a-historian.md).",
    "ucity": "U-City data servers, which answer for a span of time: [connect a sewer RTU](../how-to/connect-sewer-rtu.md).",
}  # fmt: skip


def reference_page() -> str:
    """Give the page of every key, in Markdown."""
    parts = [_INTRODUCTION]
    for kind, keys in TABLES.items():
        parts.append(f"\n## {_HEADINGS[kind]}\n")
        if kind in _REMARKS:
            parts.append(f"{_REMARKS[kind]}\n")
        parts.append("| key | meaning | example | without it |\n|---|---|---|---|")
        parts.extend(_row(key) for key in keys)
    return "\n".join(parts) + "\n"


def drivers_page() -> str:
    """Give the page of every setting of every driver, in Markdown."""
    parts = [_DRIVERS_INTRODUCTION]
    for driver, keys in all_settings().items():
        parts.append(f"\n## `{driver}`\n")
        if driver in _DRIVER_REMARKS:
            parts.append(f"{_DRIVER_REMARKS[driver]}\n")
        if keys:
            parts.append("| setting | meaning | example | without it |\n|---|---|---|---|")
            parts.extend(_row(key) for key in keys)
        else:
            parts.append("It has no settings." if keys == () else "It does not say.")
        if samplers := _samplers(driver):
            parts.append("\nA `[[sampler]]` on its line:\n")
            parts.append("| setting | meaning | example | without it |\n|---|---|---|---|")
            parts.extend(_row(key) for key in samplers)
    return "\n".join(parts) + "\n"


def _samplers(driver: str) -> tuple[SettingKey, ...]:
    try:
        return sampler_settings_of(driver) or ()
    except PluginError:
        return ()


def _row(key: Key | SettingKey) -> str:
    if key.kind in ("table", "tables"):
        needed = key.name in ("works", "channel")
        return f"| `{key.name}` | {key.about}: see below | | {'an error' if needed else 'none'} |"
    without = "an error" if key.required else f"{key.usual}" or "not set"
    if without.startswith('"') or without.isdigit():
        without = f"`{without}`"
    example = key.example.replace("|", "\\|")
    return f"| `{key.name}` | {key.about} | `{key.name} = {example}` | {without} |"


def schema_text() -> str:
    """Give the JSON Schema as the file has it."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def write_reference(folder: Path) -> None:
    """Write the pages and the schema into a folder."""
    (folder / DRIVERS_PAGE).write_text(drivers_page(), encoding="utf-8", newline="\n")
    (folder / PAGE).write_text(reference_page(), encoding="utf-8", newline="\n")
    (folder / SCHEMA).write_text(schema_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_reference(Path(sys.argv[1]))
