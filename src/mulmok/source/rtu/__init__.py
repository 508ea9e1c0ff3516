"""Sewer RTU (하수관거 RTU): the frames of a field station in the sewers, over TCP."""
