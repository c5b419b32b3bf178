"""Worker processes behind one port: the pool that starts them, and how a worker talks to it."""
