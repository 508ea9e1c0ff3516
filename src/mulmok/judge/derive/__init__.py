"""Derive: new numbers from old ones, their parents named."""
