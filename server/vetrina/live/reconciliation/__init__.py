"""Asking shops for the orders that no delivery brought."""
