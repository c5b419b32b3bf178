"""What survives: events, keys, products and everything else in SQL."""
