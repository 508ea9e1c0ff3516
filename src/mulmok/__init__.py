"""mulmok (물목): guards the inlet of a sewage works."""

__version__ = "0.1.0"
