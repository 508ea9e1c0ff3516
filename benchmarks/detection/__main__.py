"""`python -m benchmarks.detection` prints the detection benchmark; the page is written by `benchmarks`."""

import sys

from benchmarks.detection.report import measure
from benchmarks.page import told

if __name__ == "__main__":
    for piece in measure():
        sys.stdout.write(f"{told(piece)}\n")
