"""Benchmarks of the quality stage: its speed beside peers, its judgement beside a technician's."""
