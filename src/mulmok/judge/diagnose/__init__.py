"""Diagnose: findings that belong together, water or instrument, and which cause."""
