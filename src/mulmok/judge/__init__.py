"""The pure core: readings in, judgement out. Read pipeline.py first."""
