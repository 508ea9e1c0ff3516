"""OPC UA: subscribed to, and read where nothing changes."""
