"""The shell round the pure core: clock, threads, disk. Live is a replay that is still growing."""
