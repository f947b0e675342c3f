"""A private PostgreSQL in the data directory, under a supervisor of our own."""
