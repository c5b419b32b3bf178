"""SQLite: the embedded default. May import `store.sql`."""
