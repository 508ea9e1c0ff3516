"""Readings fetched from a service that gives them over HTTP as JSON or as plain text."""
