"""The connection to an MQTT broker, for every driver whose instruments publish to one.

`login` how to come in · `topics` what filters match · `waiting` messages between the threads ·
`client` the library's client made ready · `line` the connection itself, as a driver uses it.
"""
