"""The detection benchmark: influent nobody tuned on, with known truth, and how events are scored.

Nothing here shares a formula or a composition with the simulator of the package; only the raw
BSM2 series is the same. `scene.scene(seed)` makes readings, `score.score(scene, events)` counts.
"""
