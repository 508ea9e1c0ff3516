"""Benchmarks: what is claimed about speed is measured here, beside a peer where there is one."""
