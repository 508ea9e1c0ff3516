import sys
from pathlib import Path

# The crash test runs a process of its own from this folder and shares its scans.
sys.path.insert(0, str(Path(__file__).parent))
