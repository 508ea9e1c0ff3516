"""What to ask a service for: addresses, bodies and the way to the next page, from the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import jmespath
from jmespath.exceptions import JMESPathError

from mulmok.model.errors import InputError, SourceError
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND
from mulmok.source.address import next_url, sign_in_faults, url_fault
from mulmok.source.instants import TimeForm, time_faults
from mulmok.source.json_path import Finder, finder
from mulmok.source.payload import Field, PayloadError, found_at, payload_faults, shown
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import signal_faults

SINCE, UNTIL = "{since}", "{until}"
_API_KEY_HEADER = "X-API-Key"


@dataclass(frozen=True)
class Plan:
    """How one service is asked.

    url, body      with {since} and {until}, where the service can be asked for a time
    form           how these are written
    next           where in the document the next page stands; None: there is one page
    page_parameter  the next page is a value of this parameter of the address; "": it is an address
    fields         where each channel stands in the document, by its index
    paths          their value's paths as the site file has them; "": the whole payload
    """

    url: str
    method: str = "GET"
    body: str | None = None
    form: TimeForm = field(default_factory=TimeForm)
    next: Finder | None = None
    page_parameter: str = ""
    fields: Mapping[int, Field] = field(default_factory=dict)
    paths: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from settings that the table has checked. Raises InputError."""
        given = setup.settings
        url, body = str(given["url"]), given.get("body")
        if fault := url_fault(plain_url(url)):
            raise InputError(Text("url: {why}", {"why": fault}))
        signals, zone = setup.signals(), setup.zone.name
        fields = {
            index: Field.of(own, signals[index], TimeForm.of({**given, **own}, zone))
            for index, own in ((i, setup.each.get(c.id, {})) for i, c in setup.feeding())
        }
        plan = cls(
            url=url,
            method=str(given.get("method", "GET")),
            body=None if body is None else str(body),
            form=since_form(given, zone),
            next=None if "next_path" not in given else finder(str(given["next_path"])),
            page_parameter=str(given.get("page_parameter", "")),
            fields=fields,
            paths={i: str(setup.each.get(c.id, {}).get("path", "")) for i, c in setup.feeding()},
        )
        for index, one in plan.fields.items():
            if one.value is None and (one.time or one.status) is not None:
                raise InputError(
                    text(
                        "{channel}: time_path and status_path stand with path only",
                        channel=setup.channels[index].id,
                    )
                )
        if plan.asks_past and not plan.timed:
            raise InputError(
                text("url asks from {since} on, and no channel has a time_path", since=SINCE)
            )
        return plan

    @property
    def timed(self) -> frozenset[int]:
        """Channels whose readings come with their time."""
        return frozenset(index for index, one in self.fields.items() if one.time is not None)

    @property
    def asks_past(self) -> bool:
        """Whether the service is asked from an instant on."""
        return SINCE in self.url or SINCE in (self.body or "")

    @property
    def wants_json(self) -> bool:
        """Whether any channel stands in a document."""
        return any(one.value is not None for one in self.fields.values())

    def request(self, since: int, until: int) -> tuple[str, str | None]:
        """Address and body that ask for what was measured from `since` on [ns UTC], whole seconds."""
        times = {
            SINCE: str(self.form.write(since // SECOND * SECOND)),
            UNTIL: str(self.form.write(-(-until // SECOND) * SECOND)),
        }
        url, body = self.url, self.body
        for place, written in times.items():
            url = url.replace(place, quote(written, safe=""))
            body = None if body is None else body.replace(place, written)
        return url, body

    def following(self, url: str, document: object) -> str | None:
        """Give the address of the page after the one at `url`; None: it was the last.

        Raises SourceError when the link is none, or leads to another host.
        """
        try:
            found = None if self.next is None else found_at(self.next, document)
        except PayloadError as fault:
            raise SourceError(Text("next_path: {why}", {"why": fault.text})) from None
        if found is None or found is False or found == "":
            return None
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise SourceError(
                text('next_path finds "{have}": want an address or a token', have=shown(found)[:60])
            )
        if not self.page_parameter:
            return next_url(url, str(found))
        parts = urlsplit(url)
        query = [
            (key, value)
            for key, value in parse_qsl(parts.query, keep_blank_values=True)
            if key != self.page_parameter
        ]
        return parts._replace(query=urlencode([*query, (self.page_parameter, found)])).geturl()


def since_form(given: Mapping[str, Given], works: str) -> TimeForm:
    """Form in which {since} and {until} are written."""
    own = {"time_format": given.get("since_format", "iso")}
    if "zone" in given:
        own["zone"] = given["zone"]
    return TimeForm.of(own, works)


def plain_url(url: str) -> str:
    """Give an address with something in the places of the times."""
    return url.replace(SINCE, "0").replace(UNTIL, "0")


def headers_of(given: Mapping[str, Given]) -> dict[str, str]:
    """Give the headers of an own kind that the service wants."""
    if "api_key" not in given:
        return {}
    return {str(given.get("api_key_header", _API_KEY_HEADER)): str(given["api_key"])}


def wrong_settings(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what does not go together: key and fault."""
    url = given.get("url")
    yield from sign_in_faults(
        {**given, **({"url": plain_url(url)} if isinstance(url, str) else {})}
    )
    # A source may say for all its channels where the time stands, and each of them where its value.
    yield from payload_faults({"path": "@", **given})
    yield from time_faults(given)
    yield from signal_faults(given)
    if "since_format" in given:
        for _, words in time_faults({"time_format": given["since_format"]}):
            yield "since_format", words
    if "next_path" in given:
        try:
            jmespath.compile(str(given["next_path"]))
        except JMESPathError as fault:
            why = str(fault).partition("\n")[0]
            yield (
                "next_path",
                text('"{path}" is no JMESPath: {why}', path=str(given["next_path"]), why=why),
            )
    elif "page_parameter" in given:
        yield "page_parameter", text("stands with next_path only")
    if "api_key_header" in given and "api_key" not in given:
        yield "api_key_header", text("stands with api_key only")
    if "body" in given and given.get("method", "GET") != "POST":
        yield "body", text('stands with method = "POST" only')
