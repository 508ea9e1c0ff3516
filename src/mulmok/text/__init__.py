"""Languages: English templates in the code, Korean in a catalogue, joined at the edge."""
