"""Alarm: the ISA-18.2 lifecycle. Every transition there is stands in states.py."""
