"""Has an auto-sampler take a sample, and keeps which bottle it was."""

from __future__ import annotations

import asyncio
import math

from mulmok.config.site import SamplerSpec
from mulmok.model.bottle import Bottle
from mulmok.model.effect import TakeSample
from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.model.time import MINUTE
from mulmok.run.engine import Engine
from mulmok.source.port import Sampled, Sampling
from mulmok.text.catalog import render

#: A sample taken so long after it was asked for is of another water [ns]. Site choice.
FRESH = 10 * MINUTE
#: How often a sampler is told before it is given up.
TRIES = 3
#: How long it may take to answer [s].
_PATIENCE_S = 60.0


async def take_sample(engine: Engine, effect: TakeSample, tried: int) -> None:
    """Perform the effect once; what became of it is kept when it is over.

    tried   how often it was tried before

    Raises SourceError when it failed and is to be tried again.
    """
    try:
        sampled = await _told(engine, effect)
    except SourceError as error:
        if tried + 1 < TRIES and error.retry:
            raise
        await _keep(engine, effect, trouble=render(error.text, engine.site.works.language))
        return
    temperature = sampled.temperature
    if math.isnan(temperature):
        temperature = _cabinet(engine, effect.sampler)
    await _keep(engine, effect, sampled.bottle, temperature)


async def _told(engine: Engine, effect: TakeSample) -> Sampled:
    spec = _spec(engine, effect.sampler)
    if spec is None:
        raise SourceError(text('there is no sampler "{id}"', id=effect.sampler), retry=False)
    if engine.now() - effect.at > FRESH:
        raise SourceError(text("too late: the water it was for has gone by"), retry=False)
    source = engine.known.driver(spec.source)
    if not isinstance(source, Sampling):
        raise SourceError(
            text('the source "{source}" tells no sampler anything', source=spec.source), retry=False
        )
    telling = asyncio.ensure_future(source.sample(spec.settings))
    done, _ = await asyncio.wait({telling}, timeout=_PATIENCE_S)
    if not done:
        telling.cancel()
        raise SourceError(text("{sampler} does not answer", sampler=effect.sampler))
    return telling.result()


async def _keep(
    engine: Engine,
    effect: TakeSample,
    bottle: int | None = None,
    temperature: float = math.nan,
    trouble: str = "",
) -> None:
    one = Bottle(
        effect.key, effect.sampler, effect.at, effect.who, effect.why, effect.event,
        None if trouble else engine.now(), bottle, temperature, trouble,
    )  # fmt: skip
    await engine.perform(lambda store: store.keep_bottle(one))


def _cabinet(engine: Engine, sampler: str) -> float:
    """Temperature of a sampler's cabinet by its channel [degC]; NaN where it has none of late."""
    spec = _spec(engine, sampler)
    channel = engine.site.channel(spec.temperature) if spec is not None else None
    if channel is None:
        return math.nan
    with engine.query() as query:
        latest = query.latest().get(channel.id)
    if latest is None or engine.now() - latest.at > channel.silence:
        return math.nan
    return latest.value


def _spec(engine: Engine, sampler: str) -> SamplerSpec | None:
    return next((one for one in engine.site.samplers if one.id == sampler), None)
