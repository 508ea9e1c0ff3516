"""Channels as a site file without any settings makes them."""

from __future__ import annotations

from mulmok.model.channel import Channel
from mulmok.model.quantity import QUANTITIES
from mulmok.model.time import MINUTE


def make_channel(id_: str, every: int = MINUTE) -> Channel:
    quantity = QUANTITIES[id_.rpartition(".")[2]]
    return Channel(
        id_,
        quantity,
        every,
        quantity.low,
        quantity.high,
        quantity.resolution,
        quantity.rate,
        quantity.spike_deviations,
        quantity.flat_suspect,
        quantity.flat_fail,
    )
