"""Between processes: carries committed events and signals, and holds no truth."""
