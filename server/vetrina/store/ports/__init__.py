"""What survives a restart, as protocols: one file a port. May import `domain` and `protocol`."""
