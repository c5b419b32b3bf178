"""Orders as shops report them, and what is left of them after refunds. Pure."""
