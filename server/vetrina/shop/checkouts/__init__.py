"""Checking out: from what a buyer wants to a paid order. Knows ports and payment adapters only."""
