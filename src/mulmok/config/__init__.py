"""Configuration: a strict site file becomes frozen objects, or one list of all that is wrong."""
