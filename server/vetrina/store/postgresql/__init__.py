"""PostgreSQL: for many processes and machines. May import `store.sql`."""
