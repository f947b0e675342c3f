"""PostgreSQL: embedded server, pool, migrations, one typed function per query."""
