"""The words of the system: plain frozen values that every other package speaks in.

Nothing here does I/O, reads a clock or imports anything of ours outside this package.
"""
