"""The commands, one file each: `NAME_.py` has `run(options, say) -> exit code`.

The underscore keeps `import_` and `export_` alike with the others. A command wires; it decides
nothing. Files without it are what commands share: how their words are parsed, read and served.
"""
