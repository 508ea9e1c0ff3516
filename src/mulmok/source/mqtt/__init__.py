"""Instruments and gateways that publish what they measure to an MQTT broker."""
