"""The store in SQLAlchemy Core: one file for each port, the same for every database."""
