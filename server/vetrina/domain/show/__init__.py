"""A show: its state, commands, events, and the rules between them. Pure."""
