"""Several processes behind one port: the pool that starts them, and what ties a worker to it."""
