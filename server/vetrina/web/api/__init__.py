"""The calls below /api/v1: each module brings its rows of the table of operations."""
