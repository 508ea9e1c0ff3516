"""The store: an SQLite journal and history. One writer, many readers."""
