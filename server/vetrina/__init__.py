"""Vetrina: live shopping for any stream."""

__version__ = "0.1.0"
