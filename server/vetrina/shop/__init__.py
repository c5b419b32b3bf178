"""Use cases of selling: the catalogue and what is brought into it. Knows ports only."""
