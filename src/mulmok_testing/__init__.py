"""Test kit for mulmok and its plugins: settable clocks, scripted sources, stories. Never used at run time."""
