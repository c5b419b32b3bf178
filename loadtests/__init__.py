"""Measures Vetrina on this machine. Every script is bounded and sends only to 127.0.0.1."""
