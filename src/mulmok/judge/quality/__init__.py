"""Quality: how far each reading can be trusted. One check, one file."""
