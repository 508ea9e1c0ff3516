"""Frames as a device would make them, and as it should not."""

from __future__ import annotations

from mulmok.source.control_bytes import CR, ETX, STX
from mulmok.source.rtu.commands import sum_of
from mulmok.source.ucity.plan import check_of


def rtu_record(time="20260105090000", item="FVOLUD", value="0000012345", unit="m3h", status="00"):
    padded = unit.encode("cp949").ljust(3)
    record = f"{time}{item:<6}{value:>10}".encode() + padded + status.encode()
    assert len(record) == 35
    return record


def rtu_frame(
    *records: bytes, site="SW0001", length: str | None = None, total: bytes | None = None
):
    body = b"".join(records)
    size = f"{15 + len(body):04d}" if length is None else length
    framed = bytes([STX]) + f"{site:<6}{size}".encode() + body + bytes([ETX])
    return framed + (sum_of(framed, "whole") if total is None else total) + bytes([CR])


def city_record(item="TOC", value="12.50", status="00"):
    record = f"{item:<3}{value:>10}{status}".encode("cp949")
    assert len(record) == 15
    return record


def city_frame(*records: bytes, time="202601050900", count: str | None = None, crc=None):
    number = f"{len(records):02d}" if count is None else count
    head = f"{'':26}{time}{number}".encode()
    framed = bytes([STX]) + head + b"".join(records) + bytes([ETX])
    return framed + (check_of(framed) if crc is None else crc) + bytes([CR])
