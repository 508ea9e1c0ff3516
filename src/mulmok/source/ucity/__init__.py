"""U-City data server: the records of a city's water points, asked for by time over TCP."""
