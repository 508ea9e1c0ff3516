"""Edge nodes that publish by Sparkplug B 3.0: mulmok is a host application."""
