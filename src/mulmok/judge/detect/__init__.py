"""Detect: findings, one detector a file. A detector never says "alarm"."""
