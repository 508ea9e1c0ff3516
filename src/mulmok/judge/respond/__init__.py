"""Respond: what to ask of the world. Pure decisions; run/effects.py performs them."""
