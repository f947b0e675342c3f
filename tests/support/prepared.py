"""A database that a service can begin on, with a site; and a comment for it."""

from service.accounts import accounts
from service.accounts.secrets import load_secrets
from service.db.migrate import migrate
from service.db.pool import connect
from service.models import shipping
from service.settings import Settings

COMMENT = {
    "name": "Reader",
    "email": "reader@example.org",
    "body": "Thanks, this was a helpful article.",
    "page": "https://news.example/a",
}


async def prepared(dsn: str, settings: Settings) -> dict[str, str]:
    """A migrated database with the shipped model and a site; the headers of that site."""
    await migrate(dsn)
    connection = await connect(dsn)
    await shipping.ensure_shipped(connection)
    site = await accounts.add_site(connection, load_secrets(settings), "first")
    await connection.close()
    return {"Authorization": f"Bearer {site.key}", "Idempotency-Key": "the-same"}
