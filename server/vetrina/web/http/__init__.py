"""What every HTTP call has in common: operations table, keys, limits, bodies, problems."""
