"""Simulated instruments on a real influent: a pure function of (seed, instant).

`Simulator.rows(start, end)` gives the same readings however the time is cut. Flow, temperature,
TSS, COD, NH4-N and T-N follow the IWA BSM2 influent (data/README.md) scaled to the works; all else
is derived from them (`sewage.py`, `effluent.py`). What is planted is known exactly (`planted.py`).
"""
