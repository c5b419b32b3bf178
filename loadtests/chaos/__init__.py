"""Faults of long duration under people who watch: `make chaos`."""
