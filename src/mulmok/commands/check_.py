"""`mulmok check`: is this site file right? Offline."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from mulmok.config.load import load_site
from mulmok.config.schema import json_schema
from mulmok.config.summary import summary
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Print what the site file holds, or raise ConfigError with all that is wrong."""
    if options.schema:
        print(json.dumps(json_schema(), ensure_ascii=False, indent=2))
        return 0
    if options.site is None:
        raise InputError(text("which site file? give its path: mulmok check site.toml"))
    site = load_site(options.site)
    for remark in site.remarks:
        print(say(remark.as_text()), file=sys.stderr)
    print(say(summary(site)))
    return 0
