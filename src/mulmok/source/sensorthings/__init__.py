"""Observations of Datastreams of an OGC SensorThings service."""
