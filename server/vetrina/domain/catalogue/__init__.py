"""Products, and which of them a line of an order means. Pure."""
