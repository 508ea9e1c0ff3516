"""The outside world becomes readings: one package per way in, all behind `port.Source`.

Values leave this package in the canonical unit of their quantity, instants as int64 ns UTC.
"""
